"""Reads opening times: spans of a day in order, and what a bank holiday changes."""

import re
from datetime import time

from bot.directory.model import DAYS, Hours, Spans
from bot.fields import Fields

ALWAYS = "always"
CLOSED = "closed"
_WEEKDAY, _WEEKEND = "weekday", "weekend"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def read_spans(fields: Fields, key: str) -> Spans:
    """Spans such as ["08:30", "12:00"], in order. One that runs past midnight is refused: it is two days."""
    spans: list[tuple[time, time]] = []
    for at, pair in enumerate(fields.need(key, list)):
        where = f"{key}.{at}"
        if not isinstance(pair, list) or len(pair) != 2:
            raise fields.refuse(where, 'should be two times, such as ["08:30", "12:00"]')
        start, end = (_time(fields, where, text) for text in pair)
        if start >= end:
            raise fields.refuse(where, f"the span {pair[0]} to {pair[1]} ends before it begins")
        if spans and start <= spans[-1][1]:
            raise fields.refuse(where, f"the span {pair[0]} to {pair[1]} overlaps the one before it")
        spans.append((start, end))
    return tuple(spans)


def read_hours(fields: Fields) -> Hours | None:
    """The keys `hours` and `bank_holidays`; None where neither is there, which means: not known."""
    if fields.data.get("hours") == ALWAYS:
        if "bank_holidays" in fields.data:
            raise fields.refuse("bank_holidays", "what is always open has none")
        return Hours(always=True)
    if "hours" not in fields.data:
        if "bank_holidays" in fields.data:
            raise fields.refuse("bank_holidays", "needs the hours of other days")
        return None
    week = _week(fields.inside("hours"))
    if not any(week):
        raise fields.refuse("hours", "is never open; leave it out where the times are not known")
    holiday, holiday_as = _holiday(fields, week)
    return Hours(week, holiday, holiday_as)


def _week(hours: Fields) -> tuple[Spans, ...]:
    """Days that are not named are closed. A day under its own name goes before the group that it is in."""
    hours.only(_WEEKDAY, _WEEKEND, *DAYS)
    named = {key: read_spans(hours, key) for key in hours.data}
    groups = [_WEEKDAY] * 5 + [_WEEKEND] * 2
    return tuple(named.get(day, named.get(group, ())) for day, group in zip(DAYS, groups, strict=True))


def _holiday(fields: Fields, week: tuple[Spans, ...]) -> tuple[Spans, int | None]:
    if fields.data.get("bank_holidays") == CLOSED:
        return (), None
    if not isinstance(fields.data.get("bank_holidays"), dict):
        why = "should say what a bank holiday changes: closed, as: sunday, or open: with its times"
        raise fields.refuse("bank_holidays", why)
    holiday = fields.inside("bank_holidays")
    holiday.only("as", "open")
    if len(holiday.data) != 1:
        raise fields.refuse("bank_holidays", "should have one key: as, or open")
    if "open" in holiday.data:
        return read_spans(holiday, "open"), None
    day = holiday.text("as")
    if day not in DAYS:
        raise holiday.refuse("as", f"{day!r} is no day of the week")
    number = DAYS.index(day)
    return week[number], number


def _time(fields: Fields, where: str, text: object) -> time:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise fields.refuse(where, f'{text!r} is no time of the day; write "08:30", with quotes')
    return time.fromisoformat(text)
