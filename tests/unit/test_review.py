"""What staff do about a safety record, step by step, and what they cannot do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.people.model import Actor, ActorKind
from bot.queue import service as queue
from bot.queue.model import Change, Kind, State
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState
from bot.safety.review import Check, NotInThisState, Outcome, UnknownRecord, WordsNeeded
from tests.support.builders import (
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_person,
    a_verdict,
)
from tests.support.chain import verify
from tests.support.fakes import FakeWork

LATER = NOW + timedelta(minutes=3)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SAFE = Check(seen=True, spoke=True, response="Talking, has tea")
OTHER = Actor(ActorKind.STAFF, "reviewer")
NOT_SEEN = Check(seen=False, spoke=False, response="Not in his cell")
RECORD: dict[str, Any] = {"prison_id": PRISON, "now": LATER}
HERE: dict[str, Any] = {"prison": PlainPrison(), **RECORD}


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
    record = review.review(work, record_id, OTHER, Outcome.SUPPORT_OFFERED, "Will see him daily", **HERE)

    assert record == work.safety.records[record_id]
    assert record.state is RecordState.REVIEWED
    assert record.acknowledged_at == record.checked_at == record.reviewed_at == LATER
    assert _kinds(work) == [
        EntryKind.NOTICED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.CHECKED,
        EntryKind.REVIEWED,
    ]
    assert [entry.actor_id for entry in work.safety.entries[1:]] == ["officer", "officer", "reviewer"]
    assert verify(work.safety.entries, work.safety.head) == 4
    assert len(work.outbox.of("alert")) == 4


def test_an_acknowledged_alert_does_not_sound_and_waits_for_its_check(work: FakeWork, record_id: str) -> None:
    record = review.acknowledge(work, record_id, STAFF, **HERE)

    assert not record.is_sounding
    assert record.climb_at == LATER + 10 * MINUTE
    assert review.climb(work, PlainPrison(), now=LATER + 10 * MINUTE - SECOND) == 0


@pytest.mark.parametrize("step", [review.acknowledge, review.go])
def test_an_alert_that_was_taken_and_not_checked_in_time_climbs_role_by_role(
    work: FakeWork, record_id: str, step: Any
) -> None:
    prison = PlainPrison()
    step(work, record_id, STAFF, **HERE)
    roles = []

    for minutes in (10, 20):
        assert review.climb(work, prison, now=LATER + minutes * MINUTE) == 1
        roles.append(work.safety.records[record_id].climbed_to)

    assert roles == ["orderly", "manager"]
    assert [entry.body for entry in work.safety.entries[2:]] == [
        {"to": "orderly", "last": False, "unchecked": True},
        {"to": "manager", "last": True, "unchecked": True},
    ]
    assert _kinds(work)[2:] == [EntryKind.CLIMBED] * 2
    assert work.safety.records[record_id].state is RecordState.ACKNOWLEDGED
    assert work.outbox.of("alert")[-1].facts == {
        "level": "emergency",
        "entry": "climbed",
        "unchecked": "yes",
    }


def test_at_the_top_an_unchecked_alert_is_told_again_and_logged_no_second_time(
    work: FakeWork, record_id: str
) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)

    climbed = [review.climb(work, PlainPrison(), now=LATER + n * 10 * MINUTE) for n in range(1, 6)]

    assert climbed == [1, 1, 0, 0, 0]
    assert _kinds(work)[2:] == [EntryKind.CLIMBED] * 2
    told = [(notice.facts["entry"], notice.facts.get("unchecked")) for notice in work.outbox.of("alert")]
    assert told[-3:] == [("unanswered", "yes")] * 3


@pytest.mark.parametrize(
    ("level", "minutes"), [(Level.EMERGENCY, 10), (Level.URGENT, 60), (Level.CONCERN, 480)]
)
def test_each_level_has_its_own_time_for_the_check(work: FakeWork, level: Level, minutes: int) -> None:
    arrival = Arrival("sam", "tablet", "words", "form")
    received = intake.receive(work, arrival, a_verdict(level), prison=PlainPrison(), now=NOW)

    record = review.acknowledge(work, str(received.message.record_id), STAFF, **HERE)

    assert record.climb_at == LATER + minutes * MINUTE


def test_a_check_stops_it(work: FakeWork, record_id: str) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)
    review.climb(work, PlainPrison(), now=LATER + 10 * MINUTE)

    review.check(work, record_id, STAFF, SAFE, **HERE)

    assert review.climb(work, PlainPrison(), now=LATER + timedelta(days=1)) == 0


def test_a_check_that_saw_nobody_gives_a_time_anew_from_the_foot_of_the_chain(
    work: FakeWork, record_id: str
) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)
    review.climb(work, PlainPrison(), now=LATER + 10 * MINUTE)
    later: dict[str, Any] = {**HERE, "now": LATER + 15 * MINUTE}

    record = review.check(work, record_id, STAFF, NOT_SEEN, **later)

    assert (record.climb_at, record.climbed_to) == (LATER + 25 * MINUTE, "")
    assert review.climb(work, PlainPrison(), now=LATER + 25 * MINUTE) == 1


def test_to_say_again_that_somebody_goes_puts_the_check_off_no_further(
    work: FakeWork, record_id: str
) -> None:
    first = review.acknowledge(work, record_id, STAFF, **HERE)

    second = review.go(work, record_id, STAFF, **{**HERE, "now": LATER + 9 * MINUTE})

    assert second.climb_at == first.climb_at
    assert review.climb(work, PlainPrison(), now=LATER + 10 * MINUTE) == 1


def test_who_acknowledged_late_is_passed_by_from_the_foot_of_the_chain(
    work: FakeWork, record_id: str
) -> None:
    for minute in (1, 2):
        review.climb(work, PlainPrison(), now=NOW + minute * MINUTE)

    record = review.acknowledge(work, record_id, STAFF, **HERE)
    review.climb(work, PlainPrison(), now=LATER + 10 * MINUTE)

    assert record.climbed_to == ""
    assert work.safety.records[record_id].climbed_to == "orderly"


def test_a_mild_message_after_it_was_taken_leaves_the_check_its_time(work: FakeWork, record_id: str) -> None:
    taken = review.acknowledge(work, record_id, STAFF, **HERE)

    again = Arrival("sam", "tablet", "more words", "another form")
    intake.receive(work, again, a_verdict(Level.CONCERN), prison=PlainPrison(), now=LATER + MINUTE)

    assert work.safety.records[record_id].climb_at == taken.climb_at


@pytest.mark.parametrize(("minutes", "climbed"), [(9, 0), (10, 1), (500, 1)])
def test_one_that_an_older_version_acknowledged_has_its_time_from_then(
    work: FakeWork, record_id: str, minutes: int, climbed: int
) -> None:
    review.acknowledge(work, record_id, STAFF, **HERE)
    work.safety.save_record(replace(work.safety.records[record_id], climb_at=None))

    assert review.climb(work, PlainPrison(), now=LATER + minutes * MINUTE) == climbed
    assert work.safety.records[record_id].climb_at is not None


def test_a_check_holds_what_was_seen_spoken_and_answered(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, Check(seen=True, spoke=False, response=" Nodded "), **HERE)

    assert work.safety.entries[-1].body == {"seen": True, "spoke": False}
    assert work.safety.entries[-1].words == {"response": "Nodded"}


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
        review.review(work, record_id, OTHER, Outcome.OTHER, " ", **HERE)


def test_a_record_is_not_reviewed_before_the_person_was_checked_on(work: FakeWork, record_id: str) -> None:
    for _ in range(2):
        with pytest.raises(NotInThisState):
            review.review(work, record_id, OTHER, Outcome.OTHER, "Fine", **HERE)
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
    doing: dict[str, Any] = {"prison": PlainPrison(), **elsewhere}

    with pytest.raises(UnknownRecord):
        review.acknowledge(work, record_id, STAFF, **doing)
    with pytest.raises(UnknownRecord):
        review.check(work, record_id, STAFF, SAFE, **doing)
    with pytest.raises(UnknownRecord):
        review.review(work, record_id, OTHER, Outcome.OTHER, "Fine", **doing)
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
    review.acknowledge(
        work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW + timedelta(minutes=4)
    )

    later = NOW + timedelta(minutes=5)
    again = Arrival("sam", "tablet", "more words", "another form")
    intake.receive(work, again, a_verdict(Level.EMERGENCY), prison=prison, now=later)
    review.climb(work, prison, now=later + timedelta(minutes=1))

    assert work.safety.records[record_id].climbed_to == "orderly"
    assert work.safety.entries[-1].body == {"to": "orderly", "last": False}


def test_who_goes_acknowledges_and_a_second_one_may_go_too(work: FakeWork, record_id: str) -> None:
    first = review.go(work, record_id, STAFF, **HERE)
    second = review.go(work, record_id, STAFF, **HERE)

    assert (first.state, first.acknowledged_at) == (RecordState.ACKNOWLEDGED, LATER)
    assert second.state is RecordState.ACKNOWLEDGED
    assert _kinds(work) == [EntryKind.NOTICED, EntryKind.GOING, EntryKind.GOING]
    (request,) = work.requests.rows.values()
    assert request.seen_at == LATER


@pytest.mark.parametrize("well", [True, False])
def test_what_staff_know_of_breathing_is_an_entry_and_silences_nothing(
    work: FakeWork, record_id: str, well: bool
) -> None:
    record = review.note_breathing(work, record_id, STAFF, well, **RECORD)

    assert record.is_sounding
    assert record.climb_at is not None
    assert work.safety.entries[-1].body == {"conscious_and_breathing": well}


def test_nobody_goes_to_a_person_who_was_checked_on_already(work: FakeWork, record_id: str) -> None:
    review.check(work, record_id, STAFF, SAFE, **HERE)

    with pytest.raises(NotInThisState):
        review.go(work, record_id, STAFF, **HERE)
    with pytest.raises(NotInThisState):
        review.note_breathing(work, record_id, STAFF, True, **RECORD)


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
