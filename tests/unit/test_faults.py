"""A damaged screen is told once for each kind and hour, and stays told until it works again."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.safety.faults import ALL, PART, FaultWatch, Told, fault_of
from bot.safety.model import FAULT, Level, Reason, Verdict
from tests.support.builders import NOW, PRISON, a_verdict

MINUTE = timedelta(minutes=1)
FINE = a_verdict(Level.NONE)


def broken(level: Level = Level.NONE) -> Verdict:
    """Under which a part was broken; or all of it, where the fault itself has a level."""
    return Verdict(level, (), (Reason(None, level, "broken", FAULT),), "en", "v", fault=True)


@dataclass
class State:
    rows: list[Told] = field(default_factory=list)

    def latest(self, prison_id: str) -> dict[str, Told]:
        return {told.kind: told for told in self.rows}

    def tell(self, prison_id: str, told: Told) -> None:
        self.rows.append(told)


@dataclass
class Process:
    """One process with its screen: judges, and tells what is news."""

    state: State
    watch: FaultWatch = field(default_factory=FaultWatch)
    looks: int = 0

    def judges(self, verdict: Verdict, minute: float) -> None:
        now = NOW + minute * MINUTE
        if self.watch.is_news(verdict, now):
            self.looks += 1
            self.watch.tell(self.state, PRISON, verdict, now)


def test_the_kind_of_fault_is_whether_anything_was_left_to_judge() -> None:
    kinds = [fault_of(verdict) for verdict in (FINE, a_verdict(Level.URGENT), broken(), broken(Level.URGENT))]

    assert kinds == ["", "", PART, ALL]


def test_fifty_broken_messages_in_an_hour_are_told_once() -> None:
    state = State()
    process = Process(state)

    for minute in range(50):
        process.judges(broken(), minute)

    assert [(told.kind, told.damaged) for told in state.rows] == [(PART, True)]


def test_each_kind_is_told_for_itself_and_again_after_an_hour_with_the_time_it_began() -> None:
    state = State()
    process = Process(state)

    for minute in range(90):
        process.judges(broken(), minute)
        process.judges(broken(Level.URGENT), minute)

    assert [told.kind for told in state.rows] == [PART, ALL, PART, ALL]
    assert {told.since for told in state.rows} == {NOW}


def test_a_screen_that_works_again_is_told_once_and_then_costs_no_look() -> None:
    state = State()
    process = Process(state)
    process.judges(broken(), 0)

    for minute in (3, 4, 5):
        process.judges(FINE, minute)

    assert [told.damaged for told in state.rows] == [True, False]
    assert process.looks == 2


def test_one_good_message_between_broken_ones_is_no_screen_that_works() -> None:
    state = State()
    process = Process(state)

    for step in range(20):
        process.judges(broken(), step)
        process.judges(FINE, step + 0.5)

    assert [told.damaged for told in state.rows] == [True]


def test_a_process_that_has_just_started_clears_what_another_left_and_looks_only_once() -> None:
    state = State()
    Process(state).judges(broken(), 0)
    restarted = Process(state)

    for minute in (5, 6, 7):
        restarted.judges(FINE, minute)

    assert [told.damaged for told in state.rows] == [True, False]
    assert restarted.looks == 1


def test_two_processes_with_the_same_damage_tell_it_once() -> None:
    state = State()
    one, other = Process(state), Process(state)

    for minute in range(10):
        one.judges(broken(), minute)
        other.judges(broken(), minute)

    assert len(state.rows) == 1
    assert (one.looks, other.looks) == (5, 5), "not with every message, and more often than it is told"


def test_a_screen_that_works_takes_down_anothers_damage_for_two_minutes_at_most() -> None:
    state = State()
    one, other = Process(state), Process(state)
    one.judges(broken(), 0)
    one.judges(broken(), 4.5)
    other.judges(FINE, 5)

    for minute in range(6, 20):
        one.judges(broken(), minute)
        other.judges(FINE, minute)

    assert [(told.kind, told.damaged) for told in state.rows] == [(PART, True), (PART, False), (PART, True)]
    assert state.rows[-1].at <= NOW + 7 * MINUTE


def test_a_clock_that_was_set_back_keeps_no_damage_from_being_told() -> None:
    state = State()
    one, other = Process(state), Process(state)
    one.judges(broken(), 180)
    other.judges(FINE, 0)

    one.judges(broken(), 1)

    assert [told.damaged for told in state.rows] == [True, False, True]


def test_damage_that_lasts_is_told_again_when_a_clock_was_set_back_meanwhile() -> None:
    state = State()
    process = Process(state)
    process.judges(broken(), 180)

    process.judges(broken(), 1)
    process.judges(broken(), 2)

    assert [told.at for told in state.rows] == [NOW + 180 * MINUTE, NOW + MINUTE]
    assert state.rows[-1].since == NOW + MINUTE


def test_damage_that_comes_back_is_told_anew() -> None:
    state = State()
    process = Process(state)

    process.judges(broken(), 0)
    process.judges(FINE, 5)
    process.judges(broken(), 6)

    assert [told.damaged for told in state.rows] == [True, False, True]
    assert state.rows[-1].since == NOW + 6 * MINUTE


def test_where_something_judges_again_the_desk_is_told_that_only_a_part_is_broken() -> None:
    state = State()
    process = Process(state)

    process.judges(broken(Level.URGENT), 0)
    for minute in (1, 3, 4, 5):
        process.judges(broken(), minute)

    assert [(told.kind, told.damaged) for told in state.rows] == [(ALL, True), (PART, True), (ALL, False)]
