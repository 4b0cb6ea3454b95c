"""Asking for a person: who, shall I ask, asked. A Listener first, and never a reason."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.content import ENGLISH
from bot.directory.helpers import (
    about_someone,
    chaplaincy,
    has_listeners,
    instead,
    not_offered,
    peers,
)
from bot.people.model import PeerRole
from bot.possible import possible_now
from bot.queue import service as queue
from bot.queue.model import Kind, NotOffered, Request
from bot.queue.rules import Wish
from bot.safety.message import Button
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.once import note, was_done
from bot.web.tablet.topics import Tile, samaritans_tile
from bot.web.tablet.wording import kind_words

_ICONS = {Kind.LISTENER: "listener", Kind.PEER: "helping", Kind.STAFF: "staff", Kind.SOMEONE: "person"}


@dataclass(frozen=True)
class AskPage:
    """Who would you like to see? The first way stands out. `not_here` names who cannot be asked for now."""

    frame: Frame
    question: str
    ways: tuple[Tile, ...]
    back: str
    not_here: str = ""
    days: bool = False


@dataclass(frozen=True)
class WishChoice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class ConfirmPage:
    """`wishes` is empty where the prison asks for none, or none makes sense for this person."""

    frame: Frame
    question: str
    icon: str
    about: str
    action: str
    role: str
    wishes: tuple[WishChoice, ...] = ()


def ask_page(visit: Here) -> Response:
    return _who_page(visit)


def confirm_page(visit: Here, kind: str, role: str = "") -> Response:
    whom = _whom(visit, kind, role)
    return _roles_page(visit) if whom is None else _confirm(visit, *whom)


def ask(
    visit: Here,
    kind: str,
    form: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    wish: Annotated[str, Form()] = "",
) -> Response:
    """Puts the request in the queue. The same form pressed twice asks once."""
    whom = _whom(visit, kind, role)
    if whom is None:
        return _roles_page(visit)
    if wish and wish not in wishes_of(visit, whom[0]):
        raise HTTPException(400)
    try:
        key = f"{visit.form_key(form)}:{':'.join(whom)}"
    except StaleForm:
        return _confirm(visit, *whom, wish, notice=visit.say("page_expired"), status=409)
    try:
        request = _put(visit, key, *whom, wish)
    except NotOffered:
        return _refused(visit, *whom)
    if request is None:
        # This very form asked before, and what it asked for is over: whoever presses again means it.
        return _confirm(visit, *whom, wish, notice=visit.say("page_changed"))
    said = "again" if request.times_asked > 1 else "asked"
    return RedirectResponse(f"/requests?said={said}&request={request.id}", status_code=303)


def ask_after(visit: Visit, form: str, message_id: str) -> Response | None:
    """Asks for a Listener after a message with the same form. None where the conversation says what became of
    it; else the page that says why nobody was asked."""
    whom = (Kind.LISTENER, "")
    try:
        # The same form with other words is another press, as it is another message.
        key = f"{visit.form_key(form)}:{message_id[:12]}:{whom[0]}"
    except StaleForm:
        return _confirm(visit, *whom, notice=visit.say("page_expired"), status=409)
    try:
        request = _put(visit, key, *whom, "")
    except NotOffered:
        _note_refusal(visit, f"{key}:no")
        return None
    return None if request else _confirm(visit, *whom, notice=visit.say("page_changed"))


def add_to(app: FastAPI) -> None:
    app.get("/ask", include_in_schema=False)(ask_page)
    app.get("/ask/{kind}", include_in_schema=False)(confirm_page)
    app.post("/ask/{kind}", include_in_schema=False)(ask)


def wishes_of(visit: Visit, kind: Kind) -> tuple[Wish, ...]:
    """What this person may wish of who comes, by the prison's file. Everybody who helps speaks English."""
    if kind is Kind.STAFF:
        return ()
    known = visit.product.prison.help.wishes
    english = visit.person.language == ENGLISH
    return tuple(wish for wish in known if not (english and wish is Wish.MY_LANGUAGE))


def _put(visit: Visit, key: str, kind: Kind, role: str, wish: str) -> Request | None:
    """The request in the queue, also where this very form put it there; None where it is over since. Raises
    NotOffered."""
    product, now = visit.product, visit.product.now()
    with product.database.writing() as work:
        person = work.people.lock(visit.person.id)
        if was_done(work, person.id, key):
            mine = work.requests.of_person(person.id)
            return next((r for r in mine if r.is_open and (r.kind, r.role) == (kind, role)), None)
        request = queue.ask(work, person, kind, role=role, deadlines=product.prison, now=now, wish=wish)
        again = request.times_asked > 1
        words = visit.say("ask_again_done" if again else "ask_done", reference=request.reference)
        nobody = possible_now(product.texts, product.prison, [request], visit.language)
        words = f"{words}\n{nobody}" if nobody else words
        note(work, visit, key, words, (Button(visit.say("button_requests"), "page:requests"),))
    return request


def _note_refusal(visit: Visit, key: str) -> None:
    """Said in the conversation, under what was said to the words: that may be "press your bell"."""
    with visit.product.database.writing() as work:
        work.people.lock(visit.person.id)
        if not was_done(work, visit.person.id, key):
            note(work, visit, key, "\n".join(_instead(visit, PeerRole.LISTENER)))


def _whom(visit: Visit, kind: str, role: str) -> tuple[Kind, str] | None:
    """Whom the address names; None while it leaves the peer role open. Raises 404 for what is not known."""
    if kind not in set(Kind):
        raise HTTPException(404)
    wanted = Kind(kind)
    if wanted is not Kind.PEER:
        return wanted, ""
    if not role:
        return None
    if role not in set(PeerRole):
        raise HTTPException(404)
    # A Listener has a kind of his own, with a promise of his own.
    return (Kind.LISTENER, "") if role == PeerRole.LISTENER else (wanted, role)


def _who_page(visit: Visit, notice: str = "", status: int = 200) -> Response:
    shell = frame(visit, "page_ask_title", "/ask", notice=notice, calm=status == 200)
    page = AskPage(shell, visit.say("ask_which"), _ways(visit), "", days=True)
    return visit.parts.pages.answer("tablet/ask.html", page, status)


def _ways(visit: Visit) -> tuple[Tile, ...]:
    """A Listener first. Where none may be asked for now: someone to talk to, Samaritans, the chaplain."""
    prison, now = visit.product.prison, visit.product.now()
    helping = [_kind_tile(visit, Kind.PEER)] if peers(prison, now) else []
    staff, someone = _kind_tile(visit, Kind.STAFF), _kind_tile(visit, Kind.SOMEONE)
    if has_listeners(prison, now):
        return (_kind_tile(visit, Kind.LISTENER), *helping, staff, someone)
    faith = chaplaincy(prison)
    chaplain = [Tile(f"/services/{faith.id}", faith.title, faith.icon)] if faith else []
    return (someone, samaritans_tile(visit), *chaplain, *helping, staff)


def _kind_tile(visit: Visit, kind: Kind) -> Tile:
    return Tile(f"/ask/{kind.value}", visit.say(f"kind_{kind.value}"), _ICONS[kind])


def _roles_page(visit: Visit) -> Response:
    product, now = visit.product, visit.product.now()
    roles = [role for role in product.prison.peer_roles if role is not PeerRole.LISTENER]
    ways = tuple(
        Tile(f"/ask/peer?role={role.value}", visit.say(f"role_{role.value}"), "helping")
        for role in peers(product.prison, now)
    )
    later = " ".join(not_offered(product.texts, product.prison, roles, visit.language, now))
    page = AskPage(frame(visit, "page_ask_title", "/ask"), visit.say("ask_which"), ways, "/ask", later)
    return visit.parts.pages.answer("tablet/ask.html", page)


def _refused(visit: Visit, kind: Kind, role: str) -> Response:
    """Who cannot be asked for here, or not at this hour, and whom there is. Also for a form made by hand."""
    wanted = PeerRole.LISTENER if kind is Kind.LISTENER else PeerRole(role)
    lines = _instead(visit, wanted)
    return _who_page(visit, " ".join(lines), 409 if wanted in visit.product.prison.peer_roles else 404)


def _instead(visit: Visit, wanted: PeerRole) -> tuple[str, ...]:
    product, now = visit.product, visit.product.now()
    return instead(product.texts, product.prison, (wanted,), visit.language, now)


def _confirm(
    visit: Visit, kind: Kind, role: str, wish: str = "", *, notice: str = "", status: int = 200
) -> Response:
    product, now = visit.product, visit.product.now()
    if not product.prison.may_ask(kind, role, now):
        return _refused(visit, kind, role)
    who = kind_words(product.texts, kind, role, visit.language)
    about = about_someone(product.prison, now) if kind is Kind.SOMEONE else f"page_about_{kind.value}"
    page = ConfirmPage(
        frame=frame(visit, "page_ask_title", "/ask", notice=notice, calm=False),
        question=visit.say(f"ask_confirm_{kind.value}", who=who),
        icon=_ICONS[kind],
        about=visit.say(about),
        action=f"/ask/{kind.value}",
        role=role,
        wishes=_wish_choices(visit, kind, wish),
    )
    return visit.parts.pages.answer("tablet/confirm.html", page, status)


def _wish_choices(visit: Visit, kind: Kind, chosen: str) -> tuple[WishChoice, ...]:
    """ "Anyone is fine" stands first and is chosen already: nobody has to answer."""
    wishes = wishes_of(visit, kind)
    if not wishes:
        return ()
    anyone = WishChoice("", visit.say("page_ask_wish_any"), not chosen)
    named = (
        WishChoice(wish.value, visit.say(f"page_ask_wish_{wish.value}"), wish == chosen) for wish in wishes
    )
    return (anyone, *named)
