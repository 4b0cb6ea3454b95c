"""Days on which help is offered again, lightly: the first month inside, and days that somebody marked."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

FIRST_DAYS: Final = timedelta(days=30)
MOST_DAYS: Final = 12
_LEAP_DAY: Final = (2, 29)


class DayKind(StrEnum):
    ARRIVAL = "arrival"
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    COURT = "court"
    OTHER = "other"


YEARLY = frozenset({DayKind.BIRTHDAY, DayKind.ANNIVERSARY})
ONCE: Final = (DayKind.COURT, DayKind.OTHER)


class MarkedBy(StrEnum):
    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True)
class MarkedDay:
    """`staff_id` is set when staff marked it. A birthday or an anniversary comes round each year."""

    id: str
    person_id: str
    kind: DayKind
    day: date
    marked_by: MarkedBy
    marked_at: datetime
    staff_id: str | None = None

    @property
    def is_yearly(self) -> bool:
        return self.kind in YEARLY

    def is_over(self, today: date) -> bool:
        """Nothing is left of it: it does not come round, and no month begins with it."""
        return self.kind in ONCE and self.day < today

    def falls_on(self, today: date) -> bool:
        if self.kind is DayKind.ARRIVAL:
            return False
        if not self.is_yearly:
            return self.day == today
        if (self.day.month, self.day.day) == _LEAP_DAY and not _is_leap(today.year):
            return (today.month, today.day) == (2, 28)
        return (self.day.month, self.day.day) == (today.month, today.day)


class NoSuchDay(Exception):
    """There is no such date, or this kind of day cannot be marked from this side."""


class TooManyDays(Exception):
    """So many days are marked already that another one would help nobody."""


class MarkedDays(Protocol):
    def all_of(self, person_id: str) -> Sequence[MarkedDay]: ...

    def add(self, day: MarkedDay) -> None: ...

    def forget(self, person_id: str, kind: DayKind, now: datetime) -> None: ...

    def drop_over(self, person_id: str, before: date) -> None: ...


class DaysWork(Protocol):
    @property
    def marked_days(self) -> MarkedDays: ...


def offers_help(days: Sequence[MarkedDay], welcomed: date | None, today: date) -> bool:
    """In the first month since the day of arrival, and on a marked day; not on the day of the welcome itself.

    Where staff marked no arrival, the first use of the tablet counts: in doubt too much care, not too little.
    """
    if welcomed is None or welcomed == today:
        return False
    arrived = max((day.day for day in days if day.kind is DayKind.ARRIVAL), default=welcomed)
    return timedelta() <= today - arrived < FIRST_DAYS or any(day.falls_on(today) for day in days)


def next_time(kind: DayKind, month: int, day: int, today: date) -> date:
    """The date that is meant by a day and a month: today or the next one to come. Raises NoSuchDay."""
    years = range(today.year, today.year + (9 if (month, day) == _LEAP_DAY else 2))
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NoSuchDay(kind)


def mark(
    work: DaysWork,
    person_id: str,
    kind: DayKind,
    day: date,
    by: MarkedBy,
    *,
    today: date,
    now: datetime,
    staff_id: str | None = None,
) -> None:
    """Marks the day; the same again is no second one. Call it with the person's row locked.

    Raises NoSuchDay or TooManyDays. A new day of arrival takes the place of the old; days that are over go.
    """
    if kind is DayKind.ARRIVAL:
        if by is not MarkedBy.STAFF or day > today:
            raise NoSuchDay(kind)
        work.marked_days.forget(person_id, kind, now)
    work.marked_days.drop_over(person_id, today)
    mine = [each for each in work.marked_days.all_of(person_id) if each.marked_by is by]
    if any(each.kind is kind and each.day == day for each in mine):
        return
    # A hold keeps what is over: it takes up no room.
    if sum(not each.is_over(today) for each in mine) >= MOST_DAYS:
        raise TooManyDays(person_id)
    work.marked_days.add(MarkedDay(uuid.uuid4().hex, person_id, kind, day, by, now, staff_id))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
