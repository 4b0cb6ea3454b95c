"""Made-up people and a safety record, for a database that is only measured with."""

import uuid
from datetime import UTC, datetime
from typing import Final

from bot.people.model import SYSTEM, Person, Place
from bot.safety.model import HEAD, Level, Reason, Risk, Verdict
from bot.safety.record import Entry, EntryKind, SafetyRecord, new_entry
from bot.safety.verdict_words import apart
from bot.store.unit_of_work import UnitOfWork

PRISON: Final = "oakmoor"
WHEN: Final = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
WORDS: Final = "i cant do this no more, been in me head all night and nobody comes"
VERDICT: Final = Verdict(
    Level.URGENT,
    (Risk.SUICIDE,),
    (
        Reason(Risk.SUICIDE, Level.URGENT, "Says that he or she cannot go on.", "phrase:cannot_go_on"),
        Reason(Risk.SUICIDE, Level.CONCERN, "Sounds like messages of people in danger.", HEAD),
    ),
    "en",
    "phrases-0123456789abcdef/head-0123456789abcdef",
)


def a_person(number: int, prison_id: str = PRISON) -> Person:
    """Nobody can sign in as this person: the hash is of no PIN."""
    place = Place("A", "A1", f"A1-{number:02}")
    return Person(uuid.uuid4().hex, prison_id, f"A{number:04}AA", "Sam", place, "none", welcomed_at=WHEN)


def add_record(work: UnitOfWork) -> SafetyRecord:
    """A person's open record, to which entries can be added."""
    person = a_person(1)
    work.persons.add(person)
    risks = tuple(risk.value for risk in VERDICT.risks)
    record = SafetyRecord(
        uuid.uuid4().hex, PRISON, person.id, person.first_name, person.place, VERDICT.level, risks, WHEN, WHEN
    )
    work.safety.add_record(record)
    return record


def an_entry(record: SafetyRecord) -> Entry:
    """As it is made of a message in danger."""
    judged, beside = apart(VERDICT)
    body = {
        "message_id": uuid.uuid4().hex,
        "wing": record.place.wing,
        "landing": record.place.landing,
        "cell": record.place.cell,
        "person_id": record.person_id,
        "verdict": judged,
    }
    return new_entry(
        record.id, EntryKind.STRENGTHENED, WHEN, SYSTEM.kind, SYSTEM.id, body, {"text": WORDS, **beside}
    )
