"""The shifts of a prison's day: from the first door that opens to the last that shuts, and the nights."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from bot.prison import OPEN, Prison

LONGEST: Final = timedelta(days=7)
# Far outside these somebody mistyped, and not every date can be written.
_YEARS: Final = (2000, 2200)


@dataclass(frozen=True)
class Shift:
    """`is_day` tells a day from a night. Both ends are in UTC."""

    start: datetime
    end: datetime
    is_day: bool = True


def latest_shifts(prison: Prison, now: datetime, count: int = 3) -> tuple[Shift, ...]:
    """The one that runs now, then those before it; where no door ever opens, the last day and night."""
    today = now.astimezone(prison.zone).date()
    days = [shift for back in range(count + 2, -2, -1) for shift in _of_day(prison, today, back)]
    days.sort(key=lambda shift: shift.start)
    shifts: list[Shift] = []
    for before, after in pairwise(days):
        shifts += [before, Shift(before.end, after.start, is_day=False)]
    begun = [shift for shift in shifts if shift.start <= now]
    return tuple(reversed(begun))[:count] or (Shift(now - timedelta(days=1), now),)


def period(prison: Prison, start: str, end: str) -> Shift | None:
    """What somebody typed in the prison's own time; None for what is no time, ends before it begins, or is
    longer than a week."""
    try:
        # An hour that comes twice when summer time ends is taken whole.
        first = datetime.fromisoformat(start).replace(tzinfo=prison.zone, fold=0)
        last = datetime.fromisoformat(end).replace(tzinfo=prison.zone, fold=1)
        shift = Shift(_utc(first), _utc(last))
    except (ValueError, OverflowError):
        return None
    near = _YEARS[0] <= first.year <= _YEARS[1]
    return shift if near and timedelta() < shift.end - shift.start <= LONGEST else None


def typed(prison: Prison, at: datetime) -> str:
    """A moment as a form writes it, in the prison's own time."""
    return at.astimezone(prison.zone).strftime("%Y-%m-%dT%H:%M")


def _of_day(prison: Prison, today: date, back: int) -> tuple[Shift, ...]:
    """The day's one shift; none where no door opens that day."""
    day = today - timedelta(days=back)
    slow = day.weekday() >= 5 or prison.calendar.is_bank_holiday(day)
    plan = prison.day["weekend" if slow else "weekday"]
    spans = [span for part in OPEN for span in plan[part]]
    if not spans:
        return ()
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return (Shift(_at(prison, day, first), _at(prison, day, last)),)


def _at(prison: Prison, day: date, clock: time) -> datetime:
    return _utc(datetime.combine(day, clock, prison.zone))


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
