"""Deadlines that pass, and the question "Did somebody come?"."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.people.model import ActorKind
from bot.queue import service
from bot.queue.model import Change, NotAllowedNow, Request, State, UnknownRequest, Urgency
from tests.support.builders import NOW, STAFF, PlainPrison, a_person, a_request, supporter_actor
from tests.support.fakes import FakeWork

PRISON = PlainPrison()
DUE = NOW + timedelta(hours=1)
LATE = NOW + timedelta(hours=2)


def _work_with(**changes: Any) -> FakeWork:
    work = FakeWork()
    work.requests.add(a_request(id="r", **changes))
    return work


def _came(work: FakeWork, came: bool, now: datetime = LATE, request_id: str = "r") -> Request:
    return service.somebody_came(work, request_id, "sam", came=came, deadlines=PRISON, now=now)


def _changes(work: FakeWork) -> list[Change]:
    return [event.change for event in work.requests.changes]


@pytest.mark.parametrize("state", [State.WAITING, State.ACCEPTED, State.ARRANGED])
def test_a_missed_deadline_is_recorded_and_goes_to_the_next_role(state: State) -> None:
    work = _work_with(state=state)

    missed = service.miss_deadlines(work, PRISON, now=LATE)

    request = work.requests.rows["r"]
    assert missed == 1
    assert (request.state, request.escalated_to, request.missed_at) == (state, "orderly", DUE)
    assert request.urgency is Urgency.RAISED
    assert request.due_at > LATE
    assert _changes(work) == [Change.DEADLINE_MISSED]
    assert work.requests.events[0].actor_kind is ActorKind.SYSTEM
    assert len(work.outbox.changes) == 1


def test_the_next_deadline_is_that_of_the_urgency_it_has_now() -> None:
    work = _work_with()

    service.miss_deadlines(work, PRISON, now=LATE)

    assert work.requests.rows["r"].due_at == LATE + PRISON.waits[Urgency.RAISED]


def test_when_the_whole_chain_has_heard_of_it_the_plain_time_counts_again() -> None:
    work = _work_with()
    at, spans = LATE, []

    for _ in range(4):
        assert service.miss_deadlines(work, PRISON, now=at) == 1
        due = work.requests.rows["r"].due_at
        spans.append(due - at)
        at = due

    raised, plain = PRISON.waits[Urgency.RAISED], PRISON.waits[Urgency.NORMAL]
    # The orderly officer, then the manager, and then nobody new.
    assert spans == [raised, plain, plain, plain]
    assert work.requests.rows["r"].urgency is Urgency.RAISED, "it still comes before others"


def test_what_danger_made_urgent_keeps_its_time_at_the_end_of_the_chain() -> None:
    work = _work_with(urgency=Urgency.URGENT, escalated_to="manager")

    service.miss_deadlines(work, PRISON, now=LATE)

    assert work.requests.rows["r"].due_at == LATE + PRISON.waits[Urgency.URGENT]


def test_another_prisons_deadline_is_that_prisons_to_miss() -> None:
    """Its hours, its chain and its rules are in its own file, which this worker has not read."""
    work = _work_with(prison_id="elsewhere")

    assert service.miss_deadlines(work, PRISON, now=LATE) == 0
    assert service.miss_deadlines(work, PlainPrison(id="elsewhere", chain=("wing", "gate")), now=LATE) == 1
    assert work.requests.rows["r"].escalated_to == "gate"


def test_a_deadline_that_is_missed_again_climbs_to_the_last_role_and_stays_there() -> None:
    work = _work_with()
    roles = []

    for day in range(1, 5):
        service.miss_deadlines(work, PRISON, now=NOW + timedelta(days=day))
        roles.append(work.requests.rows["r"].escalated_to)

    assert roles == ["orderly", "manager", "manager", "manager"]


@pytest.mark.parametrize("state", [State.WITH_PERSON, State.DONE, State.CANCELLED, State.COULD_NOT])
def test_no_deadline_passes_where_somebody_is_there_or_it_is_over(state: State) -> None:
    work = _work_with(state=state)

    assert service.miss_deadlines(work, PRISON, now=LATE) == 0
    assert not work.requests.events


def test_a_deadline_passes_at_its_moment_and_not_before() -> None:
    work = _work_with()

    assert service.miss_deadlines(work, PRISON, now=DUE - timedelta(microseconds=1)) == 0
    assert service.miss_deadlines(work, PRISON, now=DUE) == 1
    assert service.miss_deadlines(work, PRISON, now=DUE) == 0


def test_an_emergency_stays_one_when_its_deadline_passes() -> None:
    work = _work_with(urgency=Urgency.EMERGENCY)

    service.miss_deadlines(work, PRISON, now=LATE)

    assert work.requests.rows["r"].urgency is Urgency.EMERGENCY


def test_a_person_is_asked_after_it_is_done_until_the_answer_is_there() -> None:
    work = _work_with(state=State.DONE)
    assert work.requests.rows["r"].asks_whether_somebody_came(NOW)

    answered = _came(work, True)

    assert answered.came is True
    assert not answered.asks_whether_somebody_came(LATE)
    assert _changes(work) == [Change.REACHED]


def test_a_person_is_asked_when_the_deadline_is_past_and_not_before() -> None:
    request = a_request()

    assert not request.asks_whether_somebody_came(DUE - timedelta(seconds=1))
    assert request.asks_whether_somebody_came(DUE)


@pytest.mark.parametrize("state", [State.WITH_PERSON, State.CANCELLED, State.COULD_NOT])
def test_a_person_is_not_asked_in_other_states(state: State) -> None:
    assert not a_request(state=state, missed_at=DUE).asks_whether_somebody_came(LATE)


def test_a_no_after_it_was_done_opens_it_again_higher_and_for_anybody() -> None:
    work = _work_with(state=State.DONE, supporter_id="lee", seen_at=NOW)

    again = _came(work, False)

    assert (again.state, again.urgency) == (State.WAITING, Urgency.RAISED)
    assert (again.supporter_id, again.seen_at) == (None, None)
    assert again.due_at == LATE + timedelta(minutes=30)
    assert _changes(work) == [Change.NOT_REACHED]


def test_a_no_takes_nothing_from_an_urgency_that_was_higher() -> None:
    work = _work_with(state=State.DONE, urgency=Urgency.EMERGENCY)

    assert _came(work, False).urgency is Urgency.EMERGENCY


def test_a_yes_on_an_overdue_request_ends_it() -> None:
    work = _work_with(state=State.ACCEPTED)

    ended = _came(work, True)

    assert (ended.state, ended.came) == (State.DONE, True)


def test_a_no_on_an_overdue_request_moves_it_up_and_leaves_its_deadline_to_be_missed() -> None:
    work = _work_with(state=State.ACCEPTED, supporter_id="lee")

    raised = _came(work, False)

    assert (raised.state, raised.urgency, raised.supporter_id) == (State.ACCEPTED, Urgency.RAISED, "lee")
    assert not raised.asks_whether_somebody_came(LATE)
    assert service.miss_deadlines(work, PRISON, now=LATE) == 1


def test_a_no_never_puts_the_deadline_off() -> None:
    work = _work_with()

    raised = _came(work, False, now=DUE - timedelta(minutes=5))

    assert raised.due_at == DUE


def test_a_person_who_said_no_is_asked_again_when_the_next_deadline_is_past() -> None:
    work = _work_with()
    service.miss_deadlines(work, PRISON, now=DUE)
    _came(work, False, now=DUE + timedelta(minutes=1))
    service.miss_deadlines(work, PRISON, now=DUE + timedelta(hours=1))

    request = work.requests.rows["r"]

    assert request.asks_whether_somebody_came(DUE + timedelta(hours=1))


@pytest.mark.parametrize("came", [True, False])
@pytest.mark.parametrize("state", [State.WAITING, State.ARRANGED, State.DONE])
def test_the_same_answer_twice_is_one(state: State, came: bool) -> None:
    work = _work_with(state=state)
    first = _came(work, came)

    second = _came(work, came, now=LATE + timedelta(seconds=1))

    assert second == first
    assert len(work.requests.changes) == len(work.outbox.changes) == 1


def test_a_no_counts_again_when_something_was_done_in_between() -> None:
    work = _work_with()
    _came(work, False)
    service.move(work, "r", Change.BEGUN, STAFF, now=LATE + timedelta(minutes=1))

    _came(work, False, now=LATE + timedelta(minutes=2))

    assert _changes(work) == [Change.NOT_REACHED, Change.BEGUN, Change.NOT_REACHED]


def test_a_person_may_take_back_a_yes() -> None:
    work = _work_with(state=State.DONE)
    _came(work, True)

    again = _came(work, False)

    assert (again.state, again.came) == (State.WAITING, False)


def test_a_request_that_was_opened_again_and_done_again_is_asked_about_again() -> None:
    work = _work_with(state=State.DONE)
    _came(work, False)
    service.move(work, "r", Change.BEGUN, STAFF, now=LATE)

    done = service.move(work, "r", Change.FINISHED, STAFF, now=LATE)

    assert done.asks_whether_somebody_came(LATE)
    assert _came(work, False).state is State.WAITING


def test_a_no_to_an_old_request_moves_up_the_one_asked_anew_meanwhile() -> None:
    work = _work_with(state=State.DONE)
    newer = service.ask(work, a_person(), a_request().kind, deadlines=PRISON, now=NOW)

    old = _came(work, False, now=NOW)

    raised = work.requests.rows[newer.id]
    assert (old.state, old.came) == (State.DONE, False)
    assert not old.asks_whether_somebody_came(NOW)
    assert (raised.state, raised.urgency) == (State.WAITING, Urgency.RAISED)
    assert raised.due_at == NOW + timedelta(minutes=30)
    assert _changes(work) == [Change.ASKED, Change.NOT_REACHED, Change.NOT_REACHED]


def test_nobody_else_answers_whether_somebody_came() -> None:
    work = _work_with(state=State.DONE)

    with pytest.raises(UnknownRequest):
        service.somebody_came(work, "r", "ali", came=True, deadlines=PRISON, now=LATE)


@pytest.mark.parametrize("state", [State.CANCELLED, State.COULD_NOT])
@pytest.mark.parametrize("came", [True, False])
def test_a_request_that_is_over_another_way_takes_no_answer(state: State, came: bool) -> None:
    work = _work_with(state=state)

    with pytest.raises(NotAllowedNow):
        _came(work, came)


def test_what_a_supporter_hands_back_late_is_overdue_at_once() -> None:
    work = _work_with(state=State.WITH_PERSON, supporter_id="lee")

    service.move(work, "r", Change.HANDED_BACK, supporter_actor(), now=LATE, deadlines=PRISON)

    assert service.miss_deadlines(work, PRISON, now=LATE) == 1
