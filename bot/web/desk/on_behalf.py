"""Asking on somebody's behalf: find the person by number or cell, choose whom, say why at that hour."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.model import PeerRole, Person
from bot.prison import Prison
from bot.queue import service
from bot.queue.model import Kind, NotOffered, Request
from bot.queue.words import Words
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.person import open_ones_of, seen, standing_of
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_MOST = 30


@dataclass(frozen=True, kw_only=True)
class FindPage(Page):
    find: str
    found: tuple[Link, ...]
    none: str


@dataclass(frozen=True)
class Draft:
    who: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """`known` are the ids of what the page shows as open: what was opened since is not asked for again."""

    id: str
    cell: str
    first_name: str
    standing: str
    known: str
    open_ones: tuple[Link, ...]
    now: tuple[Choice, ...]
    later: tuple[Choice, ...]
    draft: Draft


@router.get("/on-behalf")
def find(desk: DeskHere, caller: SignedIn, find: str = "") -> Response:
    """A number or a cell, typed whole: nobody browses through people here."""
    typed = " ".join(find.split())[:40].upper()
    with desk.product.database.reading() as work:
        people = work.persons.found(caller.staff.prison_id, typed, _MOST) if typed.isprintable() else ()
        page = FindPage(
            desk=desk,
            shell=shell_for(desk, caller, "on_behalf", work=work),
            find=typed,
            found=tuple(
                Link(f"{each.place.cell} {each.first_name}, {each.number}", f"/on-behalf/{each.id}")
                for each in people
                if caller.sees(each.prison_id, each.place.wing)
            ),
            none=desk.wording.say("on_behalf_none") if typed else "",
        )
    return desk.pages.answer("desk/on_behalf_find.html", page)


@router.get("/on-behalf/{person_id}")
def show(desk: DeskHere, caller: SignedIn, person_id: Id) -> Response:
    return _answer(desk, caller, person_id)


@router.post("/on-behalf/{person_id}")
def ask(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    draft = Draft(sent.text("who", 64), sent.text("note", 500))
    wanted = _wanted(desk.product.prison, draft.who)
    if wanted is None:
        return _answer(desk, caller, person_id, draft, desk.wording.say("error_on_behalf_who"), 400)
    try:
        with desk.product.database.writing() as work:
            person = seen(caller, work, person_id, locked=True)
            if not person.active or standing_of(person) != sent.text("standing", 200):
                sentence = desk.wording.say("error_move_faster")
                return _page(desk, caller, work, person, draft, sentence, 409)
            known = sent.text("known", 4000).split()
            request, said = _put(desk, caller, work, person, *wanted, draft.note, known)
    except NotOffered:
        return _answer(desk, caller, person_id, draft, desk.wording.say("error_on_behalf_hour"), 409)
    log.info("request.on_behalf", request_id=request.id, staff_id=caller.staff.id)
    return RedirectResponse(f"/requests/{request.id}?done={said}", status_code=303)


def _put(
    desk: Desk,
    caller: Caller,
    work: UnitOfWork,
    person: Person,
    kind: Kind,
    role: str,
    note: str,
    known: list[str],
) -> tuple[Request, str]:
    """The request, and what is said of it. One that was opened after the page was made is left as it is: the
    same form pressed twice, or the person was faster."""
    already = work.requests.open_of(person.id, kind, role)
    if already is not None and already.id not in known:
        return already, "on_behalf_open"
    now, prison = desk.product.now(), desk.product.prison
    words = Words(note=note)
    request = service.ask(
        work, person, kind, role=role, deadlines=prison, now=now, by=caller.actor, words=words
    )
    return request, "on_behalf_again" if already else "on_behalf"


def _wanted(prison: Prison, who: str) -> tuple[Kind, str] | None:
    """Whom the form names; None for whom this prison never has."""
    kind, _, role = who.partition(":")
    wanted = next((each for each in Kind if each.value == kind), None)
    if wanted is None or (wanted is Kind.PEER) != bool(role):
        return None
    return (wanted, role) if who in _all(prison) else None


def _all(prison: Prison) -> tuple[str, ...]:
    listener = (Kind.LISTENER.value,) if PeerRole.LISTENER in prison.peer_roles else ()
    peers = (f"{Kind.PEER.value}:{role}" for role in prison.peer_roles if role is not PeerRole.LISTENER)
    return (*listener, Kind.SOMEONE.value, Kind.STAFF.value, *peers)


def _choices(desk: Desk, now: datetime, *, offered: bool) -> tuple[Choice, ...]:
    prison = desk.product.prison
    named = ((who, _wanted(prison, who)) for who in _all(prison))
    return tuple(
        Choice(who, _label(desk, *wanted))
        for who, wanted in named
        if wanted is not None and prison.may_ask(*wanted, now) is offered
    )


def _label(desk: Desk, kind: Kind, role: str) -> str:
    return desk.wording.role(role) if role else desk.wording.say(f"kind_{kind.value}")


def _answer(
    desk: Desk,
    caller: Caller,
    person_id: str,
    draft: Draft | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    with desk.product.database.writing() as work:
        person = seen(caller, work, person_id)
        return _page(desk, caller, work, person, draft or Draft(), notice, status)


def _page(
    desk: Desk, caller: Caller, work: UnitOfWork, person: Person, draft: Draft, notice: str, status: int
) -> Response:
    now = desk.product.now()
    work.audit.put(person.prison_id, caller.staff.id, "on_behalf_viewed", person.id, now)
    mine = [each for each in work.requests.of_person(person.id) if each.is_open]
    page = AskPage(
        desk=desk,
        shell=shell_for(desk, caller, "on_behalf", work=work),
        notice=notice if person.active else desk.wording.say("move_not_here"),
        id=person.id,
        cell=person.place.cell,
        first_name=person.first_name,
        standing=standing_of(person),
        known=" ".join(each.id for each in mine),
        open_ones=open_ones_of(desk, mine),
        now=_choices(desk, now, offered=True) if person.active else (),
        later=_choices(desk, now, offered=False) if person.active else (),
        draft=draft,
    )
    return desk.pages.answer("desk/on_behalf.html", page, status)
