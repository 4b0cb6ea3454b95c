"""A message arrives: what is stored, and what follows where there is danger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.people.model import Place
from bot.queue import service as queue
from bot.queue.model import Kind, State, Urgency
from bot.safety import intake, review
from bot.safety.intake import Arrival, Received
from bot.safety.message import BadMessage, Direction
from bot.safety.model import Level, Risk, Verdict
from bot.safety.record import EntryKind, RecordState
from bot.safety.verdict_words import verdict_in
from tests.support.builders import NOW, STAFF, PlainPrison, a_person, a_verdict
from tests.support.chain import verify
from tests.support.fakes import FakeWork

PRISON = PlainPrison()
WORDS = "cant do this no more"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.people.add(a_person())
    return made


def _receive(
    work: FakeWork, verdict: Verdict, text: str = WORDS, key: str = "form", now: datetime = NOW
) -> Received:
    return intake.receive(work, Arrival("sam", "tablet", text, key), verdict, prison=PRISON, now=now)


def test_an_ordinary_message_is_stored_and_nothing_else_happens(work: FakeWork) -> None:
    received = _receive(work, a_verdict(Level.NONE), text="when is lunch")

    (message,) = work.messages.rows
    assert received.message == message
    assert (message.text, message.direction, message.device_id) == (
        "when is lunch",
        Direction.FROM_PERSON,
        "tablet",
    )
    assert message.record_id is None
    assert not work.safety.records
    assert not work.safety.entries
    assert not work.outbox.notices
    assert not work.requests.rows


@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.EMERGENCY])
def test_danger_makes_a_record_an_entry_an_alert_and_a_request_for_staff(
    work: FakeWork, level: Level
) -> None:
    received = _receive(work, a_verdict(level, Risk.SUICIDE, Risk.SELF_HARM))

    (record,) = work.safety.records.values()
    assert (record.level, record.risks, record.state) == (level, ("suicide", "self_harm"), RecordState.OPEN)
    assert record.climb_at == NOW + PRISON.alert_allowance(level)
    assert received.message.record_id == record.id
    (entry,) = work.safety.entries
    assert (entry.kind, entry.record_id) == (EntryKind.NOTICED, record.id)
    (alert,) = work.outbox.of("alert")
    assert (alert.ref, alert.facts) == (record.id, {"level": level.value, "entry": "noticed"})
    (request,) = work.requests.rows.values()
    assert (request.kind, request.record_id) == (Kind.STAFF, record.id)
    assert request.urgency is intake.URGENCY_OF[level]


def test_every_level_of_danger_has_an_urgency_and_graver_ones_come_first() -> None:
    dangers = [level for level in Level if level is not Level.NONE]

    urgencies = [intake.URGENCY_OF[level] for level in dangers]

    assert urgencies == sorted(urgencies)
    assert len(set(urgencies)) == len(dangers)
    assert min(urgencies) > Urgency.NORMAL


def test_the_entry_holds_exact_words_cell_and_verdict(work: FakeWork) -> None:
    verdict = a_verdict(Level.EMERGENCY)

    received = _receive(work, verdict, text="  gonna string\tup 2nite \n")

    entry = work.safety.entries[0]
    body = entry.body
    assert entry.words["text"] == received.message.text == "gonna string\tup 2nite"
    assert (body["wing"], body["landing"], body["cell"]) == ("A", "A2", "A2-14")
    assert body["message_id"] == received.message.id
    assert verdict_in(entry) == verdict


def test_no_notice_holds_what_was_typed(work: FakeWork) -> None:
    _receive(work, a_verdict(Level.EMERGENCY))

    assert WORDS not in str(work.outbox.notices)
    assert "Sam" not in str(work.outbox.notices)
    assert "A2-14" not in str(work.outbox.notices)


@pytest.mark.parametrize("level", [Level.NONE, Level.EMERGENCY])
def test_the_same_form_twice_is_one_message_and_one_alert(work: FakeWork, level: Level) -> None:
    first = _receive(work, a_verdict(level))
    notices = len(work.outbox.notices)

    second = _receive(work, a_verdict(level), now=NOW + MINUTE)

    assert (second.repeated, second.message) == (True, first.message)
    assert len(work.messages.rows) == 1
    assert len(work.outbox.notices) == notices
    assert len(work.safety.entries) == len(work.safety.records)


def test_two_people_may_have_forms_with_the_same_key(work: FakeWork) -> None:
    work.people.add(a_person("ali"))
    _receive(work, a_verdict(Level.NONE))

    other = intake.receive(
        work, Arrival("ali", "tablet", "hello", "form"), a_verdict(Level.NONE), prison=PRISON, now=NOW
    )

    assert not other.repeated
    assert len(work.messages.rows) == 2


def test_a_further_message_lifts_the_open_record_and_makes_no_twin(work: FakeWork) -> None:
    _receive(work, a_verdict(Level.CONCERN, Risk.NOT_EATING), key="1")

    _receive(work, a_verdict(Level.EMERGENCY, Risk.SUICIDE), key="2", now=NOW + MINUTE)

    (record,) = work.safety.records.values()
    assert (record.level, record.times, record.latest_at) == (Level.EMERGENCY, 2, NOW + MINUTE)
    assert record.risks == ("not_eating", "suicide")
    assert [entry.kind for entry in work.safety.entries] == [EntryKind.NOTICED, EntryKind.STRENGTHENED]
    assert len(work.outbox.of("alert")) == 2
    (request,) = work.requests.rows.values()
    assert (request.urgency, request.times_asked) == (Urgency.EMERGENCY, 2)


def test_a_milder_message_takes_nothing_from_an_emergency(work: FakeWork) -> None:
    _receive(work, a_verdict(Level.EMERGENCY), key="1")

    _receive(work, a_verdict(Level.CONCERN), key="2", now=NOW + MINUTE / 2)

    (record,) = work.safety.records.values()
    assert record.level is Level.EMERGENCY
    assert record.climb_at == NOW + MINUTE


def test_somebody_who_goes_on_writing_does_not_keep_the_alert_from_climbing(work: FakeWork) -> None:
    for step in range(5):
        _receive(work, a_verdict(Level.EMERGENCY), key=str(step), now=NOW + step * MINUTE / 4)

    (record,) = work.safety.records.values()
    assert record.climb_at == NOW + MINUTE
    assert review.climb(work, PRISON, now=NOW + MINUTE) == 1


def test_a_graver_message_climbs_sooner(work: FakeWork) -> None:
    _receive(work, a_verdict(Level.CONCERN), key="1")

    _receive(work, a_verdict(Level.EMERGENCY), key="2", now=NOW + MINUTE)

    (record,) = work.safety.records.values()
    assert record.climb_at == NOW + 2 * MINUTE


def _acknowledged(work: FakeWork, level: Level) -> str:
    record_id = _receive(work, a_verdict(level), key="1").message.record_id
    assert record_id is not None
    review.acknowledge(work, record_id, STAFF, prison_id="oakmoor", prison=PRISON, now=NOW)
    return record_id


def test_a_concern_after_staff_have_seen_it_does_not_sound_again(work: FakeWork) -> None:
    record_id = _acknowledged(work, Level.URGENT)

    _receive(work, a_verdict(Level.CONCERN), key="2", now=NOW + MINUTE)

    record = work.safety.records[record_id]
    assert not record.is_sounding
    assert record.climb_at == NOW + PRISON.check_allowance(Level.URGENT)
    assert record.times == 2


@pytest.mark.parametrize("level", [Level.URGENT, Level.EMERGENCY])
def test_a_grave_message_after_staff_have_seen_it_sounds_again(work: FakeWork, level: Level) -> None:
    record_id = _acknowledged(work, Level.EMERGENCY)

    _receive(work, a_verdict(level), key="2", now=NOW + MINUTE)

    record = work.safety.records[record_id]
    assert record.is_sounding
    assert record.climb_at == NOW + MINUTE + PRISON.alert_allowance(level)


def test_danger_after_the_check_is_a_new_record(work: FakeWork) -> None:
    record_id = _acknowledged(work, Level.URGENT)
    check = review.Check(seen=True, spoke=True, response="He is safe")
    review.check(work, record_id, STAFF, check, prison_id="oakmoor", prison=PRISON, now=NOW)

    received = _receive(work, a_verdict(Level.URGENT), key="2", now=NOW + MINUTE)

    assert received.message.record_id != record_id
    assert len(work.safety.records) == 2


def test_danger_strengthens_a_staff_request_that_the_person_had_made(work: FakeWork) -> None:
    asked = queue.ask(work, a_person(), Kind.STAFF, deadlines=PRISON, now=NOW)

    received = _receive(work, a_verdict(Level.EMERGENCY))

    (request,) = work.requests.rows.values()
    assert (request.id, request.record_id) == (asked.id, received.message.record_id)
    assert (request.urgency, request.state) == (Urgency.EMERGENCY, State.WAITING)


def test_danger_leaves_a_listener_request_as_it_is(work: FakeWork) -> None:
    asked = queue.ask(work, a_person(), Kind.LISTENER, deadlines=PRISON, now=NOW)

    _receive(work, a_verdict(Level.EMERGENCY))

    assert work.requests.rows[asked.id] == asked


def test_the_record_follows_the_person_to_another_cell(work: FakeWork) -> None:
    _receive(work, a_verdict(Level.URGENT), key="1")
    work.people.save(replace(a_person(), place=Place("B", "B1", "B1-03")))

    _receive(work, a_verdict(Level.URGENT), key="2")

    (record,) = work.safety.records.values()
    assert record.place.cell == "B1-03"
    assert [entry.body["cell"] for entry in work.safety.entries] == ["A2-14", "B1-03"]


def test_the_log_holds_after_many_messages(work: FakeWork) -> None:
    for step in range(20):
        _receive(work, a_verdict(Level.CONCERN), key=str(step))

    assert verify(work.safety.entries, work.safety.head) == 20


def test_a_message_that_cannot_be_stored_is_refused_before_anything_happens(work: FakeWork) -> None:
    with pytest.raises(BadMessage):
        _receive(work, a_verdict(Level.NONE), text="\x00\x07")

    assert not work.messages.rows


class _Echo:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        self.heard.append(text)
        return a_verdict(Level.NONE)


def test_the_screen_judges_what_will_be_stored() -> None:
    echo = _Echo()

    intake.judge(echo, Arrival("sam", "tablet", " ki\x00ll\ud800 me ", "form"))

    assert echo.heard == ["kill me"]
