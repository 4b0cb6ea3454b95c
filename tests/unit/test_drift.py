"""Weeks of alarms, and small numbers that are not shown."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.drift import (
    FEWEST_SHOWN,
    AlarmCount,
    MarkCount,
    Miss,
    by_week,
    shown_alone,
    shown_of,
    shown_parts,
    week_of,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


def test_a_week_begins_on_monday_by_the_prisons_own_clock():
    late_on_sunday = datetime(2026, 6, 28, 23, 30, tzinfo=UTC)

    assert week_of(late_on_sunday, ZoneInfo("Europe/London")) == date(2026, 6, 29)
    assert week_of(late_on_sunday, UTC) == date(2026, 6, 22)


def _missed(level="urgent", risk="medical", language="en", week=MONDAY):
    return week, Miss(NOW, level, risk, language)


def test_misses_are_sorted_by_level_kind_and_language():
    missed = [_missed(), _missed("emergency", "suicide", "pl"), _missed(week=date(2026, 11, 16))]

    weeks = by_week([], [], missed, last=MONDAY, weeks=2)

    assert [week.missed for week in weeks] == [1, 2]
    assert weeks[0].missed_risks == {"medical": 1, "suicide": 0}
    assert weeks[1].missed_levels == {"emergency": 1, "urgent": 1, "concern": 0}
    assert weeks[1].missed_risks == {"medical": 1, "suicide": 1}
    assert weeks[1].missed_languages == {"en": 1, "pl": 1}


def test_quiet_weeks_are_weeks_too():
    alarms = [
        AlarmCount(MONDAY, "urgent", "suicide", "en", "two", 3, 1),
        AlarmCount(MONDAY, "concern", "medical", "pl", "one", 2, 0),
    ]

    weeks = by_week(alarms, [MarkCount(MONDAY, 3, 2, 1, 0, 0)], [_missed()], last=MONDAY, weeks=3)

    assert [week.start for week in weeks] == [date(2026, 11, 9), date(2026, 11, 16), MONDAY]
    assert [week.alarms for week in weeks] == [0, 0, 5]
    assert weeks[2].risks == {"medical": 2, "suicide": 3}
    assert (weeks[2].mistaken, weeks[2].missed, weeks[2].marks.right) == (1, 1, 2)
    assert weeks[2].versions == ("two", "one")


def test_a_small_part_is_hidden_with_another_so_that_it_cannot_be_worked_out():
    shown = shown_parts({"emergency": 2, "urgent": 9, "concern": 40}, everything=False)

    assert shown == {"emergency": None, "urgent": None, "concern": 40}


def test_a_small_whole_shows_none_of_its_parts():
    assert shown_parts({"a": 4, "b": 0}, everything=False) == {"a": None, "b": None}


def test_safer_custody_sees_every_number():
    assert shown_parts({"a": 1, "b": 90}, everything=True) == {"a": 1, "b": 90}
    assert shown_of(1, 90, everything=True) == shown_alone(1, everything=True) == 1


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1))
def test_no_small_number_is_shown_or_left_over(parts):
    shown = shown_parts(parts, everything=False)

    visible = [count for count in shown.values() if count is not None]
    left = sum(parts.values()) - sum(visible)
    assert not any(0 < count < FEWEST_SHOWN for count in visible)
    if sum(parts.values()) >= FEWEST_SHOWN:
        assert left == 0 or left >= FEWEST_SHOWN
        assert len(shown) - len(visible) != 1


@pytest.mark.parametrize(
    ("count", "whole", "shown"), [(0, 50, 0), (4, 50, None), (47, 50, None), (50, 50, 50), (2, 3, None)]
)
def test_a_count_is_hidden_where_it_or_what_is_left_is_small(count, whole, shown):
    assert shown_of(count, whole, everything=False) == shown
