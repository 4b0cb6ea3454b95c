"""After danger: one question at a time, what the answers do, and a mistake that closes nothing."""

from datetime import timedelta

import pytest

from bot.queue.model import Urgency
from bot.safety import aftercare, intake, review
from bot.safety.aftercare import Answer, Question
from bot.safety.intake import Arrival
from bot.safety.model import Level, Risk
from bot.safety.record import EntryKind, RecordState, SafetyRecord
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_person, a_verdict
from tests.support.chain import verify
from tests.support.fakes import FakeWork

DEADLINES = PlainPrison()
LATER = NOW + timedelta(minutes=2)
SAM = a_person()


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.people.add(SAM)
    return made


def danger(work: FakeWork, level: Level = Level.CONCERN, *risks: Risk, key: str = "form") -> SafetyRecord:
    arrival = Arrival(SAM.id, "tablet", "cant do this no more", key)
    received = intake.receive(work, arrival, a_verdict(level, *risks), prison=DEADLINES, now=NOW)
    return work.safety.records[received.message.record_id or ""]


def say_no(work: FakeWork, record: SafetyRecord, level: Level = Level.NONE) -> SafetyRecord:
    verdict = aftercare.not_safe(record, 'answered "no"', a_verdict(level))
    arrival = Arrival(SAM.id, "tablet", "No, not safe", "answer")
    received = intake.receive(work, arrival, verdict, prison=DEADLINES, now=LATER)
    return work.safety.records[received.message.record_id or ""]


@pytest.mark.parametrize("said", [Answer.YES, Answer.NOT_SAID])
def test_yes_and_not_saying_change_nothing_and_stand_in_the_log(work: FakeWork, said: Answer) -> None:
    record = danger(work)
    alerts = len(work.outbox.of("alert"))

    aftercare.answer(work, record, SAM, Question.SAFE_NOW, said, "tapped", now=LATER)

    entry = work.safety.entries[-1]
    assert work.safety.records == {record.id: record}
    assert (entry.kind, entry.actor_id) == (EntryKind.ANSWERED, SAM.id)
    assert entry.body == {"question": "safe_now", "answer": said.value}
    assert entry.words == {"text": "tapped"}
    assert len(work.outbox.of("alert")) == alerts
    assert len(work.outbox.of("care")) == 1


@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.EMERGENCY])
def test_no_makes_the_open_record_urgent_at_least_and_sounds_again(work: FakeWork, level: Level) -> None:
    record = danger(work, level, Risk.SELF_HARM)
    review.acknowledge(work, record.id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    after = say_no(work, record)

    (request,) = work.requests.rows.values()
    assert after.id == record.id
    assert after.level is max(level, Level.URGENT)
    assert after.is_sounding
    assert after.risks == ("self_harm",)
    assert request.urgency >= Urgency.URGENT
    assert work.safety.entries[-1].kind is EntryKind.STRENGTHENED
    assert work.outbox.of("alert")[-1].facts["entry"] == "strengthened"


def test_no_after_the_check_is_a_new_alert(work: FakeWork) -> None:
    record = danger(work, Level.CONCERN, Risk.SELF_HARM)
    done = review.Check(seen=True, spoke=True, response="He is safe")
    review.check(work, record.id, STAFF, done, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    after = say_no(work, record)

    assert after.id != record.id
    assert (after.level, after.risks, after.state) == (Level.URGENT, ("self_harm",), RecordState.OPEN)


def test_words_that_the_screen_found_graver_than_the_no_keep_their_level(work: FakeWork) -> None:
    record = danger(work)

    assert say_no(work, record, Level.EMERGENCY).level is Level.EMERGENCY


@pytest.mark.parametrize("state", [RecordState.OPEN, RecordState.ACKNOWLEDGED, RecordState.CHECKED])
def test_a_mistake_is_noted_and_closes_nothing(work: FakeWork, state: RecordState) -> None:
    record = danger(work, Level.EMERGENCY)
    if state is not RecordState.OPEN:
        record = review.acknowledge(work, record.id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)
    if state is RecordState.CHECKED:
        done = review.Check(seen=True, spoke=True, response="He is safe")
        record = review.check(work, record.id, STAFF, done, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    for _ in range(3):
        aftercare.deny(work, record, SAM, "i didnt mean it", now=LATER)

    assert work.safety.records[record.id] == record
    assert work.safety.entries[-1].kind is EntryKind.DENIED
    assert work.safety.entries[-1].words == {"text": "i didnt mean it"}
    assert verify(work.safety.entries, work.safety.head) == len(work.safety.entries)


def test_an_alert_climbs_after_a_mistake_as_before(work: FakeWork) -> None:
    record = danger(work, Level.EMERGENCY)

    aftercare.deny(work, record, SAM, "i didnt mean it", now=NOW)

    assert review.climb(work, DEADLINES, now=NOW + timedelta(minutes=1)) == 1


def test_one_question_at_a_time_is_noted(work: FakeWork) -> None:
    record = danger(work)
    put = [aftercare.ask(work, record, work.safety.entries, Question.SAFE_NOW, now=NOW) for _ in range(2)]
    open_before = aftercare.is_open(work.safety.entries)

    aftercare.answer(work, record, SAM, Question.SAFE_NOW, Answer.NOT_SAID, "", now=LATER)

    assert (put, open_before, aftercare.is_open(work.safety.entries)) == ([True, False], True, False)
    assert aftercare.ask(work, record, work.safety.entries, Question.SAFE_NOW, now=LATER)


def test_another_question_is_noted_while_the_first_is_open_and_an_answer_is_to_it(work: FakeWork) -> None:
    record = danger(work, Level.URGENT, Risk.CONCERN_FOR_OTHER)
    aftercare.ask(work, record, work.safety.entries, Question.THEY_SAFE_NOW, now=NOW)

    noted = aftercare.ask(work, record, work.safety.entries, Question.SAFE_NOW, now=LATER)

    assert noted
    assert aftercare.asked_last(work.safety.entries, record) is Question.SAFE_NOW
    assert [e.body["question"] for e in work.safety.entries if e.kind is EntryKind.ASKED] == [
        "they_safe_now",
        "safe_now",
    ]


def test_asking_tells_nobody_and_sounds_nowhere(work: FakeWork) -> None:
    record = danger(work)
    notices = len(work.outbox.notices)

    aftercare.ask(work, record, work.safety.entries, Question.SAFE_NOW, now=NOW)

    assert len(work.outbox.notices) == notices


@pytest.mark.parametrize(
    ("risks", "question"),
    [
        ((Risk.SUICIDE,), Question.SAFE_NOW),
        ((Risk.CONCERN_FOR_OTHER,), Question.THEY_SAFE_NOW),
        ((Risk.CHILD_AT_RISK, Risk.CONCERN_FOR_OTHER), Question.THEY_SAFE_NOW),
        ((Risk.CONCERN_FOR_OTHER, Risk.SUICIDE), Question.SAFE_NOW),
    ],
)
def test_it_asks_about_the_other_only_where_the_danger_is_only_the_others(
    work: FakeWork, risks: tuple[Risk, ...], question: Question
) -> None:
    record = danger(work, Level.URGENT, *risks)

    assert aftercare.question_for(record) is question
    assert aftercare.asked_last(work.safety.entries, record) is question
