"""What staff do about a safety record, step by step, and what they cannot do."""

from datetime import timedelta
from typing import Any

import pytest

from bot.people.model import ActorKind
from bot.queue import service as queue
from bot.queue.model import Change, Kind, State
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState, verify
from bot.safety.review import Check, NotInThisState, Outcome, UnknownRecord, WordsNeeded
from tests.support.builders import (
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_person,
    a_verdict,
)
from tests.support.fakes import FakeWork

LATER = NOW + timedelta(minutes=3)
SAFE = Check(seen=True, spoke=True, response="Talking, has tea")
NOT_SEEN = Check(seen=False, spoke=False, response="Not in his cell")
HERE: dict[str, Any] = {"prison_id": PRISON, "now": LATER}


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.people.add(a_person())
    return made


@pytest.fixture
def record_id(work: FakeWork) -> str:
    arrival = Arrival("sam", "tablet", "words", "form")
    received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=PlainPrison(), now=NOW)
    assert received.message.record_id is not None
    return received.message.record_id


def _kinds(work: FakeWork) -> list[EntryKind]:
    return [entry.kind for entry in work.safety.entries]


def test_the_whole_way_of_a_record(work: FakeWork, record_id: str) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)
    review.check(work, record_id, STAFF, SAFE, **HERE)
    record = review.review(work, record_id, STAFF, Outcome.SUPPORT_OFFERED, "Will see him daily", **HERE)

    assert record == work.safety.records[record_id]
    assert record.state is RecordState.REVIEWED
    assert record.acknowledged_at == record.checked_at == record.reviewed_at == LATER
    assert _kinds(work) == [
        EntryKind.NOTICED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.CHECKED,
        EntryKind.REVIEWED,
    ]
    assert {entry.actor_id for entry in work.safety.entries[1:]} == {"officer"}
    assert verify(work.safety.entries, work.safety.head) == 4
    assert len(work.outbox.of("alert")) == 4


def test_an_acknowledged_alert_neither_sounds_nor_climbs(work: FakeWork, record_id: str) -> None:
    record = review.acknowledge(work, record_id, STAFF, **HERE)

    assert not record.is_sounding
    assert record.climb_at is None
    assert review.climb(work, PlainPrison(), now=NOW + timedelta(days=1)) == 0


def test_a_check_holds_what_was_seen_spoken_and_answered(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, Check(seen=True, spoke=False, response=" Nodded "), **HERE)

    assert work.safety.entries[-1].body == {"seen": True, "spoke": False, "response": "Nodded"}


def test_a_check_without_an_acknowledgement_is_both(work: FakeWork, record_id: str) -> None:
    record = review.check(work, record_id, STAFF, SAFE, **HERE)

    assert (record.state, record.acknowledged_at) == (RecordState.CHECKED, LATER)


def test_who_was_not_seen_is_not_checked(work: FakeWork, record_id: str) -> None:
    record = review.check(work, record_id, STAFF, NOT_SEEN, **HERE)

    assert (record.state, record.checked_at) == (RecordState.ACKNOWLEDGED, None)
    assert _kinds(work)[-1] is EntryKind.CHECKED
    (request,) = work.requests.rows.values()
    assert request.is_open


def test_a_check_can_be_made_again_until_the_person_was_seen(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, NOT_SEEN, **HERE)

    record = review.check(work, record_id, STAFF, SAFE, **HERE)

    assert record.state is RecordState.CHECKED


@pytest.mark.parametrize("response", ["", "  \n"])
def test_a_check_needs_a_response(work: FakeWork, record_id: str, response: str) -> None:
    with pytest.raises(WordsNeeded):
        review.check(work, record_id, STAFF, Check(seen=True, spoke=True, response=response), **HERE)

    assert _kinds(work) == [EntryKind.NOTICED]


def test_a_review_needs_words(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, SAFE, **HERE)

    with pytest.raises(WordsNeeded):
        review.review(work, record_id, STAFF, Outcome.OTHER, " ", **HERE)


def test_a_record_is_not_reviewed_before_the_person_was_checked_on(work: FakeWork, record_id: str) -> None:
    for _ in range(2):
        with pytest.raises(NotInThisState):
            review.review(work, record_id, STAFF, Outcome.OTHER, "Fine", **HERE)
        if work.safety.records[record_id].is_sounding:
            review.acknowledge(work, record_id, STAFF, **HERE)


def test_of_two_who_acknowledge_the_second_learns_that_a_colleague_was_faster(
    work: FakeWork, record_id: str
) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)

    with pytest.raises(NotInThisState):
        review.acknowledge(work, record_id, STAFF, **HERE)

    assert _kinds(work) == [EntryKind.NOTICED, EntryKind.ACKNOWLEDGED]


def test_a_checked_record_is_neither_acknowledged_nor_checked_again(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, SAFE, **HERE)

    with pytest.raises(NotInThisState):
        review.acknowledge(work, record_id, STAFF, **HERE)
    with pytest.raises(NotInThisState):
        review.check(work, record_id, STAFF, SAFE, **HERE)


def test_a_record_of_another_prison_does_not_exist(work: FakeWork, record_id: str) -> None:
    elsewhere: dict[str, Any] = {"prison_id": "elsewhere", "now": LATER}

    with pytest.raises(UnknownRecord):
        review.acknowledge(work, record_id, STAFF, **elsewhere)
    with pytest.raises(UnknownRecord):
        review.check(work, record_id, STAFF, SAFE, **elsewhere)
    with pytest.raises(UnknownRecord):
        review.review(work, record_id, STAFF, Outcome.OTHER, "Fine", **elsewhere)
    with pytest.raises(UnknownRecord):
        review.acknowledge(work, "nothing", STAFF, **HERE)


def test_an_alert_that_nobody_acknowledges_climbs_role_by_role(work: FakeWork, record_id: str) -> None:
    prison = PlainPrison()
    roles = []

    for minute in (1, 2):
        assert review.climb(work, prison, now=NOW + timedelta(minutes=minute)) == 1
        roles.append(work.safety.records[record_id].climbed_to)

    assert roles == ["orderly", "manager"]
    assert _kinds(work) == [EntryKind.NOTICED, *[EntryKind.CLIMBED] * 2]
    assert [entry.body for entry in work.safety.entries[1:]] == [
        {"to": "orderly", "last": False},
        {"to": "manager", "last": True},
    ]
    assert work.safety.entries[-1].actor_kind is ActorKind.SYSTEM
    assert review.climb(work, prison, now=NOW + timedelta(minutes=2)) == 0


def test_at_the_top_of_the_chain_it_goes_on_sounding_and_the_log_says_no_step_twice(
    work: FakeWork, record_id: str
) -> None:
    prison = PlainPrison()

    climbed = [review.climb(work, prison, now=NOW + timedelta(minutes=minute)) for minute in range(1, 7)]

    record = work.safety.records[record_id]
    assert climbed == [1, 1, 0, 0, 0, 0]
    assert _kinds(work) == [EntryKind.NOTICED, *[EntryKind.CLIMBED] * 2]
    assert record.is_sounding
    assert record.climb_at == NOW + timedelta(minutes=7)
    told = [notice.facts["entry"] for notice in work.outbox.of("alert")]
    assert told == ["noticed", "climbed", "climbed", *["unanswered"] * 4]


def test_an_alert_that_sounds_anew_begins_at_the_foot_of_the_chain(work: FakeWork, record_id: str) -> None:
    prison = PlainPrison()
    for minute in (1, 2, 3):
        review.climb(work, prison, now=NOW + timedelta(minutes=minute))
    review.acknowledge(work, record_id, STAFF, prison_id=PRISON, now=NOW + timedelta(minutes=4))

    later = NOW + timedelta(minutes=5)
    again = Arrival("sam", "tablet", "more words", "another form")
    intake.receive(work, again, a_verdict(Level.EMERGENCY), prison=prison, now=later)
    review.climb(work, prison, now=later + timedelta(minutes=1))

    assert work.safety.records[record_id].climbed_to == "orderly"
    assert work.safety.entries[-1].body == {"to": "orderly", "last": False}


def test_who_goes_acknowledges_and_a_second_one_may_go_too(work: FakeWork, record_id: str) -> None:
    first = review.go(work, record_id, STAFF, **HERE)
    second = review.go(work, record_id, STAFF, **HERE)

    assert (first.state, first.acknowledged_at, first.climb_at) == (RecordState.ACKNOWLEDGED, LATER, None)
    assert second.state is RecordState.ACKNOWLEDGED
    assert _kinds(work) == [EntryKind.NOTICED, EntryKind.GOING, EntryKind.GOING]
    (request,) = work.requests.rows.values()
    assert request.seen_at == LATER


@pytest.mark.parametrize("well", [True, False])
def test_what_staff_know_of_breathing_is_an_entry_and_silences_nothing(
    work: FakeWork, record_id: str, well: bool
) -> None:
    record = review.note_breathing(work, record_id, STAFF, well, **HERE)

    assert record.is_sounding
    assert record.climb_at is not None
    assert work.safety.entries[-1].body == {"conscious_and_breathing": well}


def test_nobody_goes_to_a_person_who_was_checked_on_already(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, SAFE, **HERE)

    with pytest.raises(NotInThisState):
        review.go(work, record_id, STAFF, **HERE)
    with pytest.raises(NotInThisState):
        review.note_breathing(work, record_id, STAFF, True, **HERE)


def test_a_check_may_say_what_was_done_about_it(work: FakeWork, record_id: str) -> None:
    done = Check(seen=True, spoke=True, response="Crying", outcome=Outcome.ACCT_OPENED)

    review.check(work, record_id, STAFF, done, **HERE)

    assert work.safety.entries[-1].body["outcome"] == "acct_opened"


def test_the_request_that_the_record_raised_follows_what_staff_do(work: FakeWork, record_id: str) -> None:
    (request_id,) = work.requests.rows

    review.acknowledge(work, record_id, STAFF, **HERE)
    seen = work.requests.rows[request_id]
    review.check(work, record_id, STAFF, SAFE, **HERE)
    done = work.requests.rows[request_id]

    assert (seen.state, seen.seen_at) == (State.WAITING, LATER)
    assert done.state is State.DONE
    assert done.asks_whether_somebody_came(LATER)


@pytest.mark.parametrize("steps", [(Change.ARRANGED,), (Change.BEGUN,), (Change.BEGUN, Change.FINISHED)])
def test_a_check_goes_on_from_wherever_the_request_is(
    work: FakeWork, record_id: str, steps: tuple[Change, ...]
) -> None:
    (request_id,) = work.requests.rows
    for step in steps:
        queue.move(work, request_id, step, STAFF, now=LATER)

    record = review.check(work, record_id, STAFF, SAFE, **HERE)

    assert record.state is RecordState.CHECKED
    assert work.requests.rows[request_id].state is State.DONE


def test_a_request_that_another_record_raised_is_left_alone(work: FakeWork, record_id: str) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)
    queue.ask(work, a_person(), Kind.STAFF, deadlines=PlainPrison(), now=LATER, record_id="another record")

    review.check(work, record_id, STAFF, SAFE, **HERE)

    (request,) = work.requests.rows.values()
    assert request.state is State.WAITING
