"""Shifts follow the prison's own day, also when summer time begins or ends, and what was typed is checked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT
from bot.shifts import Shift, latest_shifts, period, typed

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def prison() -> Prison:
    return load_prison(ROOT / "content", "oakmoor")


def shown(prison: Prison, shifts: tuple[Shift, ...]) -> list[tuple[str, str, bool]]:
    return [(typed(prison, each.start), typed(prison, each.end), each.is_day) for each in shifts]


def test_by_day_the_day_stands_first_then_the_night_before_and_the_day_before(prison: Prison) -> None:
    assert shown(prison, latest_shifts(prison, MONDAY)) == [
        ("2026-11-23T08:00", "2026-11-23T19:00", True),
        ("2026-11-22T16:30", "2026-11-23T08:00", False),
        ("2026-11-22T09:00", "2026-11-22T16:30", True),
    ]


def test_before_the_doors_open_it_is_still_the_night_that_began_yesterday(prison: Prison) -> None:
    (night, *_) = latest_shifts(prison, MONDAY.replace(hour=3))

    assert shown(prison, (night,)) == [("2026-11-22T16:30", "2026-11-23T08:00", False)]


@pytest.mark.parametrize(
    ("now", "hours"),
    [(datetime(2026, 10, 25, 3, 0, tzinfo=UTC), 17.5), (datetime(2027, 3, 28, 3, 0, tzinfo=UTC), 15.5)],
)
def test_a_night_is_an_hour_longer_or_shorter_when_summer_time_ends_or_begins(
    prison: Prison, now: datetime, hours: float
) -> None:
    (night, *_) = latest_shifts(prison, now)

    assert night.end - night.start == timedelta(hours=hours)


def test_where_no_door_ever_opens_it_is_the_last_day_and_night(prison: Prison) -> None:
    shut = replace(prison, day={name: dict.fromkeys(plan, ()) for name, plan in prison.day.items()})

    assert latest_shifts(shut, MONDAY) == (Shift(MONDAY - timedelta(days=1), MONDAY),)


def test_what_was_typed_is_in_the_prisons_own_time(prison: Prison) -> None:
    found = period(prison, "2026-07-01T08:00", "2026-07-01T19:00")

    assert found == Shift(datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("", ""),
        ("yesterday", "today"),
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T09:00", "2026-11-23T08:00"),
        ("2026-11-01T08:00", "2026-11-23T08:00"),
        ("0001-01-01T00:00", "0001-01-01T00:01"),
        ("2026-02-30T08:00", "2026-03-01T08:00"),
    ],
)
def test_what_is_no_time_or_no_period_is_refused(prison: Prison, start: str, end: str) -> None:
    assert period(prison, start, end) is None


def test_an_hour_that_comes_twice_is_taken_whole(prison: Prison) -> None:
    found = period(prison, "2026-10-25T01:30", "2026-10-25T01:30")

    assert found is not None
    assert found.end - found.start == timedelta(hours=1)
