"""People in prison: adding one, and a new PIN for who forgot it."""

import re
import uuid
from dataclasses import dataclass, replace

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.model import Person
from bot.people.single_sign_on import NOWHERE
from bot.people.tablets import gate_of
from bot.safety import moves
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.places import landings, place_of
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_NUMBER = re.compile(r"[A-Z0-9]{3,12}")
_PIN = re.compile(r"[0-9]{4,12}")


@dataclass(frozen=True)
class PersonRow:
    id: str
    number: str
    first_name: str
    place: str
    cell: str


@dataclass(frozen=True)
class Draft:
    """What was typed, less the PIN, when it could not be stored."""

    number: str = ""
    first_name: str = ""
    landing: str = ""
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    landings: tuple[Choice, ...]
    rows: tuple[PersonRow, ...]
    draft: Draft
    done: str


@router.get("/people")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    said = desk.wording.say(f"people_done_{done}") if done in ("added", "pin") else ""
    return _answer(desk, caller, 200, done=said)


@router.post("/people")
def add(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    draft = Draft(
        sent.text("number", 64).upper(),
        sent.text("first_name"),
        sent.text("landing", 64),
        sent.text("cell", 64),
    )
    wrong = _wrong(desk, caller, sent, draft)
    if wrong:
        return _answer(desk, caller, 400, notice=desk.wording.say(wrong), draft=draft)
    # Slow on purpose, so before any lock is held.
    pin_hash = desk.product.hasher.hash(sent.raw("pin"))
    if not _store(desk, caller, draft, pin_hash):
        return _answer(desk, caller, 409, notice=desk.wording.say("error_number_taken"), draft=draft)
    return RedirectResponse("/people?done=added", status_code=303)


@router.post("/people/{person_id}/pin")
def reset_pin(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """A new PIN ends every session that the old one opened."""
    if not _PIN.fullmatch(sent.raw("pin")):
        return _answer(desk, caller, 400, notice=desk.wording.say("error_pin"))
    pin_hash = desk.product.hasher.hash(sent.raw("pin"))
    now = desk.product.now()
    with desk.product.database.writing() as work:
        _seen_by(caller, work.persons.get(person_id))
        person = work.persons.lock(person_id)
        work.persons.save(replace(person, pin_hash=pin_hash))
        gate_of(person.prison_id, person.number).forget(work.tries)
        work.person_sessions.end_all_of(person_id=person_id, now=now)
        work.audit.put(person.prison_id, caller.staff.id, "pin_reset", person_id, now)
    log.info("person.pin_reset", person_id=person_id, staff_id=caller.staff.id)
    return RedirectResponse("/people?done=pin", status_code=303)


def _seen_by(caller: Caller, person: Person | None) -> None:
    if person is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound


def _wrong(desk: Desk, caller: Caller, sent: Sent, draft: Draft) -> str:
    """The id of the sentence that says what to change; empty when all is well."""
    if not _NUMBER.fullmatch(draft.number):
        return "error_number"
    if not draft.first_name or len(draft.first_name) > 40:
        return "error_first_name"
    if place_of(desk, caller, draft.landing, draft.cell) is None:
        return "error_place"
    return "" if _PIN.fullmatch(sent.raw("pin")) else "error_pin"


def _where(desk: Desk, person: Person) -> str:
    if not person.active:
        return desk.wording.say("person_left")
    if person.place == NOWHERE:
        return desk.wording.say("person_nowhere")
    return desk.wording.say("landing_choice", wing=person.place.wing, landing=person.place.landing)


def _store(desk: Desk, caller: Caller, draft: Draft, pin_hash: str) -> bool:
    """False when the number is taken."""
    prison_id, now = caller.staff.prison_id, desk.product.now()
    place = place_of(desk, caller, draft.landing, draft.cell)
    if place is None:
        raise NotFound
    person = Person(uuid.uuid4().hex, prison_id, draft.number, draft.first_name, place, pin_hash)
    with desk.product.database.writing() as work:
        known = work.persons.find_by_number(prison_id, draft.number)
        if known is not None and known.active:
            return False
        if known is not None:
            # Who had left comes back: one row for one human, with what was recorded before. An alert that
            # nobody has checked is still open at the old place: it goes along to the new one.
            person = replace(person, id=known.id, language=known.language, welcomed_at=known.welcomed_at)
            back = replace(person, place=known.place)
            work.persons.save(back)
            if known.place != place:
                prison = desk.product.prison
                moves.move(work, back, prison_id, place, caller.actor, here=prison, there=prison, now=now)
        else:
            work.persons.add(person)
        action = "person_added" if known is None else "person_returned"
        work.audit.put(prison_id, caller.staff.id, action, person.id, now)
    log.info("person.added", person_id=person.id, staff_id=caller.staff.id)
    return True


def _answer(
    desk: Desk, caller: Caller, status: int, *, notice: str = "", draft: Draft | None = None, done: str = ""
) -> Response:
    with desk.product.database.reading() as work:
        rows = tuple(
            PersonRow(
                id=person.id,
                number=person.number,
                first_name=person.first_name,
                place=_where(desk, person),
                cell=person.place.cell,
            )
            for person in work.persons.list_of(caller.staff.prison_id)
            if caller.sees(person.prison_id, person.place.wing)
        )
        page = PeoplePage(
            desk=desk,
            shell=shell_for(desk, caller, "people", work=work),
            notice=notice,
            landings=landings(desk, caller),
            rows=rows,
            draft=draft or Draft(),
            done=done,
        )
    return desk.pages.answer("desk/people.html", page, status)
