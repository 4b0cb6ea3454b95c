"""Becoming a supporter: which roles this prison has, the steps that lead there, and where one stands."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.content import ENGLISH
from bot.people import applying
from bot.people.applying import Application, ApplicationState
from bot.people.model import PeerRole
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame

PAGE = "/apply"
Id = Annotated[str, PathParam(pattern=r"^[a-z0-9]{1,32}$")]
_Text = Annotated[str, Form()]
_NOTICES = {
    "asked": ("page_apply_asked", True),
    "off": ("page_apply_off", True),
    "has": ("page_apply_has", False),
    "changed": ("page_changed", False),
    "expired": ("page_expired", False),
}


@dataclass(frozen=True)
class StepRow:
    text: str
    done: bool


@dataclass(frozen=True)
class RoleRow:
    """`does` is from the role's card, `does_english` while that has no words in the page's language. `state`
    is empty for who has not applied."""

    id: str
    title: str
    does: tuple[str, ...]
    does_english: bool
    steps: tuple[StepRow, ...]
    state: str
    application_id: str
    may_apply: bool


@dataclass(frozen=True)
class ApplyPage:
    """`is_english`: the steps of the prison's file are English, and this page is not."""

    frame: Frame
    mine: tuple[RoleRow, ...]
    others: tuple[RoleRow, ...]
    is_english: bool


def apply_page(visit: Here, said: str = "") -> Response:
    me = visit.person.id
    with visit.product.database.reading() as work:
        found = work.applications.of_person(me)
        supporter = work.supporters.find(me)
    has = supporter.roles if supporter is not None else ()
    latest: dict[PeerRole, Application] = {}
    for each in found:
        latest.setdefault(each.role, each)
    rows = [
        _row(visit, role, latest.get(role)) for role in visit.product.prison.peer_roles if role not in has
    ]
    key, calm = _NOTICES.get(said, ("", True))
    shell = frame(visit, "page_apply_title", "/ask", notice=visit.say(key) if key else "", calm=calm)
    mine = tuple(row for row in rows if row.state)
    others = tuple(row for row in rows if row not in mine)
    page = ApplyPage(shell, mine, others, is_english=visit.language != ENGLISH)
    return visit.parts.pages.answer("tablet/apply.html", page)


def apply(visit: Here, role: str, form: _Text = "") -> Response:
    """Needs no reason. The same form twice is one application."""
    if role not in visit.product.prison.peer_roles:
        raise HTTPException(404)
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            person = work.people.lock(visit.person.id)
            applying.apply(work, person, PeerRole(role), now=visit.product.now())
    except StaleForm:
        return _to("expired")
    except applying.HasRole:
        return _to("has")
    return _to("asked")


def withdraw(visit: Here, application_id: Id, form: _Text = "") -> Response:
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            applying.withdraw(work, application_id, visit.person.id, now=visit.product.now())
    except StaleForm:
        return _to("expired")
    except applying.NotOpenNow:
        return _to("changed")
    return _to("off")


def add_to(app: FastAPI) -> None:
    app.get(PAGE, include_in_schema=False)(apply_page)
    app.post("/apply/{role}", include_in_schema=False)(apply)
    app.post("/apply/{application_id}/withdraw", include_in_schema=False)(withdraw)


def _row(visit: Visit, role: PeerRole, application: Application | None) -> RoleRow:
    cards, steps = visit.product.role_cards, visit.product.prison.help.steps_to(role)
    shown = application if application and application.state is not ApplicationState.WITHDRAWN else None
    done = shown.step if shown else 0
    is_open = shown is not None and shown.state is ApplicationState.OPEN
    return RoleRow(
        id=role.value,
        title=visit.say(f"role_{role.value}"),
        does=cards.get(role, visit.language).does,
        does_english=role not in cards.by_language.get(visit.language, {}),
        steps=tuple(StepRow(text, at < done) for at, text in enumerate(steps)),
        state=visit.say(f"page_apply_state_{shown.state.value}") if shown else "",
        application_id=shown.id if shown is not None and is_open else "",
        may_apply=shown is None or shown.state is ApplicationState.NO,
    )


def _to(said: str) -> Response:
    return RedirectResponse(f"{PAGE}?said={said}", status_code=303)
