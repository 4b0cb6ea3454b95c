"""Who is kept apart: the list, two more, one less, and why. For those who keep it, and nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.model import Person
from bot.people.rights import Right
from bot.queue import keep_apart
from bot.queue.keep_apart import AlreadyKeptApart, KeepApart, SamePerson, UnknownEntry
from bot.queue.model import QueueError, ReasonNeeded, State
from bot.safety.whereabouts import of_request
from bot.store.sealed import CannotOpen
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.own_word import own_word
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_SENTENCES: dict[type[QueueError], str] = {
    SamePerson: "error_keep_apart_same",
    AlreadyKeptApart: "error_keep_apart_already",
    ReasonNeeded: "error_keep_apart_reason",
    UnknownEntry: "error_keep_apart_gone",
}
_DONE = frozenset({"added", "removed"})
_LONGEST = 1000


@dataclass(frozen=True)
class Pair:
    """`gone` says when it was taken off, and by whom. The reason is never on this page unasked."""

    id: str
    people: tuple[str, str]
    added: str
    gone: str


@dataclass(frozen=True)
class Shown:
    people: tuple[str, str]
    reason: str
    removal: str


@dataclass(frozen=True)
class Typed:
    one: str = ""
    other: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class KeepApartPage(Page):
    pairs: tuple[Pair, ...]
    done: str
    typed: Typed
    shown: Shown | None


@router.get("/keep-apart")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    said = desk.wording.say(f"keep_apart_done_{done}") if done in _DONE else ""
    return _answer(desk, caller, done=said)


@router.post("/keep-apart")
def add(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    typed = Typed(sent.text("one", 64).upper(), sent.text("other", 64).upper(), sent.text("reason", _LONGEST))
    prison_id = caller.staff.prison_id
    try:
        with desk.product.database.writing() as work:
            # Locked in one order, whichever was typed first: of two at once the second waits.
            found = {number: _person(work, caller, number) for number in sorted({typed.one, typed.other})}
            one, other = found[typed.one], found[typed.other]
            if one is None or other is None or not any(_sees(caller, person) for person in (one, other)):
                return _page(desk, caller, work, desk.wording.say("error_no_such_person"), 404, typed)
            now = desk.product.now()
            keep_apart.add(
                work, prison_id, one.id, other.id, typed.reason, caller.actor, seal=desk.sealer, now=now
            )
    except QueueError as error:
        sentence = desk.wording.say(_SENTENCES[type(error)])
        return _answer(desk, caller, sentence, 400 if isinstance(error, ReasonNeeded) else 409, typed)
    log.info("keep_apart.added", staff_id=caller.staff.id)
    return RedirectResponse("/keep-apart?done=added", status_code=303)


@router.post("/keep-apart/{entry_id}/remove")
def remove(desk: DeskHere, caller: SignedIn, entry_id: Id, sent: CheckedForm) -> Response:
    prison_id, now = caller.staff.prison_id, desk.product.now()
    try:
        with desk.product.database.writing() as work:
            _entry(work, caller, entry_id)
            reason = sent.text("reason", _LONGEST)
            keep_apart.remove(
                work, entry_id, reason, caller.actor, prison_id=prison_id, seal=desk.sealer, now=now
            )
    except (ReasonNeeded, UnknownEntry) as error:
        status = 400 if isinstance(error, ReasonNeeded) else 409
        return _answer(desk, caller, desk.wording.say(_SENTENCES[type(error)]), status)
    return RedirectResponse("/keep-apart?done=removed", status_code=303)


@router.post("/keep-apart/{entry_id}/reason")
def show_reason(desk: DeskHere, caller: SignedIn, entry_id: Id, sent: CheckedForm) -> Response:
    """A form and not a link: each look is written down, and no browser looks by itself."""
    prison_id, now = caller.staff.prison_id, desk.product.now()
    try:
        with desk.product.database.writing() as work:
            entry = _entry(work, caller, entry_id)
            names = _names(work, prison_id)
            reason, removal = keep_apart.read_reasons(
                work, entry_id, caller.actor, prison_id=prison_id, seal=desk.sealer, now=now
            )
    except CannotOpen:
        return _answer(desk, caller, desk.wording.say("error_keep_apart_sealed"), 409)
    return _answer(desk, caller, shown=Shown(_people(entry, names), reason, removal))


def together(desk: Desk, caller: Caller, work: UnitOfWork) -> tuple[Link, ...]:
    """For the board: contacts between two who must be kept apart. Every account that sees the board sees
    these, whatever wing is chosen: somebody must go. Why is said only to those who keep the list."""
    say = desk.wording.say
    words, soon = (
        ("keep_apart_together", "keep_apart_together_soon")
        if caller.may(Right.KEEP_APART)
        else ("contact_stops", "contact_stops_soon")
    )
    found = work.keep_apart.together(caller.staff.prison_id)
    own = own_word(desk, work, map(of_request, found))
    return tuple(
        Link(
            say(
                words if request.state is State.WITH_PERSON else soon,
                cell=own.cell(of_request(request)),
                reference=request.reference,
            ),
            f"/requests/{request.id}",
        )
        for request in found
        if caller.sees(request.prison_id, request.place.wing)
    )


def _person(work: UnitOfWork, caller: Caller, number: str) -> Person | None:
    return work.persons.find_by_number(caller.staff.prison_id, number) if number else None


def _sees(caller: Caller, person: Person) -> bool:
    return caller.sees(person.prison_id, person.place.wing)


def _entry(work: UnitOfWork, caller: Caller, entry_id: str) -> KeepApart:
    """Raises NotFound, also for two of whom this account sees neither."""
    entry = work.keep_apart.get_for_change(entry_id)
    if entry is None:
        raise NotFound
    people = [work.persons.get(person_id) for person_id in (entry.first_id, entry.second_id)]
    if not any(person is not None and _sees(caller, person) for person in people):
        raise NotFound
    return entry


def _names(work: UnitOfWork, prison_id: str) -> dict[str, str]:
    return {
        person.id: f"{person.first_name}, {person.number}, {person.place.cell}"
        for person in work.persons.list_of(prison_id)
    }


def _people(entry: KeepApart, names: dict[str, str]) -> tuple[str, str]:
    return names.get(entry.first_id, ""), names.get(entry.second_id, "")


def _answer(
    desk: Desk,
    caller: Caller,
    notice: str = "",
    status: int = 200,
    typed: Typed | None = None,
    *,
    done: str = "",
    shown: Shown | None = None,
) -> Response:
    with desk.product.database.reading() as work:
        return _page(desk, caller, work, notice, status, typed, done=done, shown=shown)


def _page(
    desk: Desk,
    caller: Caller,
    work: UnitOfWork,
    notice: str,
    status: int,
    typed: Typed | None,
    *,
    done: str = "",
    shown: Shown | None = None,
) -> Response:
    page = KeepApartPage(
        desk=desk,
        shell=shell_for(desk, caller, "keep_apart", work=work),
        notice=notice,
        pairs=tuple(_pairs(desk, caller, work)),
        done=done,
        typed=typed or Typed(),
        shown=shown,
    )
    return desk.pages.answer("desk/keep_apart.html", page, status)


def _pairs(desk: Desk, caller: Caller, work: UnitOfWork) -> Iterable[Pair]:
    say, clock, now = desk.wording.say, desk.wording.clock, desk.product.now()
    prison_id = caller.staff.prison_id
    staff, names = work.staff.names(prison_id), _names(work, prison_id)
    seen = {person.id for person in work.persons.list_of(prison_id) if _sees(caller, person)}
    for entry in work.keep_apart.list_of(prison_id):
        if not {entry.first_id, entry.second_id} & seen:
            continue
        gone = ""
        if entry.removed_at is not None:
            who = staff.get(entry.removed_by or "", say("who_staff"))
            gone = say("keep_apart_removed", at=clock(entry.removed_at, now), who=who)
        who = staff.get(entry.added_by, say("who_staff"))
        added = say("keep_apart_added", at=clock(entry.added_at, now), who=who)
        yield Pair(entry.id, _people(entry, names), added, gone)
