"""The times of a service as staff type them: "09:00-11:30, 14:00-16:00", "closed", or nothing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.directory.model import DAYS
from bot.editions.model import Body
from bot.editions.rules import Problem
from bot.web.desk import content_choices as choices
from bot.web.desk.actions import Choice
from bot.web.desk.content_fields import Problems, Values, value_of
from bot.web.desk.desk import Desk

_DAY_NAMES = ("weekday", "weekend", *DAYS)
HOUR_NAMES = tuple(f"hours.{name}" for name in _DAY_NAMES)
CLOSED = "closed"
# What was typed is no span of time. A day that has it is not a day without times.
_NONE: list[list[str]] = [["", ""]]
_SPAN = re.compile(r"(\d{1,2})[:.](\d\d)\s*(?:-|–|—|to)\s*(\d{1,2})[:.](\d\d)")
_BETWEEN = re.compile(r"\s*(?:,|;|&|\band\b)\s*")


def times_values(body: Body) -> dict[str, tuple[str, ...]]:
    hours, holidays = body.get("hours"), body.get("bank_holidays", choices.CLOSED)
    spans: Mapping[str, Any] = hours if isinstance(hours, Mapping) else {}
    kind = choices.KNOWN if spans else (choices.ALWAYS if hours else choices.UNKNOWN)
    values: dict[str, tuple[str, ...]] = {
        f"hours.{name}": (write_times(spans.get(name)),) for name in _DAY_NAMES
    }
    named, own = choices.CLOSED, ""
    if isinstance(holidays, Mapping):
        named = f"{choices.AS}{holidays['as']}" if "as" in holidays else choices.OWN_TIMES
        own = write_times(holidays.get("open"))
    return values | {"hours": (kind,), "bank_holidays": (named,), "bank_holidays.open": (own,)}


def hours_from(desk: Desk, values: Values, base: Body) -> tuple[dict[str, Any], Problems]:
    """As the file has them, and what is wrong with what was typed. Times that were in `base` already may stay
    in their fields when they do not count any more; new ones would be lost in silence."""
    kind, named = value_of(values, "hours"), value_of(values, "bank_holidays")
    wrong = [
        *_not_offered(desk, "hours", kind, choices.times(desk)),
        *_not_offered(desk, "bank_holidays", named, choices.bank_holidays(desk)),
    ]
    if named != choices.OWN_TIMES or kind != choices.KNOWN:
        wrong += _typed_for_nothing(desk, values, base, "bank_holidays", ("bank_holidays.open",))
    if kind in (choices.ALWAYS, choices.UNKNOWN):
        wrong += _typed_for_nothing(desk, values, base, "hours", HOUR_NAMES)
        return ({"hours": choices.ALWAYS} if kind == choices.ALWAYS else {}), tuple(wrong)
    days = {name: _spans(value_of(values, f"hours.{name}")) for name in _DAY_NAMES}
    found = {f"hours.{name}": spans for name, spans in days.items() if spans is not None}
    holidays: object = choices.CLOSED
    if named.startswith(choices.AS):
        holidays = {"as": named.removeprefix(choices.AS)}
    elif named == choices.OWN_TIMES:
        # Nothing typed is not the same as closed.
        own = _spans(value_of(values, "bank_holidays.open"))
        found["bank_holidays.open"] = _NONE if own is None else own
        holidays = {"open": found["bank_holidays.open"]}
    why = desk.wording.say("content_error_times")
    wrong += [Problem(name, why) for name, spans in found.items() if spans is _NONE]
    hours = {name: spans for name, spans in days.items() if spans is not None}
    return {"hours": hours, "bank_holidays": holidays}, tuple(wrong)


def read_times(text: str) -> list[list[str]] | None:
    """As the file has them; None for an empty field. Raises ValueError for what is no span of time."""
    if not text:
        return None
    if text.casefold() == CLOSED:
        return []
    return [_span(part) for part in _BETWEEN.split(text) if part]


def write_times(spans: Sequence[Sequence[str]] | None) -> str:
    if spans is None:
        return ""
    return ", ".join(f"{start}-{end}" for start, end in spans) or CLOSED


def _typed_for_nothing(desk: Desk, values: Values, base: Body, name: str, fields: Sequence[str]) -> Problems:
    before = times_values(base)
    if not any((typed := value_of(values, each)) and typed != value_of(before, each) for each in fields):
        return ()
    return (Problem(name, desk.wording.say("content_error_unused_times")),)


def _not_offered(desk: Desk, name: str, value: str, offered: tuple[Choice, ...]) -> Problems:
    """What is not on the list must not count as one that is."""
    if value in {choice.value for choice in offered}:
        return ()
    return (Problem(name, desk.wording.say("content_error_choice")),)


def _spans(text: str) -> list[list[str]] | None:
    try:
        return read_times(text)
    except ValueError:
        return _NONE


def _span(part: str) -> list[str]:
    found = _SPAN.fullmatch(part.strip())
    if found is None:
        raise ValueError("no span of time")
    return [f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"]
