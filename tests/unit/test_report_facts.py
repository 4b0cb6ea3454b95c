"""What one request comes to in a report, and the number in which a day keeps it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queue.model import Change, State
from bot.reports.counting import pack
from bot.reports.facts import LONGEST, Answer, Asked, Ending, Fact, Part, Step, fact_of, minutes_up, reason_of
from bot.reports.tally import codes_of

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FACTS = st.builds(
    Fact,
    st.integers(0, 23),
    st.sampled_from(Part),
    st.sampled_from(Ending),
    st.booleans(),
    st.sampled_from(Answer),
    st.none() | st.integers(0, LONGEST),
)


def asked(state: State = State.DONE, *, missed: bool = False) -> Asked:
    return Asked(AT, 10, Part.UNLOCKED, state, missed)


def after(minutes: float, change: Change, reason: str = "") -> Step:
    return Step(AT + timedelta(minutes=minutes), change, reason)


@given(FACTS)
def test_a_fact_comes_back_from_its_number(fact: Fact) -> None:
    code = fact.to_code()

    assert 0 <= code < 2**27
    assert Fact.from_code(code) == fact


@given(st.lists(FACTS))
def test_a_day_comes_back_from_its_bytes(facts: list[Fact]) -> None:
    codes = [fact.to_code() for fact in facts]

    assert sorted(codes_of(pack(codes)).tolist()) == sorted(codes)
    assert len(pack(codes)) == 4 * len(codes)


def test_a_wait_that_is_longer_than_the_number_holds_counts_as_the_longest() -> None:
    fact = Fact(0, Part.NIGHT, Ending.DONE, True, Answer.YES, 10**6)

    assert Fact.from_code(fact.to_code()).contact == LONGEST


def test_contact_is_when_somebody_was_with_the_person() -> None:
    fact = fact_of(asked(State.WITH_PERSON), [after(5, Change.ACCEPTED), after(34, Change.BEGUN)])

    assert fact.contact == 34
    assert fact.ending is Ending.OPEN
    assert fact.answer is Answer.NOT_ASKED


def test_contact_is_the_persons_own_yes_where_nobody_recorded_it() -> None:
    fact = fact_of(asked(), [after(50, Change.REACHED)])

    assert (fact.contact, fact.answer) == (50, Answer.YES)


def test_a_no_takes_back_what_was_recorded_before_it() -> None:
    steps = [after(34, Change.BEGUN), after(60, Change.FINISHED), after(70, Change.NOT_REACHED)]

    assert fact_of(asked(State.WAITING), steps).contact is None
    assert fact_of(asked(), [*steps, after(90, Change.BEGUN)]).contact == 90


def test_a_no_stays_a_no_when_somebody_came_after_it() -> None:
    steps = [after(60, Change.NOT_REACHED), after(90, Change.BEGUN), after(95, Change.REACHED)]

    assert fact_of(asked(), steps).answer is Answer.NO


def test_what_staff_ended_without_a_contact_is_not_reached() -> None:
    fact = fact_of(asked(), [after(10, Change.ARRANGED), after(30, Change.FINISHED)])

    assert not fact.reached
    assert fact.answer is Answer.UNANSWERED


@pytest.mark.parametrize("state", [State.WAITING, State.CANCELLED, State.COULD_NOT])
def test_a_missed_deadline_asks_whether_somebody_came(state: State) -> None:
    assert fact_of(asked(state, missed=True), []).answer is Answer.UNANSWERED
    assert fact_of(asked(state), []).answer is Answer.NOT_ASKED


def test_the_last_reason_counts_and_only_while_it_could_not_be_met() -> None:
    steps = [after(5, Change.COULD_NOT, "no_staff"), after(9, Change.COULD_NOT, "roll_count")]

    assert reason_of(asked(State.COULD_NOT), steps) == "roll_count"
    assert reason_of(asked(State.DONE), steps) == ""


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (-500, 0)])
def test_begun_minutes_count(seconds: int, minutes: int) -> None:
    assert minutes_up(timedelta(seconds=seconds)) == minutes
