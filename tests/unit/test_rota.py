"""The rota, pure: what it says at a moment, over midnight, over the change of clocks, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.people import rota
from bot.people.rota import BadSpans, Rota, Said, Span, read_spans, write_spans

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
# The Sundays of 2026 on which clocks change in the UK: forward at 01:00 UTC, back at 01:00 UTC.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def a_rota(**days: str) -> Rota:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Rota("lee", tuple(read_spans(days.get(name, "")) for name in names))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_at(made: Rota, *times: str) -> list[bool]:
    return [bool(said and said.on_duty) for said in (rota.says(made, LONDON, utc(time)) for time in times)]


def test_a_boundary_counts_from_its_own_moment() -> None:
    made = a_rota(mon="09:00-12:00")

    assert rota.says(made, LONDON, utc("2026-11-23T08:59:59")) == Said(False, utc("2026-11-16T12:00"))
    assert rota.says(made, LONDON, utc("2026-11-23T09:00")) == Said(True, utc("2026-11-23T09:00"))
    assert rota.says(made, LONDON, utc("2026-11-23T12:00")) == Said(False, utc("2026-11-23T12:00"))


def test_a_rota_without_a_turn_behind_it_says_nothing() -> None:
    assert rota.says(a_rota(), LONDON, utc("2026-11-23T10:00")) is None

    first = a_rota().differing(MONDAY, read_spans("14:00-16:00"))
    assert rota.says(first, LONDON, utc("2026-11-23T13:59")) is None
    assert on_at(first, "2026-11-23T14:00") == [True]


def test_a_day_that_differs_takes_the_place_of_its_day_of_the_week() -> None:
    made = (
        a_rota(mon="09:00-12:00").differing(MONDAY, rota.OFF).differing(MONDAY + timedelta(1), (Span(0, 60),))
    )

    assert on_at(made, "2026-11-23T10:00", "2026-11-24T00:30", "2026-11-30T10:00") == [False, True, True]


def test_a_turn_that_goes_on_at_midnight_has_no_boundary_there() -> None:
    made = a_rota(mon="22:00-24:00", tue="00:00-06:00")

    assert rota.says(made, LONDON, utc("2026-11-24T03:00")) == Said(True, utc("2026-11-23T22:00"))
    assert rota.says(made, LONDON, utc("2026-11-24T06:00")) == Said(False, utc("2026-11-24T06:00"))


def test_in_summer_the_times_are_still_those_on_the_wall() -> None:
    made = a_rota(mon="09:00-12:00")

    assert on_at(made, "2026-07-06T07:59", "2026-07-06T08:00", "2026-07-06T11:00") == [False, True, False]


def test_in_spring_a_turn_that_begins_in_the_skipped_hour_begins_with_the_change() -> None:
    made = a_rota(sun="01:30-04:00")

    # 01:30 does not exist: the clock goes from 01:00 to 02:00. The turn ends at 04:00 summer time.
    assert on_at(made, "2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T02:59", "2026-03-29T03:00") == [
        False,
        True,
        True,
        False,
    ]


def test_in_spring_a_turn_that_ends_in_the_skipped_hour_ends_with_the_change() -> None:
    made = a_rota(sat="22:00-24:00", sun="00:00-01:30")

    assert rota.says(made, LONDON, utc("2026-03-29T01:00")) == Said(False, utc("2026-03-29T01:00"))


def test_in_spring_a_turn_within_the_skipped_hour_is_none() -> None:
    made = a_rota().differing(SPRING, read_spans("01:10-01:50"))

    assert rota.says(made, LONDON, utc("2026-03-29T12:00")) is None


def test_in_autumn_a_turn_over_the_hour_that_comes_twice_holds_through_both() -> None:
    made = a_rota(sun="01:00-02:00")

    # 01:00 summer time is 00:00 UTC; 02:00 winter time is 02:00 UTC.
    times = ("2026-10-24T23:59", "2026-10-25T00:00", "2026-10-25T01:30", "2026-10-25T02:00")
    assert on_at(made, *times) == [False, True, True, False]


def test_in_autumn_a_turn_that_ends_in_that_hour_ends_with_the_second() -> None:
    made = a_rota(sun="00:00-01:30")

    assert on_at(made, "2026-10-25T00:45", "2026-10-25T01:29", "2026-10-25T01:30") == [True, True, False]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_every_minute_of_a_day_of_change_has_one_answer_and_boundaries_never_run_backwards(day: date) -> None:
    made = a_rota(sat="20:00-24:00", sun="00:00-01:30, 02:15-03:00, 10:00-11:00")
    begin = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=6)
    seen = []

    for minute in range(36 * 60):
        now = begin + timedelta(minutes=minute)
        said = rota.says(made, LONDON, now)
        assert said is not None
        assert said.since <= now
        seen.append(said.since)

    assert seen == sorted(seen)


def test_the_next_turn_is_the_one_that_runs_or_the_next_to_come() -> None:
    made = a_rota(mon="09:00-12:00", wed="14:00-16:00")

    running, coming = (
        rota.next_turn(made, LONDON, utc(at)) for at in ("2026-11-23T10:00", "2026-11-23T12:00")
    )

    assert running is not None
    assert running[1] == utc("2026-11-23T12:00")
    assert coming is not None
    assert coming[0] == utc("2026-11-25T14:00")
    assert rota.next_turn(a_rota(), LONDON, utc("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("09:00-12:00, 14:00-16:00", "09:00-12:00, 14:00-16:00"),
        ("14.00 to 16.00 and 9:00 – 12:00", "09:00-12:00, 14:00-16:00"),
        ("9:00-12:00; 12:00-13:00", "09:00-13:00"),
        ("22:00-24:00", "22:00-24:00"),
        ("  off ", ""),
        ("", ""),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, written: str) -> None:
    assert write_spans(read_spans(typed)) == written


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("22:00-06:00", "rota_error_order"),
        ("10:00-10:00", "rota_error_order"),
        ("9-12", "rota_error_times"),
        ("09:75-12:00", "rota_error_times"),
        ("24:00-24:30", "rota_error_times"),
        ("25:00-26:00", "rota_error_times"),
        ("mornings", "rota_error_times"),
        ("09:00-12:00, 11:00-13:00", "rota_error_overlap"),
        (", ".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(7)), "rota_error_many"),
    ],
)
def test_what_is_no_time_on_duty_is_refused_with_its_reason(typed: str, why: str) -> None:
    with pytest.raises(BadSpans) as caught:
        read_spans(typed)

    assert caught.value.why == why


def test_a_turn_is_given_and_taken() -> None:
    day = read_spans("09:00-12:00, 14:00-16:00")
    turn = Span(9 * 60, 12 * 60)

    assert write_spans(rota.without(day, turn)) == "14:00-16:00"
    assert write_spans(rota.with_turn(read_spans("12:00-13:00"), turn)) == "09:00-13:00"
    assert rota.clashes(day, Span(11 * 60, 15 * 60))
    assert not rota.clashes(day, Span(12 * 60, 14 * 60))
    with pytest.raises(LookupError):
        rota.without(day, Span(9 * 60, 11 * 60))
