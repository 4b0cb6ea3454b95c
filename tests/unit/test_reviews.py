"""The review and its second look: who may, what waits for another person, what climbs, and what is kept."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.people.model import Actor, ActorKind
from bot.safety import intake, review, reviews
from bot.safety.concern import Concern, ConcernsYou
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState, SafetyRecord, SecondLook
from bot.safety.review import Check, NotInThisState, Outcome, UnknownRecord, WordsNeeded
from bot.safety.reviewing import ReviewRules
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_person, a_verdict
from tests.support.chain import verify
from tests.support.fakes import FakeWork

HOUR = timedelta(hours=1)
REVIEWER = Actor(ActorKind.STAFF, "reviewer")
THIRD = Actor(ActorKind.STAFF, "third")
NOBODY_AGAIN = PlainPrison(reviews=ReviewRules(second_look_percent=0))
EVERYBODY_AGAIN = PlainPrison(reviews=ReviewRules(second_look_percent=100))
HERE: dict[str, Any] = {"prison_id": PRISON, "prison": NOBODY_AGAIN, "now": NOW}
SAFE = Check(seen=True, spoke=True, response="Talking, has tea")


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.people.add(a_person())
    return made


@pytest.fixture
def record_id(work: FakeWork) -> str:
    """Noticed, and checked by the officer."""
    arrival = Arrival("sam", "tablet", "words", "form")
    received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=PlainPrison(), now=NOW)
    assert received.message.record_id is not None
    review.check(work, received.message.record_id, STAFF, SAFE, **HERE)
    return received.message.record_id


def _reviewed(
    work: FakeWork, record_id: str, outcome: Outcome = Outcome.OTHER, **changes: Any
) -> SafetyRecord:
    return review.review(work, record_id, REVIEWER, outcome, "Seen daily", **HERE | changes)


def _kinds(work: FakeWork) -> list[EntryKind]:
    return [entry.kind for entry in work.safety.entries]


def test_whoever_recorded_the_check_cannot_review_it(work: FakeWork, record_id: str) -> None:
    with pytest.raises(ConcernsYou) as refused:
        review.review(work, record_id, STAFF, Outcome.OTHER, "Fine", **HERE)

    assert refused.value.why is Concern.WAS_THERE
    assert work.safety.records[record_id].state is RecordState.CHECKED


def test_whoever_went_to_the_cell_cannot_review_what_a_colleague_checked(work: FakeWork) -> None:
    arrival = Arrival("sam", "tablet", "words", "form")
    record_id = str(
        intake.receive(work, arrival, a_verdict(), prison=PlainPrison(), now=NOW).message.record_id
    )
    review.go(work, record_id, REVIEWER, **HERE)
    review.check(work, record_id, STAFF, SAFE, **HERE)

    with pytest.raises(ConcernsYou):
        _reviewed(work, record_id)


def test_whoever_only_acknowledged_may_review(work: FakeWork) -> None:
    arrival = Arrival("sam", "tablet", "words", "form")
    record_id = str(
        intake.receive(work, arrival, a_verdict(), prison=PlainPrison(), now=NOW).message.record_id
    )
    review.acknowledge(work, record_id, REVIEWER, **HERE)
    review.check(work, record_id, STAFF, SAFE, **HERE)

    assert _reviewed(work, record_id).reviewer_id == "reviewer"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_mistaken_alarm_always_waits_for_a_second_look(
    work: FakeWork, record_id: str, outcome: Outcome
) -> None:
    record = _reviewed(work, record_id, outcome)

    mistaken = outcome is Outcome.MISTAKEN_ALARM
    assert record.second_look is (SecondLook.WANTED if mistaken else SecondLook.NOT_WANTED)
    assert record.review_due_at == (NOW + 72 * HOUR if mistaken else None)


def test_the_sample_is_settled_by_the_id_alone_and_is_as_large_as_the_prison_says() -> None:
    rules = ReviewRules(second_look_percent=10)
    ids = [f"{number:032x}" for number in range(4000)]

    drawn = [each for each in ids if rules.is_in_sample(each)]

    assert 300 < len(drawn) < 500
    assert drawn == [each for each in ids if rules.is_in_sample(each)]
    assert not any(ReviewRules(second_look_percent=0).is_in_sample(each) for each in ids)
    assert all(ReviewRules(second_look_percent=100).is_in_sample(each) for each in ids)


def test_the_reviewer_cannot_look_again_and_neither_can_who_was_at_the_cell(
    work: FakeWork, record_id: str
) -> None:
    _reviewed(work, record_id, prison=EVERYBODY_AGAIN)
    reasons = []

    for actor in (REVIEWER, STAFF):
        with pytest.raises(ConcernsYou) as refused:
            reviews.look_again(work, record_id, actor, "Fine", agrees=True, **HERE)
        reasons.append(refused.value.why)

    assert reasons == [Concern.REVIEWED_IT, Concern.WAS_THERE]


def test_a_second_look_that_agrees_ends_it(work: FakeWork, record_id: str) -> None:
    _reviewed(work, record_id, prison=EVERYBODY_AGAIN)

    record = reviews.look_again(work, record_id, THIRD, "", agrees=True, **HERE)

    assert (record.second_look, record.second_look_at) == (SecondLook.AGREED, NOW)
    assert record.review_due_at is record.review_climb_at is None
    assert not record.waits_for_second_look
    with pytest.raises(NotInThisState):
        reviews.look_again(work, record_id, THIRD, "", agrees=True, **HERE)


def test_a_second_look_that_disagrees_needs_words_and_opens_the_review_again(
    work: FakeWork, record_id: str
) -> None:
    _reviewed(work, record_id, Outcome.MISTAKEN_ALARM)
    with pytest.raises(WordsNeeded):
        reviews.look_again(work, record_id, THIRD, " ", agrees=False, **HERE)

    opened = reviews.look_again(work, record_id, THIRD, "He meant it", agrees=False, **HERE)
    again = _reviewed(work, record_id, Outcome.ACCT_OPENED)

    assert (opened.state, opened.reviewer_id, opened.outcome) == (RecordState.CHECKED, "", "")
    assert opened.review_due_at == NOW + 24 * HOUR
    # Whatever the outcome now is: once disagreed with, the next review is looked at again.
    assert again.waits_for_second_look
    assert _kinds(work)[-3:] == [EntryKind.REVIEWED, EntryKind.SECOND_LOOK, EntryKind.REVIEWED]
    assert verify(work.safety.entries, work.safety.head) == 5


def test_this_concerns_me_hands_the_record_on_for_good(work: FakeWork, record_id: str) -> None:
    record = reviews.hand_on(work, record_id, REVIEWER, "He is my nephew", **HERE)

    assert record.review_with == "manager"
    with pytest.raises(ConcernsYou) as refused:
        _reviewed(work, record_id)
    assert refused.value.why is Concern.HANDED_ON
    assert [notice.facts["entry"] for notice in work.outbox.of("review")] == ["handed_on"]
    with pytest.raises(NotInThisState):
        reviews.hand_on(work, record_id, REVIEWER, "Again", **HERE)


def test_this_concerns_me_can_be_said_before_the_check(work: FakeWork) -> None:
    arrival = Arrival("sam", "tablet", "words", "form")
    record_id = str(
        intake.receive(work, arrival, a_verdict(), prison=PlainPrison(), now=NOW).message.record_id
    )

    reviews.hand_on(work, record_id, REVIEWER, "I am named in it", **HERE)
    review.check(work, record_id, STAFF, SAFE, **HERE)

    assert work.outbox.of("review") == []
    with pytest.raises(ConcernsYou):
        _reviewed(work, record_id)


def test_a_review_that_nobody_did_in_time_goes_to_the_next_role_once(work: FakeWork, record_id: str) -> None:
    early = reviews.climb(work, NOBODY_AGAIN, now=NOW + 23 * HOUR)
    climbed = [reviews.climb(work, NOBODY_AGAIN, now=NOW + hours * HOUR) for hours in (24, 25, 48, 72, 500)]

    record = work.safety.records[record_id]
    assert (early, climbed) == (0, [1, 0, 0, 0, 0])
    assert record.review_with == "manager"
    assert record.review_due_at == NOW + 24 * HOUR
    assert work.safety.entries[-1].body == {"to": "manager", "step": "review", "last": True}
    assert [notice.facts for notice in work.outbox.of("review")] == [
        {"level": "emergency", "entry": "overdue"}
    ]


def test_a_second_look_that_nobody_gave_in_time_climbs_too(work: FakeWork, record_id: str) -> None:
    _reviewed(work, record_id, prison=EVERYBODY_AGAIN)

    assert reviews.climb(work, EVERYBODY_AGAIN, now=NOW + 71 * HOUR) == 0
    assert reviews.climb(work, EVERYBODY_AGAIN, now=NOW + 72 * HOUR) == 1
    assert work.safety.entries[-1].body["step"] == "second_look"


def test_what_an_earlier_version_checked_gets_its_time(work: FakeWork, record_id: str) -> None:
    old = replace(work.safety.records[record_id], review_due_at=None, review_climb_at=None)
    work.safety.save_record(old)

    assert reviews.climb(work, NOBODY_AGAIN, now=NOW + HOUR) == 0
    assert work.safety.records[record_id].review_due_at == NOW + 24 * HOUR


def test_a_note_is_an_entry_and_needs_words(work: FakeWork, record_id: str) -> None:
    with pytest.raises(WordsNeeded):
        reviews.add_note(work, record_id, STAFF, "  ", prison_id=PRISON, now=NOW)

    reviews.add_note(work, record_id, STAFF, " Moved to A1 at his wish ", prison_id=PRISON, now=NOW)

    assert work.safety.entries[-1].kind is EntryKind.NOTED
    assert work.safety.records[record_id].state is RecordState.CHECKED


def test_a_record_of_another_prison_is_unknown_to_all_of_it(work: FakeWork, record_id: str) -> None:
    there = HERE | {"prison_id": "elsewhere"}

    with pytest.raises(UnknownRecord):
        reviews.look_again(work, record_id, THIRD, "x", agrees=True, **there)
    with pytest.raises(UnknownRecord):
        reviews.hand_on(work, record_id, THIRD, "x", **there)
    with pytest.raises(UnknownRecord):
        reviews.add_note(work, record_id, THIRD, "x", prison_id="elsewhere", now=NOW)
