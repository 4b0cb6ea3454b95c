"""Open now, closes at, opens next: by the prison's clock, over midnight, clock changes and bank holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.directory.model import MIDNIGHT, Hours, PartOfUk, Spans

# Longer than any run of closed days: a Friday service shuts on both Christmas Day and New Year's Day.
_LOOK_AHEAD = 28
_SUBDIVISIONS = {
    PartOfUk.ENGLAND_AND_WALES: "ENG",  # the same days in Wales
    PartOfUk.SCOTLAND: "SCT",
    PartOfUk.NORTHERN_IRELAND: "NIR",
}


@dataclass(frozen=True)
class Calendar:
    """A prison's clock and its bank holidays."""

    zone: ZoneInfo
    part: PartOfUk

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def is_bank_holiday(self, day: date) -> bool:
        """Also on a holiday that falls on a weekend, beside the Monday given for it: few open on either."""
        return day in _bank_holidays(self.part, day.year)


@dataclass(frozen=True)
class Standing:
    """How a service stands. `closes` is None when no end is in sight, `opens` when no opening is."""

    is_open: bool
    closes: datetime | None = None
    opens: datetime | None = None


def standing(hours: Hours, calendar: Calendar, now: datetime) -> Standing:
    """Times are in the prison's zone."""
    if hours.always:
        return Standing(is_open=True)
    today = calendar.today(now)
    closes: datetime | None = None
    for start, end in _ahead(hours, calendar, today):
        if closes is not None and start > closes:
            break
        if closes is None and now < start:
            return Standing(is_open=False, opens=start)
        # Where one ends at midnight and the next begins there, nobody shuts a door in between.
        if closes is not None or start <= now < end:
            closes = end
    if closes is None:
        return Standing(is_open=False)
    last = _moment(calendar, today + timedelta(days=_LOOK_AHEAD), MIDNIGHT, last=True)
    return Standing(is_open=True, closes=closes if closes < last else None)


def spans_on(hours: Hours, calendar: Calendar, day: date) -> Spans:
    return hours.holiday if calendar.is_bank_holiday(day) else hours.week[day.weekday()]


def _ahead(hours: Hours, calendar: Calendar, today: date) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(_LOOK_AHEAD + 1):
        yield from _openings(hours, calendar, today + timedelta(days=ahead))


def _openings(hours: Hours, calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """The day's spans as moments. One that the clocks skip in spring is none."""
    spans = spans_on(hours, calendar, day)
    found = [(_moment(calendar, day, start), _moment(calendar, day, end, last=True)) for start, end in spans]
    return [(start, end) for start, end in found if start < end]


def _moment(calendar: Calendar, day: date, at: time, *, last: bool = False) -> datetime:
    """The moment of a wall-clock time; an end at midnight is the next day's first. Of an hour that comes
    twice the first, or for an end the last; for one that is skipped, the moment of the change."""
    if last and at == MIDNIGHT:
        day += timedelta(days=1)
    local = datetime.combine(day, at, calendar.zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        # Skipped: the old offset puts the time after the change, which is at the full hour.
        first = second = first - timedelta(minutes=local.minute, seconds=local.second)
    return (second if last else first).astimezone(calendar.zone)


@lru_cache(maxsize=32)
def _bank_holidays(part: PartOfUk, year: int) -> frozenset[date]:
    """Computed by the library from the rules, with no network."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[part], years=year))
