"""Duty by hand and by rota: what holds until when, breaks, suspensions, and clocks that jump."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.people import duty, rota
from bot.people.model import Supporter
from bot.people.rota import OFF, Rota, read_spans
from tests.support.builders import NOW, a_supporter
from tests.support.fake_people import FakePeopleWork

ZONE = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
# NOW is Monday, 10:00: in the middle of the first turn.
PLAN = Rota("lee", (read_spans("09:00-12:00, 14:00-16:00"), OFF, OFF, OFF, OFF, OFF, OFF))


@pytest.fixture
def work() -> FakePeopleWork:
    made = FakePeopleWork()
    made.supporters.put(a_supporter(on_duty=False))
    return made


def lee(work: FakePeopleWork) -> Supporter:
    found = work.supporters.get("lee")
    assert found is not None
    return found


def keep(work: FakePeopleWork, now: datetime, plan: Rota = PLAN) -> bool:
    duty.keep_rota(work, plan, ZONE, now=now)
    return lee(work).on_duty


def test_the_rota_puts_on_duty_and_off_again(work: FakePeopleWork) -> None:
    assert [keep(work, NOW + HOUR * hours) for hours in (0, 1, 2, 4, 6)] == [True, True, False, True, False]
    assert lee(work).duty_at == NOW + HOUR * 6


def test_what_was_done_by_hand_holds_until_the_next_boundary(work: FakePeopleWork) -> None:
    duty.set_duty(work, "lee", on=False, now=NOW)

    assert [keep(work, NOW + HOUR * hours) for hours in (1, 2, 3)] == [False, False, False]
    assert keep(work, NOW + HOUR * 4)
    duty.set_duty(work, "lee", on=True, now=NOW + HOUR * 7)
    assert keep(work, NOW + timedelta(days=5))


def test_the_rota_writes_nothing_twice(work: FakePeopleWork) -> None:
    assert duty.keep_rota(work, PLAN, ZONE, now=NOW)
    assert not duty.keep_rota(work, PLAN, ZONE, now=NOW + HOUR)


def test_a_worker_that_was_down_over_several_boundaries_catches_up_with_the_last(
    work: FakePeopleWork,
) -> None:
    keep(work, NOW)

    # Missed: off at noon, and on at two. Then two weeks of both, the last of them on again.
    assert keep(work, NOW + HOUR * 5)
    assert keep(work, NOW + timedelta(days=7) + HOUR * 5)
    assert not keep(work, NOW + timedelta(days=10))


def test_a_clock_that_went_ahead_and_came_back_freezes_nobody(work: FakePeopleWork) -> None:
    keep(work, NOW)
    keep(work, NOW + timedelta(days=365))
    assert not lee(work).on_duty

    assert keep(work, NOW + HOUR)
    assert lee(work).duty_at == NOW + HOUR


def test_two_machines_a_moment_apart_leave_a_press_as_it_is(work: FakePeopleWork) -> None:
    duty.set_duty(work, "lee", on=False, now=NOW + timedelta(seconds=2))

    assert not keep(work, NOW)


def test_a_suspended_supporter_comes_on_duty_by_no_rota(work: FakePeopleWork) -> None:
    keep(work, NOW)
    duty.suspend(work, "lee", "officer", suspended=True, now=NOW + HOUR)

    assert [keep(work, NOW + HOUR * hours) for hours in (1, 4, 24 * 7)] == [False, False, False]


def test_who_is_restored_in_the_middle_of_a_turn_comes_on_with_the_next(work: FakePeopleWork) -> None:
    duty.suspend(work, "lee", "officer", suspended=True, now=NOW - HOUR)
    duty.suspend(work, "lee", "officer", suspended=False, now=NOW + HOUR)

    assert not keep(work, NOW + HOUR + timedelta(minutes=1))
    assert keep(work, NOW + HOUR * 4)


def test_whose_clearance_is_over_does_not_come_on(work: FakePeopleWork) -> None:
    work.supporters.put(replace(lee(work), cleared_until=date(2026, 11, 22)))
    assert not keep(work, NOW)

    work.supporters.put(replace(lee(work), cleared_until=date(2026, 11, 23), duty_at=None))
    assert keep(work, NOW)


def test_a_break_outlasts_the_rota_and_ends_by_the_supporters_own_press(work: FakePeopleWork) -> None:
    duty.pause(work, "lee", paused=True, now=NOW)
    duty.pause(work, "lee", paused=True, now=NOW + HOUR)

    assert keep(work, NOW + HOUR * 4)
    assert lee(work).paused_at == NOW
    assert not lee(work).may_help
    duty.pause(work, "lee", paused=False, now=NOW + HOUR * 4)
    assert lee(work).may_help


def test_a_break_is_no_time_on_duty(work: FakePeopleWork) -> None:
    duty.set_duty(work, "lee", on=True, now=NOW)
    duty.pause(work, "lee", paused=True, now=NOW + HOUR)
    duty.pause(work, "lee", paused=False, now=NOW + HOUR * 3)
    duty.set_duty(work, "lee", on=False, now=NOW + HOUR * 4)

    assert work.spells.rows["lee"] == [[NOW, NOW + HOUR], [NOW + HOUR * 3, NOW + HOUR * 4]]


def test_going_on_duty_by_hand_ends_a_break(work: FakePeopleWork) -> None:
    duty.pause(work, "lee", paused=True, now=NOW)

    assert duty.set_duty(work, "lee", on=True, now=NOW).may_help


def test_who_is_suspended_cannot_even_pause(work: FakePeopleWork) -> None:
    duty.suspend(work, "lee", "officer", suspended=True, now=NOW)

    with pytest.raises(duty.NotASupporter):
        duty.pause(work, "lee", paused=True, now=NOW)


def test_a_changed_rota_holds_at_once_where_it_says_something_else_now(work: FakePeopleWork) -> None:
    keep(work, NOW)
    leave = PLAN.differing(NOW.date(), OFF)

    duty.follow_change(work, PLAN, leave, ZONE, now=NOW + HOUR)

    assert not lee(work).on_duty
    assert not keep(work, NOW + HOUR, leave)
    duty.follow_change(work, None, PLAN, ZONE, now=NOW + HOUR)
    assert lee(work).on_duty


def test_a_change_of_another_day_leaves_what_was_done_by_hand(work: FakePeopleWork) -> None:
    duty.set_duty(work, "lee", on=False, now=NOW)

    duty.follow_change(work, PLAN, PLAN.differing(date(2026, 12, 7), OFF), ZONE, now=NOW)

    assert not lee(work).on_duty


def test_times_on_duty_are_noted_for_the_supporters_own_record(work: FakePeopleWork) -> None:
    for hours in (0, 2, 4):
        keep(work, NOW + HOUR * hours)
    duty.suspend(work, "lee", "officer", suspended=True, now=NOW + HOUR * 5)

    assert work.spells.rows["lee"] == [[NOW, NOW + HOUR * 2], [NOW + HOUR * 4, NOW + HOUR * 5]]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_a_day_on_which_clocks_change_duty_follows_the_clock_on_the_wall(
    work: FakePeopleWork, day: date
) -> None:
    plan = Rota("lee", (OFF,) * 7, {day: read_spans("00:30-02:30, 10:00-11:00")})
    begin, end = rota.moment(ZONE, day, 0), rota.moment(ZONE, day, rota.END_OF_DAY)
    seen = {}
    for minute in range(0, (end - begin) // timedelta(minutes=1), 10):
        now = begin + timedelta(minutes=minute)
        seen[now.astimezone(ZONE).strftime("%H:%M")] = keep(work, now, plan)

    expected = {each: "00:30" <= each < "02:30" or "10:00" <= each < "11:00" for each in seen}
    assert seen == expected
