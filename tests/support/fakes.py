"""In-memory stand-ins for the store, true to its protocols: what a unit test sees, the store does too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.people.model import Person, Supporter
from bot.queue.model import Event, Kind, Request, State
from bot.safety.message import Message
from bot.safety.record import GENESIS, Entry, RecordState, SafetyRecord, digest

_MET = frozenset({State.WITH_PERSON, State.DONE, State.CANCELLED, State.COULD_NOT})
_NOT_CHECKED = frozenset({RecordState.OPEN, RecordState.ACKNOWLEDGED})


@dataclass(frozen=True)
class Put:
    """A notice in the outbox."""

    topic: str
    prison_id: str
    ref: str
    at: datetime
    facts: Mapping[str, str]


class FakeRequests:
    def __init__(self) -> None:
        self.rows: dict[str, Request] = {}
        self.events: list[Event] = []

    def get_for_change(self, request_id: str) -> Request | None:
        return self.rows.get(request_id)

    def open_of(self, person_id: str, kind: Kind, role: str) -> Request | None:
        found = [r for r in self.rows.values() if r.is_open and _owner(r) == (person_id, kind, role)]
        return found[0] if found else None

    def open_of_person(self, person_id: str) -> Sequence[Request]:
        found = [r for r in self.rows.values() if r.person_id == person_id and r.is_open]
        return sorted(found, key=lambda request: (request.asked_at, request.id))

    def add(self, request: Request) -> None:
        assert self.open_of(*_owner(request)) is None, "a second open request of this person and kind"
        self.rows[request.id] = request

    def save(self, request: Request) -> None:
        assert self.rows[request.id].version == request.version - 1, "a stale request"
        twin = self.open_of(*_owner(request)) if request.is_open else None
        assert twin is None or twin.id == request.id, "a second open request of this person and kind"
        self.rows[request.id] = request

    def add_event(self, event: Event) -> None:
        self.events.append(event)

    def count_held_by(self, supporter_id: str) -> int:
        return len(self.held_by(supporter_id))

    def held_by(self, supporter_id: str) -> Sequence[Request]:
        at_work = {State.ACCEPTED, State.ARRANGED, State.WITH_PERSON}
        return [r for r in self.rows.values() if r.supporter_id == supporter_id and r.state in at_work]

    def overdue(self, now: datetime, limit: int) -> Sequence[Request]:
        late = [r for r in self.rows.values() if r.state not in _MET and r.due_at <= now]
        return sorted(late, key=lambda request: request.due_at)[:limit]

    def from_a_time_to_come(self, later: datetime, limit: int) -> Sequence[Request]:
        return [r for r in self.rows.values() if r.state not in _MET and r.changed_at > later][:limit]


def _owner(request: Request) -> tuple[str, Kind, str]:
    return request.person_id, request.kind, request.role


class FakeSupporters:
    def __init__(self) -> None:
        self.rows: dict[str, Supporter] = {}

    def get(self, person_id: str) -> Supporter | None:
        return self.rows.get(person_id)

    def put(self, supporter: Supporter) -> None:
        self.rows[supporter.person_id] = supporter


class FakeOutbox:
    def __init__(self) -> None:
        self.notices: list[Put] = []

    def put(self, topic: str, prison_id: str, ref: str, now: datetime, facts: Mapping[str, str]) -> None:
        self.notices.append(Put(topic, prison_id, ref, now, facts))

    def of(self, topic: str) -> list[Put]:
        return [notice for notice in self.notices if notice.topic == topic]


class FakeSafety:
    def __init__(self) -> None:
        self.records: dict[str, SafetyRecord] = {}
        self.entries: list[Entry] = []
        self.head = GENESIS

    def append(self, entry: Entry) -> Entry:
        linked = replace(entry, previous=self.head)
        linked = replace(linked, hash=digest(linked))
        self.head = linked.hash
        self.entries.append(linked)
        return linked

    def add_record(self, record: SafetyRecord) -> None:
        self.records[record.id] = record

    def save_record(self, record: SafetyRecord) -> None:
        assert record.id in self.records
        self.records[record.id] = record

    def get_for_change(self, record_id: str) -> SafetyRecord | None:
        return self.records.get(record_id)

    def open_of(self, person_id: str) -> SafetyRecord | None:
        found = [r for r in self.records.values() if r.person_id == person_id and r.state in _NOT_CHECKED]
        return found[0] if found else None

    def sounding_of_cell(
        self, prison_id: str, wing: str, cell: str, until: datetime, limit: int
    ) -> Sequence[SafetyRecord]:
        here = [r for r in self.records.values() if r.prison_id == prison_id and r.is_sounding]
        mine = [r for r in here if (r.place.wing, r.place.cell) == (wing, cell) and r.latest_at <= until]
        return sorted(mine, key=lambda record: record.id)[:limit]

    def due_to_climb(self, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        waiting = [record for record in self.records.values() if record.state in _NOT_CHECKED]
        late = [record for record in waiting if record.climb_at is not None and record.climb_at <= now]
        timeless = [record for record in waiting if not record.is_sounding and record.climb_at is None]
        return [*late, *timeless][:limit]

    def from_a_time_to_come(self, later: datetime, limit: int) -> Sequence[SafetyRecord]:
        waiting = [record for record in self.records.values() if record.state in _NOT_CHECKED]
        return [r for r in waiting if max(r.latest_at, r.acknowledged_at or r.latest_at) > later][:limit]


class FakeMessages:
    def __init__(self) -> None:
        self.rows: list[Message] = []

    def find_sent(self, person_id: str, form_key: str) -> Message | None:
        mine = [m for m in self.rows if (m.person_id, m.form_key) == (person_id, form_key)]
        return mine[0] if mine else None

    def add(self, message: Message) -> Message:
        stored = replace(message, seq=len(self.rows) + 1)
        self.rows.append(stored)
        return stored


class FakePeople:
    def __init__(self) -> None:
        self.rows: dict[str, Person] = {}

    def lock(self, person_id: str) -> Person:
        return self.rows[person_id]

    def get(self, person_id: str) -> Person | None:
        return self.rows.get(person_id)

    def find_by_number(self, prison_id: str, number: str) -> Person | None:
        found = [p for p in self.rows.values() if (p.prison_id, p.number) == (prison_id, number)]
        return found[0] if found else None

    def add(self, person: Person) -> None:
        self.rows[person.id] = person

    def save(self, person: Person) -> None:
        assert person.id in self.rows
        self.rows[person.id] = person


@dataclass
class FakeWork:
    """What the queue and the safety code use of a unit of work. Everything counts as committed."""

    requests: FakeRequests = field(default_factory=FakeRequests)
    supporters: FakeSupporters = field(default_factory=FakeSupporters)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    safety: FakeSafety = field(default_factory=FakeSafety)
    messages: FakeMessages = field(default_factory=FakeMessages)
    people: FakePeople = field(default_factory=FakePeople)

    @property
    def persons(self) -> FakePeople:
        return self.people
