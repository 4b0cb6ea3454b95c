"""Times that are exact, small numbers that nobody can work out, and days that a form may ask for."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queue.model import Kind
from bot.reports.counting import Sort, pack
from bot.reports.facts import Answer, Ending, Fact, Part
from bot.reports.figures import figures_of
from bot.reports.periods import MOST_DAYS, BadPeriod, Period, Step, day_begins, read_period
from bot.reports.small_numbers import FEWEST_SHOWN, hidden_among, hidden_parts, hides_part, is_small
from bot.reports.tally import by_hour, by_time_of_day, codes_of, tally_of
from bot.reports.times import HALF, NINE_IN_TEN, within

TODAY = date(2026, 11, 23)


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=300))
def test_half_and_nine_in_ten_are_those_of_numpy(minutes: list[int]) -> None:
    counts = Counter(minutes)

    assert within(counts, HALF) == np.percentile(minutes, 50, method="inverted_cdf")
    assert within(counts, NINE_IN_TEN) == np.percentile(minutes, 90, method="inverted_cdf")


def test_of_nothing_there_is_no_time() -> None:
    assert within({}, HALF) is None


@given(st.lists(st.integers(0, 40), max_size=8))
def test_no_hidden_number_can_be_worked_out_from_the_whole(counts: list[int]) -> None:
    hidden = hidden_among(counts)

    assert all(at in hidden for at, count in enumerate(counts) if is_small(count))
    if hidden and not is_small(sum(counts)):
        assert len(hidden) > 1
        assert sum(counts[at] for at in hidden) >= FEWEST_SHOWN


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_no_part_of_a_row_can_be_worked_out_nor_what_is_left_of_it(rows: list[tuple[int, int]]) -> None:
    parts = [part for part, _ in rows]
    wholes = [part + rest for part, rest in rows]

    hidden = hidden_parts(parts, wholes)

    for at, (part, rest) in enumerate(rows):
        assert at in hidden or not (is_small(part) or is_small(rest))
    assert hidden_among(wholes) <= hidden
    if hidden and not hides_part(sum(parts), sum(wholes)):
        assert len(hidden) > 1
        assert not is_small(sum(parts[at] for at in hidden))
        assert not is_small(sum(rows[at][1] for at in hidden))


def test_what_is_large_everywhere_is_shown() -> None:
    assert not hidden_among([5, 80, 0])
    assert not hidden_parts([40, 10], [90, 20])


def test_one_small_number_hides_the_smallest_of_the_others() -> None:
    assert hidden_among([3, 50, 9]) == {0, 2}


@given(st.lists(st.builds(Fact, st.integers(0, 23), st.sampled_from(Part), st.sampled_from(Ending),
    st.booleans(), st.sampled_from(Answer), st.none() | st.integers(0, 900))))  # fmt: skip
def test_a_tally_counts_as_the_facts_say(facts: list[Fact]) -> None:
    codes = codes_of(pack([fact.to_code() for fact in facts]))

    tally = tally_of(codes)

    assert tally.requests == len(facts)
    assert tally.reached == sum(fact.reached for fact in facts)
    assert tally.minutes == Counter(fact.contact for fact in facts if fact.contact is not None)
    assert tally.missed == sum(fact.missed for fact in facts)
    assert tally.cancelled == sum(f.ending is Ending.CANCELLED and not f.reached for f in facts)
    assert tally.reached + tally.cancelled + tally.could_not + tally.not_recorded + tally.waiting == len(
        facts
    )
    assert tally.asked == sum(fact.answer is not Answer.NOT_ASKED for fact in facts)
    assert tally.nobody_came == sum(fact.answer is Answer.NO for fact in facts)
    assert [t.requests for t in by_hour(codes)] == [sum(f.hour == hour for f in facts) for hour in range(24)]
    assert [t.requests for t in by_time_of_day(codes)] == [
        sum(f.part is part for f in facts) for part in Part
    ]


@dataclass(frozen=True)
class Row:
    day: date
    sort: Sort
    codes: bytes


@pytest.mark.alone
def test_a_year_of_a_million_requests_is_counted_in_less_than_two_seconds() -> None:
    year = Period(TODAY - timedelta(days=364), TODAY)
    sorts = [Sort(wing, kind.value, "") for wing in "ABCDEFGH" for kind in Kind]
    # Nearly every number is another one: the worst case.
    numbers = np.random.default_rng(1).integers(0, 400, (365, len(sorts), 86), np.uint32) << 13
    hours = np.random.default_rng(2).integers(0, 24, numbers.shape, np.uint32)
    rows = [
        Row(year.first + timedelta(days=day), sort, (numbers[day, at] | hours[day, at]).tobytes())
        for day in range(365)
        for at, sort in enumerate(sorts)
    ]

    took = []
    for _ in range(3):
        begun = time.perf_counter()
        figures = figures_of(rows, year, "ABCDEFGH")
        took.append(time.perf_counter() - begun)

    print(f"\n{figures.whole.requests:,} requests: {min(took):.2f} s")
    assert figures.whole.requests == 365 * len(sorts) * 86 > 1_000_000
    assert min(took) < 2


def test_without_days_it_is_the_last_twelve_weeks() -> None:
    assert read_period("", "", TODAY) == Period(TODAY - timedelta(days=83), TODAY)


def test_a_single_day_and_the_longest_period_can_be_asked_for() -> None:
    assert read_period("2026-11-23", "2026-11-23", TODAY).days == 1
    assert read_period(str(TODAY - timedelta(days=MOST_DAYS - 1)), "", TODAY).days == MOST_DAYS


def test_days_that_are_to_come_are_cut_off() -> None:
    assert read_period("2026-11-01", "2027-01-31", TODAY).last == TODAY


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-11-31", "", "no_date"),
        ("yesterday", "", "no_date"),
        ("", "0001-01-01", "no_date"),
        ("9999-12-31", "9999-12-31", "no_date"),
        ("2026-11-20", "2026-11-19", "turned"),
        ("2026-11-24", "2026-12-01", "future"),
        ("2010-01-01", "", "long"),
    ],
)
def test_days_that_cannot_be_reported_on_are_refused_with_a_reason(first: str, last: str, why: str) -> None:
    with pytest.raises(BadPeriod) as refused:
        read_period(first, last, TODAY)

    assert refused.value.why == why


def test_the_course_has_every_step_of_the_period() -> None:
    days, weeks, year = (Period(TODAY - timedelta(days=back), TODAY) for back in (6, 83, 730))

    assert (days.step, len(days.steps())) == (Step.DAY, 7)
    assert (weeks.step, len(weeks.steps())) == (Step.WEEK, 13)
    assert (year.step, len(year.steps())) == (Step.MONTH, 25)
    assert all(start.weekday() == 0 for start in weeks.steps())


def test_a_day_has_23_or_25_hours_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/London")

    def hours(day: date) -> float:
        span = day_begins(day + timedelta(days=1), zone).timestamp() - day_begins(day, zone).timestamp()
        return span / 3600

    assert [hours(date(2026, 3, 29)), hours(date(2026, 10, 25)), hours(TODAY)] == [23, 25, 24]
