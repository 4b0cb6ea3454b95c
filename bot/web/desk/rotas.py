"""A supporter's rota at the desk: the week, days that differ, and what it says about this very moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.directory.model import DAYS
from bot.people import duty, rota
from bot.people.model import Person
from bot.people.rota import OFF, BadSpans, Rota, Spans
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_DONE = frozenset({"week", "day", "removed", "off"})
_Change = Callable[[UnitOfWork, Person], None]
_NO_WEEK = (OFF,) * rota.DAYS_IN_WEEK


@dataclass(frozen=True)
class DayField:
    """A day of the week as it is typed; `wrong` says what is not right in it."""

    name: str
    label: str
    value: str
    wrong: str


@dataclass(frozen=True)
class DifferingDay:
    id: str
    when: str
    spans: str


@dataclass(frozen=True, kw_only=True)
class RotaPage(Page):
    id: str
    first_name: str
    cell: str
    says: str
    week: tuple[DayField, ...]
    days: tuple[DifferingDay, ...]
    day: str
    spans: str
    has_rota: bool
    done: str


@dataclass(frozen=True)
class _Typed:
    """What came back wrong, so that nothing typed is lost."""

    week: dict[str, str]
    wrong: dict[str, str]
    day: str = ""
    spans: str = ""


_NOTHING = _Typed({}, {})


@router.get("/rotas/{person_id}")
def show(desk: DeskHere, caller: SignedIn, person_id: Id, done: str = "") -> Response:
    return _answer(
        desk, caller, person_id, done=desk.wording.say(f"rota_done_{done}") if done in _DONE else ""
    )


@router.post("/rotas/{person_id}")
def set_week(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """All that is wrong is said at once, and what was typed stays in its field."""
    typed = {day: sent.text(day, 200) for day in DAYS}
    week, wrong = [], {}
    for day, text in typed.items():
        try:
            week.append(rota.read_spans(text))
        except BadSpans as error:
            wrong[day] = desk.wording.say(error.why, part=error.part)
    if wrong:
        notice = desk.wording.say("rota_error_week", count=len(wrong))
        return _answer(desk, caller, person_id, notice=notice, status=400, typed=_Typed(typed, wrong))

    def change(work: UnitOfWork, person: Person) -> None:
        work.rotas.put_week(person.prison_id, person.id, week, desk.product.now())

    _change(desk, caller, person_id, "rota_week_set", change)
    return _to(person_id, "week")


@router.post("/rotas/{person_id}/days")
def set_day(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """A date that differs. No times: a day off."""
    typed = _Typed({}, {}, sent.text("day", 64), sent.text("spans", 200))
    try:
        day, spans = _day(desk, sent), rota.read_spans(typed.spans)
    except BadSpans as error:
        notice = desk.wording.say(error.why, part=error.part)
        return _answer(desk, caller, person_id, notice=notice, status=400, typed=typed)

    def change(work: UnitOfWork, person: Person) -> None:
        if work.rotas.get(person.id) is None:
            work.rotas.put_week(person.prison_id, person.id, _NO_WEEK, desk.product.now())
        work.rotas.put_exception(person.id, day, spans, desk.product.now())

    _change(desk, caller, person_id, "rota_day_set", change)
    return _to(person_id, "day")


@router.post("/rotas/{person_id}/days/{day_id}/remove")
def remove_day(desk: DeskHere, caller: SignedIn, person_id: Id, day_id: str, sent: CheckedForm) -> Response:
    try:
        day = date.fromisoformat(day_id)
    except ValueError:
        raise NotFound from None

    def change(work: UnitOfWork, person: Person) -> None:
        if not work.rotas.take_exception(person.id, day):
            raise NotFound

    _change(desk, caller, person_id, "rota_day_removed", change)
    return _to(person_id, "removed")


@router.post("/rotas/{person_id}/remove")
def remove(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """No rota: duty stays as it is, and is by hand from now on."""

    def change(work: UnitOfWork, person: Person) -> None:
        work.rotas.remove(person.id)

    _change(desk, caller, person_id, "rota_removed", change)
    return _to(person_id, "off")


def _change(desk: Desk, caller: Caller, person_id: str, action: str, change: _Change) -> None:
    """Under the supporter's lock; where the rota now says something else about this moment, that holds."""
    now, zone = desk.product.now(), desk.product.prison.zone
    with desk.product.database.writing() as work:
        person = _seen(caller, work, person_id)
        work.supporters.get(person_id)
        before = work.rotas.get(person_id)
        change(work, person)
        after = work.rotas.get(person_id)
        if after is not None:
            duty.follow_change(work, before, after, zone, now=now)
            work.requests.look_again(person.prison_id, now)
        work.audit.put(person.prison_id, caller.staff.id, action, person_id, now)
    log.info("rota.changed", person_id=person_id, action=action, staff_id=caller.staff.id)


def _answer(
    desk: Desk,
    caller: Caller,
    person_id: str,
    *,
    notice: str = "",
    done: str = "",
    status: int = 200,
    typed: _Typed = _NOTHING,
) -> Response:
    with desk.product.database.writing() as work:
        person = _seen(caller, work, person_id)
        work.audit.put(person.prison_id, caller.staff.id, "rota_viewed", person.id, desk.product.now())
        plan = work.rotas.get(person_id)
        page = RotaPage(
            desk=desk,
            shell=shell_for(desk, caller, "rota", work=work),
            notice=notice,
            id=person.id,
            first_name=person.first_name,
            cell=person.place.cell,
            says=_says(desk, plan),
            week=tuple(_field(desk, typed, at, plan) for at in range(rota.DAYS_IN_WEEK)),
            days=_differing(desk, plan),
            day=typed.day,
            spans=typed.spans,
            has_rota=plan is not None,
            done=done,
        )
    return desk.pages.answer("desk/rota.html", page, status)


def _field(desk: Desk, typed: _Typed, at: int, plan: Rota | None) -> DayField:
    name = DAYS[at]
    value = typed.week.get(name, rota.write_spans(plan.week[at]) if plan else "")
    return DayField(name, desk.wording.say(f"rota_{name}"), value, typed.wrong.get(name, ""))


def _differing(desk: Desk, plan: Rota | None) -> tuple[DifferingDay, ...]:
    """From today on: what is over is over."""
    today = desk.product.now().astimezone(desk.product.prison.zone).date()
    days = sorted((plan.exceptions if plan else {}).items())
    return tuple(
        DifferingDay(day.isoformat(), f"{day:%A %-d %B %Y}", _written(desk, spans))
        for day, spans in days
        if day >= today
    )


def _written(desk: Desk, spans: Spans) -> str:
    return rota.write_spans(spans) or desk.wording.say("rota_day_off")


def _says(desk: Desk, plan: Rota | None) -> str:
    now, zone = desk.product.now(), desk.product.prison.zone
    said = rota.says(plan, zone, now) if plan else None
    if plan is None:
        return desk.wording.say("rota_none")
    if said is None:
        return desk.wording.say("rota_says_nothing")
    key = "rota_says_on" if said.on_duty else "rota_says_off"
    return desk.wording.say(key, since=desk.wording.clock(said.since, now))


def _day(desk: Desk, sent: Sent) -> date:
    """Raises BadSpans for what is no date, or is over."""
    try:
        day = date.fromisoformat(sent.text("day", 64))
    except ValueError as error:
        raise BadSpans("rota_error_day") from error
    today = desk.product.now().astimezone(desk.product.prison.zone).date()
    if not 0 <= (day - today).days <= 366:
        raise BadSpans("rota_error_day")
    return day


def _seen(caller: Caller, work: UnitOfWork, person_id: str) -> Person:
    """Raises NotFound for who is no supporter, or not for this account to see."""
    person, supporter = work.persons.get(person_id), work.supporters.find(person_id)
    if person is None or supporter is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
    return person


def _to(person_id: str, done: str) -> Response:
    return RedirectResponse(f"/rotas/{person_id}?done={done}", status_code=303)
