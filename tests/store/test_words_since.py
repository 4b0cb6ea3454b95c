"""Words that came after staff read the alert: no step on what was read before closes or silences them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.people.model import Person
from bot.queue.model import State
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState, SafetyRecord
from bot.safety.review import Check, WordsSince
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_verdict
from tests.support.chain import head, verify, walk

MINUTE = timedelta(minutes=1)
SAW = Check(seen=True, spoke=True, response="Talking, has tea")
NOT_SEEN = Check(seen=False, spoke=False, response="Not in the cell")
RECORD: dict[str, Any] = {"prison_id": PRISON, "now": NOW + 10 * MINUTE}
HERE: dict[str, Any] = {"prison": PlainPrison(), **RECORD}


def _say(database: Database, words: str, level: Level, minute: int) -> str:
    arrival = Arrival("sam", "device", words, words)
    with database.writing() as work:
        now = NOW + minute * MINUTE
        received = intake.receive(work, arrival, a_verdict(level), prison=PlainPrison(), now=now)
    assert received.message.record_id is not None
    return received.message.record_id


@pytest.fixture
def record_id(database: Database, sam: Person) -> str:
    """A concern that somebody read and went for; at minute nine an emergency, unread."""
    record_id = _say(database, "cant see a way", Level.CONCERN, 0)
    with database.writing() as work:
        review.go(
            work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW + 2 * MINUTE, read=1
        )
    _say(database, "i have took all the tablets now", Level.EMERGENCY, 9)
    return record_id


def _stored(database: Database, record_id: str) -> tuple[SafetyRecord, list[EntryKind]]:
    with database.reading() as work:
        record = work.safety.get(record_id)
        verify(walk(work), head(work))
        kinds = [entry.kind for entry in work.safety.entries_of(record_id)]
    assert record is not None
    return record, kinds


@pytest.mark.parametrize("found", [SAW, NOT_SEEN])
def test_a_check_of_before_is_kept_and_the_words_since_sound_and_climb_on(
    database: Database, record_id: str, found: Check
) -> None:
    before, _ = _stored(database, record_id)

    with database.writing() as work:
        review.check(work, record_id, STAFF, found, **HERE, read=1)

    after, kinds = _stored(database, record_id)
    assert after == before
    assert (after.state, after.level, after.climb_at) == (RecordState.OPEN, Level.EMERGENCY, before.climb_at)
    assert kinds[-2:] == [EntryKind.STRENGTHENED, EntryKind.CHECKED]
    with database.reading() as work:
        entry = work.safety.entries_of(record_id)[-1]
        (request,) = work.requests.of_person("sam")
    assert entry.body == {"seen": found.seen, "spoke": found.spoke, "words_since": True}
    assert entry.said("response") == found.response
    assert request.state is not State.DONE
    with database.writing() as work:
        assert review.climb(work, PlainPrison(), now=NOW + 30 * MINUTE) == 1


def test_a_check_that_was_read_to_the_end_closes(database: Database, record_id: str) -> None:
    with database.writing() as work:
        review.check(work, record_id, STAFF, SAW, **HERE, read=2)

    record, kinds = _stored(database, record_id)
    assert (record.state, record.climb_at) == (RecordState.CHECKED, None)
    assert kinds[-1] is EntryKind.CHECKED


def test_a_light_word_after_the_alert_was_taken_is_closed_by_no_check_of_before(
    database: Database, sam: Person
) -> None:
    record_id = _say(database, "cant see a way", Level.CONCERN, 0)
    with database.writing() as work:
        review.acknowledge(work, record_id, STAFF, **HERE, read=1)
    _say(database, "still here", Level.CONCERN, 11)
    before, _ = _stored(database, record_id)

    with database.writing() as work:
        review.check(work, record_id, STAFF, SAW, **HERE, read=1)

    after, _ = _stored(database, record_id)
    assert after == before
    assert after.state is RecordState.ACKNOWLEDGED


def test_going_is_kept_and_the_words_since_sound_on(database: Database, record_id: str) -> None:
    with database.writing() as work:
        review.go(work, record_id, STAFF, **HERE, read=1)

    record, kinds = _stored(database, record_id)
    assert (record.state, record.times) == (RecordState.OPEN, 2)
    assert record.climb_at is not None
    assert kinds[-1] is EntryKind.GOING


@pytest.mark.parametrize(
    "step",
    [
        lambda work, record: review.acknowledge(work, record, STAFF, **HERE, read=1),
        lambda work, record: review.note_breathing(work, record, STAFF, True, **RECORD, read=1),
    ],
    ids=["acknowledged", "breathing"],
)
def test_what_would_calm_is_refused_for_words_that_nobody_read(
    database: Database, record_id: str, step: Callable[[Any, str], object]
) -> None:
    before, kinds = _stored(database, record_id)

    with pytest.raises(WordsSince), database.writing() as work:
        step(work, record_id)

    assert _stored(database, record_id) == (before, kinds)


def test_that_somebody_does_not_breathe_is_always_kept(database: Database, record_id: str) -> None:
    with database.writing() as work:
        review.note_breathing(work, record_id, STAFF, False, **RECORD, read=1)

    assert _stored(database, record_id)[1][-1] is EntryKind.BREATHING
