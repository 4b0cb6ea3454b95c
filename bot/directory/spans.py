"""Reads opening times: spans of a day in order, and what a bank holiday changes."""

import re
from datetime import time
from functools import partial
from itertools import pairwise

from bot.directory.model import DAYS, MIDNIGHT, Hours, Spans
from bot.fields import Fields

ALWAYS = "always"
CLOSED = "closed"
_WEEKDAY, _WEEKEND = "weekday", "weekend"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_END_OF_DAY = "24:00"


def read_spans(fields: Fields, key: str) -> Spans:
    """Spans such as ["08:30", "12:00"], in order. One may end at "24:00"; one that runs past midnight is
    refused: it is two days."""
    spans = fields.each(key, partial(_span, fields))
    for at, ((_, end), (start, last)) in enumerate(pairwise(spans), start=1):
        if end == MIDNIGHT or start <= end:
            why = f"the span {start:%H:%M} to {write_end(last)} overlaps the one before it"
            fields.complain(f"{key}.{at}", why)
    return spans


def _span(fields: Fields, key: str, pair: object) -> tuple[time, time]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise fields.refuse(key, 'should be two times, such as ["08:30", "12:00"]')
    start = _time(fields, key, pair[0])
    if pair[1] == _END_OF_DAY:
        return start, MIDNIGHT
    end = _time(fields, key, pair[1])
    if start >= end:
        why = "ends before it begins; over midnight it is two: up to 24:00, and from 00:00 on the next day"
        raise fields.refuse(key, f"the span {pair[0]} to {pair[1]} {why}")
    return start, end


def write_end(end: time) -> str:
    """The end of a span as the file has it."""
    return _END_OF_DAY if end == MIDNIGHT else f"{end:%H:%M}"


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
    hours = fields.inside("hours")
    week = _week(hours)
    if not any(hours.data.values()):
        fields.complain("hours", "is never open; leave it out where the times are not known")
    holiday, holiday_as = fields.part(lambda: _holiday(fields, week), ((), None))
    return Hours(week, holiday, holiday_as)


def _week(hours: Fields) -> tuple[Spans, ...]:
    """Days that are not named are closed. A day under its own name goes before the group that it is in."""
    hours.only(_WEEKDAY, _WEEKEND, *DAYS)
    named = {key: hours.part(partial(read_spans, hours, key), ()) for key in hours.data}
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
    if not isinstance(text, str):
        raise fields.refuse(where, f'{text!r} should be a time of the day, in quotes: "08:30"')
    if not _TIME.fullmatch(text):
        raise fields.refuse(where, f"{text!r} is no time of the day, such as 08:30")
    return time.fromisoformat(text)
