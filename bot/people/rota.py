"""A rota: a week of spans in the prison's own time, days that differ, and what it says at a moment."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

END_OF_DAY: Final = 24 * 60
MOST_SPANS: Final = 6
DAYS_IN_WEEK: Final = 7
# Longer than any leave that is likely: a boundary further back than this decides nothing any more.
LOOK_BACK: Final = timedelta(days=35)
# Nearly always the last boundary is of this week, and a whole prison's rotas are read each minute.
_LOOK_BACK_FIRST: Final = timedelta(days=8)
_SPAN = re.compile(r"(\d{1,2})[:.](\d\d)\s*(?:-|–|—|to)\s*(\d{1,2})[:.](\d\d)")
_BETWEEN = re.compile(r"\s*(?:,|;|&|\band\b)\s*")
_WHOLE_DAY_OFF = frozenset({"", "off", "-"})


class BadSpans(Exception):
    """What was typed is no time on duty. `why` is an id of a sentence, `part` the piece that is wrong."""

    def __init__(self, why: str, part: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.part = part


@dataclass(frozen=True, order=True)
class Span:
    """Minutes of one day by the clock on the wall. `ends` may be 24:00; past midnight is the next day's."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends <= END_OF_DAY:
            raise BadSpans("rota_error_order", str(self))

    def __str__(self) -> str:
        return f"{clock(self.begins)}-{clock(self.ends)}"


Spans = tuple[Span, ...]
OFF: Final[Spans] = ()


@dataclass(frozen=True)
class Rota:
    """`week` begins on Monday. A date in `exceptions` has its own spans, or none: then it is a day off."""

    person_id: str
    week: tuple[Spans, ...]
    exceptions: Mapping[date, Spans] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_IN_WEEK:
            raise ValueError("a week has seven days")

    def on(self, day: date) -> Spans:
        return self.exceptions.get(day, self.week[day.weekday()])

    def differing(self, day: date, spans: Spans) -> "Rota":
        return replace(self, exceptions={**self.exceptions, day: spans})


@dataclass(frozen=True)
class Said:
    """What the rota says at a moment, and since when: the last boundary at or before it."""

    on_duty: bool
    since: datetime


def says(rota: Rota, zone: ZoneInfo, now: datetime) -> Said | None:
    """None where no boundary lies behind: then the rota has nothing to say yet."""
    return _said(rota, zone, now, _LOOK_BACK_FIRST) or _said(rota, zone, now, LOOK_BACK)


def _said(rota: Rota, zone: ZoneInfo, now: datetime, back: timedelta) -> Said | None:
    today = now.astimezone(zone).date()
    last: Said | None = None
    for begins, ends in _turns(rota, zone, today - back, today):
        if begins > now:
            break
        last = Said(True, begins) if now < ends else Said(False, ends)
    return last


def next_turn(rota: Rota, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime] | None:
    """The turn that runs, or the next one within two weeks, in the prison's zone."""
    today = now.astimezone(zone).date()
    for begins, ends in _turns(rota, zone, today - timedelta(days=1), today + timedelta(days=14)):
        if now < ends:
            return begins.astimezone(zone), ends.astimezone(zone)
    return None


def moment(zone: ZoneInfo, day: date, minute: int, *, last: bool = False) -> datetime:
    """When the clock on the wall shows this. Of an hour that comes twice a turn begins with the first and
    ends with the second; an hour that is skipped in spring is the moment of the change."""
    day, minute = (day + timedelta(days=1), 0) if minute == END_OF_DAY else (day, minute)
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        # Skipped: the old offset puts the time after the change, which is at the full hour.
        return first - timedelta(minutes=local.minute)
    return second if last else first


def read_spans(text: str) -> Spans:
    """As staff type them: "09:00-12:00, 14:00-16:00", or "off", or nothing. Raises BadSpans.

    Times that touch are one turn. A turn over midnight is refused: it is two days, and each says its part.
    """
    text = text.strip()
    if text.casefold() in _WHOLE_DAY_OFF:
        return OFF
    found = sorted(_span(part) for part in _BETWEEN.split(text) if part)
    if len(found) > MOST_SPANS:
        raise BadSpans("rota_error_many")
    for before, after in pairwise(found):
        if after.begins < before.ends:
            raise BadSpans("rota_error_overlap", str(after))
    return _joined(found)


def write_spans(spans: Spans) -> str:
    return ", ".join(map(str, spans))


def without(spans: Spans, turn: Span) -> Spans:
    """The day with this turn given away. Raises LookupError where the day has no such turn."""
    if turn not in spans:
        raise LookupError(str(turn))
    return tuple(each for each in spans if each != turn)


def with_turn(spans: Spans, turn: Span) -> Spans:
    return _joined(sorted((*spans, turn)))


def clashes(spans: Spans, turn: Span) -> bool:
    return any(each.begins < turn.ends and turn.begins < each.ends for each in spans)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _span(part: str) -> Span:
    match = _SPAN.fullmatch(part.strip())
    if match is None:
        raise BadSpans("rota_error_times", part)
    begin_hour, begin, end_hour, end = map(int, match.groups())
    begins, ends = begin_hour * 60 + begin, end_hour * 60 + end
    if begin > 59 or end > 59 or begins >= END_OF_DAY or ends > END_OF_DAY:
        raise BadSpans("rota_error_times", part)
    if begins >= ends:
        raise BadSpans("rota_error_order", part)
    return Span(begins, ends)


def _joined(spans: Sequence[Span]) -> Spans:
    found: list[Span] = []
    for span in spans:
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return tuple(found)


def _turns(rota: Rota, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Turns as moments, in order. One that goes on at midnight is one turn, without a boundary between."""
    running: tuple[datetime, datetime] | None = None
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        for span in rota.on(day):
            begins, ends = moment(zone, day, span.begins), moment(zone, day, span.ends, last=True)
            if begins >= ends:
                continue  # all of it lies in the hour that spring skips
            if running is not None and begins <= running[1]:
                running = running[0], max(running[1], ends)
                continue
            if running is not None:
                yield running
            running = begins, ends
    if running is not None:
        yield running
