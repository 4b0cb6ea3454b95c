"""The times of a service as staff type them: "09:00-11:30, 14:00-16:00", "closed", or nothing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.directory.model import DAYS
from bot.editions.model import Body
from bot.editions.rules import Problem, Refused
from bot.web.desk import content_choices as choices
from bot.web.desk.actions import Choice
from bot.web.desk.content_fields import Values, value_of
from bot.web.desk.desk import Desk

_DAY_NAMES = ("weekday", "weekend", *DAYS)
HOUR_NAMES = tuple(f"hours.{name}" for name in _DAY_NAMES)
CLOSED = "closed"
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


def hours_from(desk: Desk, values: Values) -> dict[str, Any]:
    kind = _choice(desk, values, "hours", choices.times(desk))
    named = _choice(desk, values, "bank_holidays", choices.bank_holidays(desk))
    if kind != choices.KNOWN:
        return {"hours": choices.ALWAYS} if kind == choices.ALWAYS else {}
    hours = {name: _spans(desk, values, f"hours.{name}") for name in _DAY_NAMES}
    holidays: object = choices.CLOSED
    if named.startswith(choices.AS):
        holidays = {"as": named.removeprefix(choices.AS)}
    elif named == choices.OWN_TIMES:
        holidays = {"open": _spans(desk, values, "bank_holidays.open") or []}
    known = {name: spans for name, spans in hours.items() if spans is not None}
    return {"hours": known, "bank_holidays": holidays}


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


def _choice(desk: Desk, values: Values, name: str, offered: tuple[Choice, ...]) -> str:
    """What is not on the list must not count as one that is."""
    value = value_of(values, name)
    if value not in {choice.value for choice in offered}:
        raise Refused(Problem(name, desk.wording.say("content_error_choice")))
    return value


def _spans(desk: Desk, values: Values, name: str) -> list[list[str]] | None:
    try:
        return read_times(value_of(values, name))
    except ValueError as error:
        raise Refused(Problem(name, desk.wording.say("content_error_times"))) from error


def _span(part: str) -> list[str]:
    found = _SPAN.fullmatch(part.strip())
    if found is None:
        raise ValueError("no span of time")
    return [f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"]
