"""My days: a person marks a day that matters, and takes it off again. Staff do not see these."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame

Id = Annotated[str, PathParam(pattern=r"^[a-z0-9]{1,32}$")]
_Text = Annotated[str, Form()]
_KINDS = (DayKind.BIRTHDAY, DayKind.ANNIVERSARY, DayKind.COURT, DayKind.OTHER)
# What a redirect may have this page say, and whether that is good news.
_NOTICES = {
    "marked": ("page_days_done", True),
    "off": ("page_days_off", True),
    "wrong": ("page_days_wrong", False),
    "full": ("page_days_full", False),
    "expired": ("page_expired", False),
}


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class DayRow:
    id: str
    title: str
    when: str


@dataclass(frozen=True)
class DaysPage:
    frame: Frame
    kinds: tuple[Option, ...]
    days: tuple[Option, ...]
    months: tuple[Option, ...]
    mine: tuple[DayRow, ...]


def days_page(visit: Here, said: str = "") -> Response:
    with visit.product.database.reading() as work:
        marked = work.marked_days.of_person(visit.person.id, _today(visit), visit.product.prison.zone)
    key, calm = _NOTICES.get(said, ("", True))
    shell = frame(visit, "page_days_title", "/days", notice=visit.say(key) if key else "", calm=calm)
    page = DaysPage(
        frame=shell,
        kinds=tuple(Option(kind.value, visit.say(f"day_kind_{kind.value}")) for kind in _KINDS),
        days=tuple(Option(str(day), str(day)) for day in range(1, 32)),
        months=tuple(Option(str(month), visit.say(f"month_{month}")) for month in range(1, 13)),
        mine=tuple(_row(visit, each) for each in marked if each.marked_by is MarkedBy.PERSON),
    )
    return visit.parts.pages.answer("tablet/days.html", page)


def mark(visit: Here, form: _Text = "", kind: _Text = "", day: _Text = "", month: _Text = "") -> Response:
    """The same day marked twice is one."""
    now, today = visit.product.now(), _today(visit)
    try:
        visit.form_key(form)
        chosen = _kind(kind)
        when = hard_days.next_time(chosen, _number(month), _number(day), today)
        with visit.product.database.writing() as work:
            work.people.lock(visit.person.id)
            hard_days.mark(work, visit.person.id, chosen, when, MarkedBy.PERSON, today=today, now=now)
    except StaleForm:
        return _to("expired")
    except hard_days.NoSuchDay:
        return _to("wrong")
    except hard_days.TooManyDays:
        return _to("full")
    return _to("marked")


def take_off(visit: Here, day_id: Id, form: _Text = "") -> Response:
    try:
        visit.form_key(form)
    except StaleForm:
        return _to("expired")
    with visit.product.database.writing() as work:
        work.people.lock(visit.person.id)
        work.marked_days.remove(visit.person.id, day_id, MarkedBy.PERSON, visit.product.now())
    return _to("off")


def add_to(app: FastAPI) -> None:
    app.get("/days", include_in_schema=False)(days_page)
    app.post("/days", include_in_schema=False)(mark)
    app.post("/days/{day_id}/remove", include_in_schema=False)(take_off)


def _row(visit: Visit, marked: MarkedDay) -> DayRow:
    month = visit.say(f"month_{marked.day.month}")
    when = visit.say("page_days_date", day=marked.day.day, month=month)
    if marked.is_yearly:
        when = f"{when} · {visit.say('page_days_yearly')}"
    return DayRow(marked.id, visit.say(f"day_kind_{marked.kind.value}"), when)


def _kind(value: str) -> DayKind:
    """Raises NoSuchDay, also for the day of arrival: that is staff's to mark."""
    if value not in {kind.value for kind in _KINDS}:
        raise hard_days.NoSuchDay(value)
    return DayKind(value)


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 3 else 0


def _today(visit: Visit) -> date:
    return visit.product.now().astimezone(visit.product.prison.zone).date()


def _to(said: str) -> Response:
    return RedirectResponse(f"/days?said={said}", status_code=303)
