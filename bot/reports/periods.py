"""The days that a report covers: what a form may ask for, and how they are cut into days, weeks or months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

# Three years, a leap year among them.
MOST_DAYS: Final = 1_096
USUAL: Final = timedelta(weeks=12)


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both counted, by the prison's own calendar."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_of_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + timedelta(days=1)).day == 1

    @property
    def step(self) -> Step:
        """How finely its course is shown."""
        if self.days <= 21:
            return Step.DAY
        return Step.WEEK if self.days <= 400 else Step.MONTH

    def start_of(self, day: date) -> date:
        """The first day of the step in which this day lies."""
        match self.step:
            case Step.DAY:
                return day
            case Step.WEEK:
                return day - timedelta(days=day.weekday())
            case Step.MONTH:
                return day.replace(day=1)

    def steps(self) -> tuple[date, ...]:
        """Where each step begins, the quiet ones too. The first may begin before the period."""
        return tuple(dict.fromkeys(self.start_of(day) for day in self._each_day()))

    def _each_day(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))


class BadPeriod(Exception):
    """These days cannot be reported on. `why` is the id of the sentence that says so."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_period(first: str, last: str, today: date) -> Period:
    """As a form sends it. Nothing is the last twelve weeks; a day that is to come is cut off.

    Raises BadPeriod: for what is no date, the wrong way round, not begun yet, or too long.
    """
    end = _day(last) if last.strip() else today
    begin = _day(first) if first.strip() else min(end, today) - USUAL + timedelta(days=1)
    if begin > end:
        raise BadPeriod("turned")
    if begin > today:
        raise BadPeriod("future")
    found = Period(begin, min(end, today))
    if found.days > MOST_DAYS:
        raise BadPeriod("long")
    return found


def day_begins(day: date, zone: tzinfo) -> datetime:
    """Midnight by the prison's own clock: a day has 23 or 25 hours when the clocks change."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadPeriod("no_date") from error
    # What is earlier or later is a slip, and arithmetic could leave the calendar.
    if not 2000 <= found.year <= 2999:
        raise BadPeriod("no_date")
    return found
