"""Open now and opens next: the prison's own clock, clock changes and bank holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.hours import Calendar, Standing, standing
from bot.directory.model import MIDNIGHT, Hours, PartOfUk, Spans

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(LONDON, PartOfUk.ENGLAND_AND_WALES)
DAY: Spans = ((time(9), time(12)), (time(13, 30), time(16)))
WEEKDAYS = Hours(week=(DAY,) * 5 + ((), ()), holiday=())
CHRISTMAS_WEEK = Hours(week=(DAY,) * 7, holiday=((time(10), time(11)),))


def at(text: str) -> datetime:
    """A moment by the prison's own clock."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def look(hours: Hours, text: str, calendar: Calendar = CALENDAR) -> Standing:
    return standing(hours, calendar, at(text).astimezone(UTC))


@pytest.mark.parametrize(
    ("now", "is_open", "change"),
    [
        # 2026-11-23 is a Monday.
        ("2026-11-23T08:59", False, "2026-11-23T09:00"),
        ("2026-11-23T09:00", True, "2026-11-23T12:00"),
        ("2026-11-23T11:59:59", True, "2026-11-23T12:00"),
        ("2026-11-23T12:00", False, "2026-11-23T13:30"),
        ("2026-11-23T16:00", False, "2026-11-24T09:00"),
        ("2026-11-27T16:00", False, "2026-11-30T09:00"),
        ("2026-11-28T10:00", False, "2026-11-30T09:00"),
    ],
)
def test_a_service_opens_and_shuts_at_its_times(now: str, is_open: bool, change: str) -> None:
    found = look(WEEKDAYS, now)

    assert found.is_open is is_open
    assert (found.closes if is_open else found.opens) == at(change)
    assert (found.opens if is_open else found.closes) is None


@pytest.mark.parametrize(
    ("now", "is_open", "change"),
    [
        # Christmas Day is a Friday, Boxing Day a Saturday with its Monday given for it.
        ("2026-12-24T16:30", False, "2026-12-29T09:00"),
        ("2026-12-25T10:00", False, "2026-12-29T09:00"),
        ("2026-12-28T10:00", False, "2026-12-29T09:00"),
        ("2026-12-29T10:00", True, "2026-12-29T12:00"),
        ("2026-12-31T16:30", False, "2027-01-04T09:00"),
    ],
)
def test_what_is_closed_on_bank_holidays_opens_after_them(now: str, is_open: bool, change: str) -> None:
    found = look(WEEKDAYS, now)

    assert found.is_open is is_open
    assert (found.closes if is_open else found.opens) == at(change)


@pytest.mark.parametrize("day", ["2026-12-25", "2026-12-26", "2026-12-28", "2027-01-01"])
def test_a_bank_holiday_has_times_of_its_own(day: str) -> None:
    found = look(CHRISTMAS_WEEK, f"{day}T09:30")

    assert (found.is_open, found.opens) == (False, at(f"{day}T10:00"))
    assert look(CHRISTMAS_WEEK, f"{day}T10:30").closes == at(f"{day}T11:00")


def test_a_service_of_one_day_that_two_holidays_hit_opens_two_weeks_later() -> None:
    fridays = Hours(week=((), (), (), (), DAY, (), ()), holiday=())

    found = look(fridays, "2026-12-18T17:00")

    assert found.opens == at("2027-01-08T09:00")


@pytest.mark.parametrize(
    ("part", "day", "is_holiday"),
    [
        (PartOfUk.ENGLAND_AND_WALES, date(2026, 12, 25), True),
        (PartOfUk.ENGLAND_AND_WALES, date(2026, 12, 27), False),
        (PartOfUk.ENGLAND_AND_WALES, date(2026, 12, 28), True),
        (PartOfUk.ENGLAND_AND_WALES, date(2026, 4, 6), True),
        (PartOfUk.ENGLAND_AND_WALES, date(2026, 11, 30), False),
        (PartOfUk.SCOTLAND, date(2026, 11, 30), True),
        (PartOfUk.SCOTLAND, date(2026, 1, 2), True),
        (PartOfUk.SCOTLAND, date(2026, 4, 6), False),
        (PartOfUk.NORTHERN_IRELAND, date(2026, 3, 17), True),
        (PartOfUk.NORTHERN_IRELAND, date(2026, 8, 31), True),
    ],
)
def test_each_part_of_the_uk_has_its_own_bank_holidays(part: PartOfUk, day: date, is_holiday: bool) -> None:
    assert Calendar(LONDON, part).is_bank_holiday(day) is is_holiday


def test_the_day_is_the_prisons_day() -> None:
    # Half past eleven at night in UTC on Thursday is Christmas Eve there too; in summer it is the next day.
    assert CALENDAR.today(datetime(2026, 12, 24, 23, 30, tzinfo=UTC)) == date(2026, 12, 24)
    assert CALENDAR.today(datetime(2026, 7, 3, 23, 30, tzinfo=UTC)) == date(2026, 7, 4)


@pytest.mark.parametrize(
    ("day", "opens_utc"),
    [
        ("2026-03-28", 9),
        ("2026-03-29", 8),  # the clocks went forward in the night
        ("2026-10-24", 8),
        ("2026-10-25", 9),  # the clocks went back in the night
    ],
)
def test_nine_is_nine_on_both_sides_of_a_clock_change(day: str, opens_utc: int) -> None:
    daily = Hours(week=(DAY,) * 7, holiday=DAY)

    found = look(daily, f"{day}T00:30")

    assert found.opens == at(f"{day}T09:00")
    assert found.opens is not None
    assert found.opens.astimezone(UTC).hour == opens_utc


def test_an_hour_that_the_clocks_skip_is_not_open() -> None:
    skipped = Hours(week=(((time(1, 15), time(1, 45)),),) * 7)

    found = standing(skipped, CALENDAR, datetime(2026, 3, 29, 0, 50, tzinfo=UTC))

    assert found.opens == at("2026-03-30T01:15")


def test_a_span_that_begins_in_the_skipped_hour_opens_at_the_change() -> None:
    early = Hours(week=(((time(1, 30), time(3)),),) * 7)

    found = standing(early, CALENDAR, datetime(2026, 3, 29, 0, 50, tzinfo=UTC))

    assert found.opens == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_open_both_times() -> None:
    night = Hours(week=(((time(1), time(1, 45)),),) * 7)

    for utc in (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)):
        assert standing(night, CALENDAR, utc).is_open


def test_what_is_always_open_never_shuts() -> None:
    assert standing(Hours(always=True), CALENDAR, at("2026-12-25T03:00")) == Standing(is_open=True)


def test_what_is_only_open_on_a_day_that_does_not_come_has_no_next_opening() -> None:
    holidays_only = Hours(week=((),) * 7, holiday=DAY)

    assert look(holidays_only, "2026-09-07T10:00") == Standing(is_open=False)


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    def spans() -> Spans:
        minutes = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
        if len(minutes) % 2:
            # The last of an odd number begins nothing; 24:00 only ever ends a span.
            minutes.pop(0)
        times = [time(minute // 60 % 24, minute % 60) for minute in minutes]
        return tuple(zip(times[0::2], times[1::2], strict=False))

    return Hours(week=tuple(spans() for _ in range(7)), holiday=spans())


# Any second from 2025 to 2030.
moments = st.integers(1735689600, 1924991999).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(weeks(), moments)
def test_open_now_and_opens_next_agree(hours: Hours, now: datetime) -> None:
    found = standing(hours, CALENDAR, now)

    if found.is_open and found.closes is None:
        assert all(spans == ((time(0), MIDNIGHT),) for spans in (*hours.week, hours.holiday))
    elif found.is_open:
        assert found.closes is not None
        assert found.closes > now
        before = found.closes - timedelta(microseconds=1)
        assert standing(hours, CALENDAR, before).is_open
        assert standing(hours, CALENDAR, before).closes == found.closes
    elif found.opens is not None:
        assert found.opens > now
        assert standing(hours, CALENDAR, found.opens).is_open
        before = found.opens - timedelta(microseconds=1)
        assert not standing(hours, CALENDAR, before).is_open


@given(weeks(), moments)
def test_open_now_is_what_the_clock_on_the_wall_says(hours: Hours, now: datetime) -> None:
    local = now.astimezone(LONDON)
    if local.date() in CLOCK_CHANGES:
        return
    holiday = CALENDAR.is_bank_holiday(local.date())
    spans = hours.holiday if holiday else hours.week[local.weekday()]

    assert standing(hours, CALENDAR, now).is_open == any(
        a <= local.time() and (local.time() < b or b == MIDNIGHT) for a, b in spans
    )


CLOCK_CHANGES = {
    day
    for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(6 * 366))
    if datetime.combine(day, time(0), LONDON).utcoffset()
    != datetime.combine(day, time(12), LONDON).utcoffset()
}
