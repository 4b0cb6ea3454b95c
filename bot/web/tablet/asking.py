"""Asking for a person: who, shall I ask, asked. A Listener first, and never a reason."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.people.model import PeerRole
from bot.queue import service as queue
from bot.queue.model import Kind
from bot.safety.message import Button
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.once import note, was_done
from bot.web.tablet.topics import Tile
from bot.web.tablet.wording import kind_words


@dataclass(frozen=True)
class AskPage:
    """Who would you like to see? The first way stands out."""

    frame: Frame
    question: str
    ways: tuple[Tile, ...]
    back: str
    days: bool = False


@dataclass(frozen=True)
class ConfirmPage:
    frame: Frame
    question: str
    icon: str
    about: str
    action: str
    role: str


def ask_page(visit: Here) -> Response:
    kinds = (
        (Kind.LISTENER, "listener"),
        (Kind.PEER, "helping"),
        (Kind.STAFF, "staff"),
        (Kind.SOMEONE, "person"),
    )
    ways = tuple(Tile(f"/ask/{kind.value}", visit.say(f"kind_{kind.value}"), icon) for kind, icon in kinds)
    page = AskPage(frame(visit, "page_ask_title", "/ask"), visit.say("ask_which"), ways, "", days=True)
    return visit.parts.pages.answer("tablet/ask.html", page)


def confirm_page(visit: Here, kind: str, role: str = "") -> Response:
    wish = _wish(visit, kind, role)
    if wish is None:
        return _roles_page(visit)
    return _confirm(visit, *wish)


def ask(
    visit: Here, kind: str, form: Annotated[str, Form()] = "", role: Annotated[str, Form()] = ""
) -> Response:
    """Puts the request in the queue. The same form pressed twice asks once."""
    wish = _wish(visit, kind, role)
    if wish is None:
        return _roles_page(visit)
    try:
        key = f"{visit.form_key(form)}:{':'.join(wish)}"
    except StaleForm:
        return _confirm(visit, *wish, notice=visit.say("page_expired"), status=409)
    product, now = visit.product, visit.product.now()
    with product.database.writing() as work:
        person = work.people.lock(visit.person.id)
        if was_done(work, person.id, key):
            return RedirectResponse("/requests", status_code=303)
        request = queue.ask(work, person, wish[0], role=wish[1], deadlines=product.prison, now=now)
        again = request.times_asked > 1
        words = visit.say("ask_again_done" if again else "ask_done", reference=request.reference)
        button = Button(visit.say("button_requests"), "page:requests")
        note(work, visit, key, words, (button,))
    said = "again" if again else "asked"
    return RedirectResponse(f"/requests?said={said}&request={request.id}", status_code=303)


def add_to(app: FastAPI) -> None:
    app.get("/ask", include_in_schema=False)(ask_page)
    app.get("/ask/{kind}", include_in_schema=False)(confirm_page)
    app.post("/ask/{kind}", include_in_schema=False)(ask)


def _wish(visit: Visit, kind: str, role: str) -> tuple[Kind, str] | None:
    """Whom the address names; None while it leaves the peer role open. Raises 404 for what is not known."""
    if kind not in set(Kind):
        raise HTTPException(404)
    wanted = Kind(kind)
    if wanted is not Kind.PEER:
        return wanted, ""
    if not role:
        return None
    if role not in {known.value for known in visit.product.prison.peer_roles}:
        raise HTTPException(404)
    # A Listener has a kind of his own, with a promise of his own.
    return (Kind.LISTENER, "") if role == PeerRole.LISTENER else (wanted, role)


def _roles_page(visit: Visit) -> Response:
    ways = tuple(
        Tile(f"/ask/peer?role={role.value}", visit.say(f"role_{role.value}"), "helping")
        for role in visit.product.prison.peer_roles
        if role is not PeerRole.LISTENER
    )
    page = AskPage(frame(visit, "page_ask_title", "/ask"), visit.say("ask_which"), ways, "/ask")
    return visit.parts.pages.answer("tablet/ask.html", page)


def _confirm(visit: Visit, kind: Kind, role: str, *, notice: str = "", status: int = 200) -> Response:
    who = kind_words(visit.product.texts, kind, role, visit.language)
    page = ConfirmPage(
        frame=frame(visit, "page_ask_title", "/ask", notice=notice, calm=False),
        question=visit.say(f"ask_confirm_{kind.value}", who=who),
        icon={Kind.LISTENER: "listener", Kind.PEER: "helping", Kind.STAFF: "staff"}.get(kind, "person"),
        about=visit.say(f"page_about_{kind.value}"),
        action=f"/ask/{kind.value}",
        role=role,
    )
    return visit.parts.pages.answer("tablet/confirm.html", page, status)
