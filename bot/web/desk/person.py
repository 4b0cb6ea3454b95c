"""One person at the desk: what is open, moving, and days that staff marked as hard. Not the person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import Person
from bot.people.rights import Right
from bot.queue.model import Request
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.places import Goals, goals
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_DONE = {
    "marked": "days_done_marked",
    "removed": "days_done_removed",
    "cell": "cell_done_checked",
    "moved": "move_done",
    "moved_alert": "move_done_alert",
    "left": "move_done_left",
    "left_alert": "move_done_left_alert",
}


@dataclass(frozen=True)
class DayRow:
    id: str
    kind: str
    when: str
    by: str


@dataclass(frozen=True, kw_only=True)
class PersonPage(Page):
    id: str
    first_name: str
    cell: str
    place: str
    own_word: str
    kinds: tuple[Choice, ...]
    days: tuple[DayRow, ...]
    done: str
    active: bool
    standing: str
    open_ones: tuple[Link, ...]
    goals: tuple[Goals, ...]
    may_ask: bool
    may_move: bool
    may_mark: bool


@router.get("/people/{person_id}")
def show(desk: DeskHere, caller: SignedIn, person_id: Id, done: str = "", count: int = 0) -> Response:
    said = desk.wording.say(_DONE[done], count=count) if done in _DONE else ""
    return answer(desk, caller, person_id, done=said)


@router.post("/people/{person_id}/days")
def mark(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    kind = next((kind for kind in DayKind if kind.value == sent.text("kind", 64)), None)
    day = _date(sent.text("day", 64))
    if kind is None or day is None:
        return answer(desk, caller, person_id, notice=desk.wording.say("error_day"), status=400)
    now, today = desk.product.now(), _today(desk)
    try:
        with desk.product.database.writing() as work:
            person = seen(caller, work, person_id, locked=True)
            hard_days.mark(
                work,
                person.id,
                kind,
                _meant(kind, day, today),
                MarkedBy.STAFF,
                today=today,
                now=now,
                staff_id=caller.staff.id,
            )
            work.audit.put(person.prison_id, caller.staff.id, "day_marked", person.id, now)
    except hard_days.NoSuchDay:
        return answer(desk, caller, person_id, notice=desk.wording.say("error_day"), status=400)
    except hard_days.TooManyDays:
        return answer(desk, caller, person_id, notice=desk.wording.say("error_days_full"), status=409)
    log.info("day.marked", person_id=person_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/people/{person_id}?done=marked", status_code=303)


@router.post("/people/{person_id}/days/{day_id}/remove")
def remove(desk: DeskHere, caller: SignedIn, person_id: Id, day_id: Id, sent: CheckedForm) -> Response:
    now = desk.product.now()
    with desk.product.database.writing() as work:
        person = seen(caller, work, person_id, locked=True)
        if not work.marked_days.remove(person.id, day_id, MarkedBy.STAFF, now):
            raise NotFound
        work.audit.put(person.prison_id, caller.staff.id, "day_removed", person.id, now)
    return RedirectResponse(f"/people/{person_id}?done=removed", status_code=303)


def _meant(kind: DayKind, day: date, today: date) -> date:
    """What comes round each year may be given with any year. Raises NoSuchDay for what is over."""
    if kind in hard_days.YEARLY:
        return hard_days.next_time(kind, day.month, day.day, today)
    if kind is not DayKind.ARRIVAL and day < today:
        raise hard_days.NoSuchDay(kind)
    return day


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today(desk: Desk) -> date:
    return desk.product.now().astimezone(desk.product.prison.zone).date()


def seen(caller: Caller, work: UnitOfWork, person_id: str, *, locked: bool = False) -> Person:
    """Raises NotFound, also for a person of another prison or wing."""
    person = work.persons.get(person_id)
    if person is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
    return work.persons.lock(person_id) if locked else person


def answer(
    desk: Desk, caller: Caller, person_id: str, *, notice: str = "", done: str = "", status: int = 200
) -> Response:
    wording = desk.wording
    with desk.product.database.writing() as work:
        person = seen(caller, work, person_id)
        work.audit.put(person.prison_id, caller.staff.id, "person_viewed", person.id, desk.product.now())
        names = work.staff.names(person.prison_id)
        marked = work.marked_days.of_person(person.id, _today(desk), desk.product.prison.zone)
        requests = work.requests.of_person(person.id) if caller.may(Right.SEE_BOARD) else ()
        page = PersonPage(
            desk=desk,
            shell=shell_for(desk, caller, "person", work=work),
            notice=notice,
            id=person.id,
            first_name=person.first_name,
            cell=person.place.cell,
            place=wording.say("landing_choice", wing=person.place.wing, landing=person.place.landing)
            if person.active
            else wording.say("person_left"),
            own_word=wording.say("cell_own_word") if person.cell_said_at and person.active else "",
            kinds=tuple(Choice(kind.value, wording.say(f"day_{kind.value}")) for kind in DayKind),
            days=tuple(_row(desk, day, names) for day in marked if day.marked_by is MarkedBy.STAFF),
            done=done,
            active=person.active,
            standing=standing_of(person),
            # For who sees the board.
            open_ones=open_ones_of(desk, requests),
            may_ask=caller.may(Right.CHANGE_REQUESTS) and person.active,
            goals=goals(desk, work) if caller.may(Right.MOVE_PEOPLE) else (),
            may_move=caller.may(Right.MOVE_PEOPLE) and person.active,
            may_mark=caller.may(Right.MARK_DAYS),
        )
    return desk.pages.answer("desk/person.html", page, status)


def standing_of(person: Person) -> str:
    """Where the page shows the person: what is chosen on it counts for that alone."""
    place = person.place
    return f"{person.prison_id}/{place.wing}/{place.landing}/{place.cell}"


def open_ones_of(desk: Desk, requests: Sequence[Request]) -> tuple[Link, ...]:
    wording = desk.wording
    return tuple(
        Link(f"{wording.kind(each)}, {each.reference}: {wording.state(each)}", f"/requests/{each.id}")
        for each in requests
        if each.is_open
    )


def _row(desk: Desk, marked: MarkedDay, names: dict[str, str]) -> DayRow:
    form = "%-d %B" if marked.is_yearly else "%-d %B %Y"
    return DayRow(
        id=marked.id,
        kind=desk.wording.say(f"day_{marked.kind.value}"),
        when=marked.day.strftime(form),
        by=names.get(marked.staff_id or "", desk.wording.say("who_staff")),
    )
