"""When help is offered again: the first month, and days that somebody marked."""

from datetime import date, datetime, timedelta

import pytest

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay, next_time, offers_help
from tests.support.builders import NOW

TODAY = date(2026, 11, 23)
LONG_AGO = date(2024, 1, 1)


def a_day(kind: DayKind, day: date, by: MarkedBy = MarkedBy.STAFF) -> MarkedDay:
    return MarkedDay(f"{kind}-{day}", "sam", kind, day, by, NOW)


class FakeDays:
    def __init__(self) -> None:
        self.rows: list[MarkedDay] = []

    def all_of(self, person_id: str) -> list[MarkedDay]:
        return [day for day in self.rows if day.person_id == person_id]

    def add(self, day: MarkedDay) -> None:
        self.rows.append(day)

    def forget(self, person_id: str, kind: DayKind, now: datetime) -> None:
        self.rows = [d for d in self.rows if d.kind is not kind]

    def drop_over(self, person_id: str, before: date) -> None:
        self.rows = [d for d in self.rows if not d.is_over(before)]


class FakeDaysWork:
    def __init__(self) -> None:
        self.marked_days = FakeDays()


def mark(work: FakeDaysWork, kind: DayKind, day: date, by: MarkedBy = MarkedBy.PERSON) -> None:
    hard_days.mark(work, "sam", kind, day, by, today=TODAY, now=NOW)


@pytest.mark.parametrize(("days", "offers"), [(0, False), (1, True), (29, True), (30, False), (400, False)])
def test_the_first_month_counts_from_the_first_use_where_no_arrival_is_marked(
    days: int, offers: bool
) -> None:
    assert offers_help((), TODAY - timedelta(days=days), TODAY) is offers


@pytest.mark.parametrize(("days", "offers"), [(0, True), (29, True), (30, False), (-1, False)])
def test_a_marked_arrival_counts_before_the_first_use(days: int, offers: bool) -> None:
    arrival = a_day(DayKind.ARRIVAL, TODAY - timedelta(days=days))

    assert offers_help((arrival,), LONG_AGO, TODAY) is offers


def test_nobody_is_offered_help_again_before_the_welcome_or_on_its_day() -> None:
    marked = (a_day(DayKind.COURT, TODAY),)

    assert not offers_help(marked, None, TODAY)
    assert not offers_help(marked, TODAY, TODAY)


@pytest.mark.parametrize(
    ("kind", "day", "offers"),
    [
        (DayKind.BIRTHDAY, date(1990, 11, 23), True),
        (DayKind.ANNIVERSARY, date(2027, 11, 23), True),
        (DayKind.BIRTHDAY, date(1990, 11, 24), False),
        (DayKind.COURT, TODAY, True),
        (DayKind.COURT, date(2025, 11, 23), False),
        (DayKind.OTHER, TODAY, True),
        (DayKind.OTHER, TODAY + timedelta(days=1), False),
    ],
)
def test_a_marked_day_is_met_on_that_day_only(kind: DayKind, day: date, offers: bool) -> None:
    assert offers_help((a_day(kind, day),), LONG_AGO, TODAY) is offers


def test_a_leap_day_is_met_on_the_twenty_eighth_in_other_years() -> None:
    birthday = a_day(DayKind.BIRTHDAY, date(2028, 2, 29))

    assert birthday.falls_on(date(2027, 2, 28))
    assert birthday.falls_on(date(2028, 2, 29))
    assert not birthday.falls_on(date(2028, 2, 28))


@pytest.mark.parametrize(
    ("month", "day", "found"),
    [
        (11, 23, TODAY),
        (11, 24, date(2026, 11, 24)),
        (11, 22, date(2027, 11, 22)),
        (2, 29, date(2028, 2, 29)),
    ],
)
def test_a_day_and_a_month_mean_the_next_time(month: int, day: int, found: date) -> None:
    assert next_time(DayKind.BIRTHDAY, month, day, TODAY) == found


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (0, 1), (13, 1), (1, 0), (99, 99)])
def test_a_date_that_is_none_is_refused(month: int, day: int) -> None:
    with pytest.raises(hard_days.NoSuchDay):
        next_time(DayKind.BIRTHDAY, month, day, TODAY)


def test_the_same_day_twice_is_one_and_there_is_an_end_to_days() -> None:
    work = FakeDaysWork()
    for number in range(hard_days.MOST_DAYS):
        mark(work, DayKind.OTHER, TODAY + timedelta(days=number))
        mark(work, DayKind.OTHER, TODAY + timedelta(days=number))

    with pytest.raises(hard_days.TooManyDays):
        mark(work, DayKind.COURT, TODAY)

    assert len(work.marked_days.rows) == hard_days.MOST_DAYS


def test_days_that_are_over_make_room_and_a_birthday_stays() -> None:
    work = FakeDaysWork()
    work.marked_days.rows = [
        a_day(DayKind.COURT, date(2026, 1, 2), MarkedBy.PERSON),
        a_day(DayKind.BIRTHDAY, date(2026, 1, 3), MarkedBy.PERSON),
    ]

    mark(work, DayKind.OTHER, TODAY)

    assert [day.kind for day in work.marked_days.rows] == [DayKind.BIRTHDAY, DayKind.OTHER]


def test_there_is_one_day_of_arrival_marked_by_staff_and_not_in_the_future() -> None:
    work = FakeDaysWork()
    for day in (LONG_AGO, TODAY):
        mark(work, DayKind.ARRIVAL, day, MarkedBy.STAFF)

    assert [day.day for day in work.marked_days.rows] == [TODAY]
    with pytest.raises(hard_days.NoSuchDay):
        mark(work, DayKind.ARRIVAL, TODAY, MarkedBy.PERSON)
    with pytest.raises(hard_days.NoSuchDay):
        mark(work, DayKind.ARRIVAL, TODAY + timedelta(days=1), MarkedBy.STAFF)
