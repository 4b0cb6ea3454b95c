"""In-memory stand-ins for the store, true to its protocols: what a unit test sees, the store does too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.people.care import Check
from bot.people.model import Person, Place, Supporter
from bot.queue.candidate import Candidate
from bot.queue.model import ABOUT_OFFERS, Event, Kind, Request, State, Urgency
from bot.queue.offer import Offer, OfferState
from bot.safety.message import Message
from bot.safety.model import Level
from bot.safety.record import GENESIS, Entry, RecordState, SafetyRecord, digest

_HOME = Place("A", "A2", "A2-14")
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
        self.offers = FakeOffers(self)

    @property
    def changes(self) -> list[Event]:
        """What happened to requests, without what is about their offers."""
        return [event for event in self.events if event.change not in ABOUT_OFFERS]

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

    def overdue(self, prison_id: str, now: datetime, limit: int) -> Sequence[Request]:
        late = [r for r in self._not_met(prison_id) if r.due_at <= now]
        return sorted(late, key=lambda request: request.due_at)[:limit]

    def from_a_time_to_come(self, prison_id: str, later: datetime, limit: int) -> Sequence[Request]:
        return [r for r in self._not_met(prison_id) if r.changed_at > later][:limit]

    def _not_met(self, prison_id: str) -> list[Request]:
        return [r for r in self.rows.values() if r.prison_id == prison_id and r.state not in _MET]

    def set_offering(
        self, request_id: str, look_at: datetime | None, nobody: Sequence[tuple[str, int]]
    ) -> None:
        self.rows[request_id] = replace(self.rows[request_id], look_at=look_at, nobody=tuple(nobody))

    def due_for_offers(
        self, prison_id: str, now: datetime, latest: datetime, limit: int
    ) -> Sequence[Request]:
        mine = [r for r in self.rows.values() if r.prison_id == prison_id]
        waiting = [r for r in mine if r.state is State.WAITING and r.look_at]
        due = [r for r in waiting if r.look_at and not now < r.look_at <= latest]
        return sorted(due, key=lambda r: (-r.urgency, r.look_at or now))[:limit]

    def look_again(self, prison_id: str, now: datetime) -> int:
        mine = [r for r in self.rows.values() if r.prison_id == prison_id and r.state is State.WAITING]
        due = [r for r in mine if r.look_at and r.look_at > now]
        due = [r for r in due if r.urgency >= Urgency.RAISED or not self.offers.open_on(r.id)]
        for request in due:
            self.rows[request.id] = replace(request, look_at=now)
        return len(due)


def _owner(request: Request) -> tuple[str, Kind, str]:
    return request.person_id, request.kind, request.role


class FakeOffers:
    def __init__(self, requests: FakeRequests) -> None:
        self.rows: dict[str, Offer] = {}
        self.supporters: dict[str, Supporter] = {}
        self._requests = requests

    def of_request(self, request_id: str) -> Sequence[Offer]:
        mine = [o for o in self.rows.values() if o.request_id == request_id and not o.earlier]
        return sorted(mine, key=lambda offer: (offer.made_at, offer.id))

    def open_on(self, request_id: str) -> list[str]:
        """Who has an open offer of it."""
        return sorted(o.supporter_id for o in self.of_request(request_id) if o.is_open)

    def open_of(self, request_id: str, supporter_id: str) -> Offer | None:
        mine = [o for o in self._open() if (o.request_id, o.supporter_id) == (request_id, supporter_id)]
        return mine[0] if mine else None

    def add_all(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            assert self.open_of(offer.request_id, offer.supporter_id) is None, "a second open offer"
            self.rows[offer.id] = offer

    def end(self, ids: Sequence[str], state: OfferState) -> None:
        for each in ids:
            if self.rows[each].is_open:
                self.rows[each] = replace(self.rows[each], state=state)

    def settle(self, request_id: str, accepted: str) -> None:
        self.end([accepted] if accepted else [], OfferState.ACCEPTED)
        self.withdraw_of_request(request_id)

    def withdraw_of_request(self, request_id: str) -> None:
        self.end([o.id for o in self._open() if o.request_id == request_id], OfferState.WITHDRAWN)

    def withdraw_of_supporter(self, supporter_id: str, now: datetime) -> None:
        self._withdraw([o for o in self._open() if o.supporter_id == supporter_id], now)

    def open_to(self, supporter_id: str) -> Sequence[tuple[Offer, Request]]:
        mine = [
            (o, self._requests.rows[o.request_id]) for o in self._open() if o.supporter_id == supporter_id
        ]
        return [(offer, request) for offer, request in mine if request.state is State.WAITING]

    def withdraw(self, ids: Sequence[str], now: datetime) -> int:
        mine = [offer for offer in self._open() if offer.id in ids]
        self._withdraw(mine, now)
        return len(mine)

    def asked_though_away(self, prison_id: str, now: datetime, limit: int) -> Sequence[str]:
        asked = sorted(self._open(), key=lambda offer: offer.by)
        found = dict.fromkeys(o.supporter_id for o in asked if self._is_away(o.supporter_id, now))
        return [who for who in found if self.supporters[who].prison_id == prison_id][:limit]

    def begin_anew(self, request_id: str, *, but: str = "") -> None:
        for offer in self.of_request(request_id):
            if but and offer.supporter_id == but:
                if offer.state is OfferState.ACCEPTED:
                    self.rows[offer.id] = replace(offer, state=OfferState.DECLINED)
            else:
                self.rows[offer.id] = replace(offer, earlier=True)

    def _open(self) -> list[Offer]:
        return [offer for offer in self.rows.values() if offer.is_open]

    def _withdraw(self, offers: Sequence[Offer], now: datetime) -> None:
        self.end([offer.id for offer in offers], OfferState.WITHDRAWN)
        for offer in offers:
            request = self._requests.rows[offer.request_id]
            if request.state is State.WAITING:
                self._requests.rows[request.id] = replace(request, look_at=now)

    def _is_away(self, supporter_id: str, now: datetime) -> bool:
        who = self.supporters[supporter_id]
        rests = who.rest_until is not None and who.rest_until > now
        return not who.may_help or rests


class FakeSupporters:
    """Everybody's own cell is the one that the tests use, unless `places` says otherwise."""

    def __init__(self, requests: FakeRequests | None = None, home: Place = _HOME) -> None:
        requests = requests or FakeRequests()
        self.rows: dict[str, Supporter] = requests.offers.supporters
        self.places: dict[str, Place] = {}
        self.apart: set[frozenset[str]] = set()
        self._requests = requests
        self._home = home

    def candidate(self, supporter_id: str, person_id: str) -> Candidate | None:
        if supporter_id not in self.rows:
            return None
        apart = frozenset({supporter_id, person_id}) in self.apart
        return replace(self._candidate(self.rows[supporter_id]), offered=0, kept_apart=apart)

    def candidates(self, prison_id: str, *, on_duty: bool) -> Sequence[Candidate]:
        mine = [s for s in self.rows.values() if s.prison_id == prison_id]
        return [self._candidate(s) for s in mine if s.may_help or not on_duty]

    def kept_apart_from(self, person_id: str) -> frozenset[str]:
        return frozenset().union(*(pair for pair in self.apart if person_id in pair)) - {person_id}

    def _candidate(self, supporter: Supporter) -> Candidate:
        who = supporter.person_id
        offered = sum(o.is_open and o.supporter_id == who for o in self._requests.offers.rows.values())
        held = self._requests.count_held_by(who)
        return Candidate(supporter, self.places.get(who, self._home), held, offered)

    def get(self, person_id: str) -> Supporter | None:
        return self.rows.get(person_id)

    find = get

    def as_now(self, supporter: Supporter) -> Candidate | None:
        return self._candidate(supporter)

    def put(self, supporter: Supporter) -> None:
        self.rows[supporter.person_id] = supporter


class FakeOutbox:
    def __init__(self) -> None:
        self.notices: list[Put] = []

    def put(self, topic: str, prison_id: str, ref: str, now: datetime, facts: Mapping[str, str]) -> None:
        self.notices.append(Put(topic, prison_id, ref, now, facts))

    @property
    def changes(self) -> list[Put]:
        """Without what is about offers."""
        return [notice for notice in self.notices if notice.facts.get("change") not in ABOUT_OFFERS]

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

    def due_to_climb(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        waiting = self._not_checked(prison_id)
        late = [record for record in waiting if record.climb_at is not None and record.climb_at <= now]
        timeless = [record for record in waiting if not record.is_sounding and record.climb_at is None]
        return [*late, *timeless][:limit]

    def entries_of(self, record_id: str, *, words: bool = True) -> Sequence[Entry]:
        found = [entry for entry in self.entries if entry.record_id == record_id]
        return found if words else [replace(entry, words={}, salts={}) for entry in found]

    def reviews_due(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        mine = [r for r in self.records.values() if r.prison_id == prison_id]
        waiting = [r for r in mine if r.waits_for_review or r.waits_for_second_look]
        late = [r for r in waiting if r.review_climb_at is not None and r.review_climb_at <= now]
        timeless = [r for r in waiting if r.waits_for_review and r.review_due_at is None]
        return [*late, *timeless][:limit]

    def climb_too_late(
        self, prison_id: str, latest: Mapping[tuple[RecordState, Level], datetime], limit: int
    ) -> Sequence[SafetyRecord]:
        waiting = self._not_checked(prison_id)
        return [r for r in waiting if r.climb_at and r.climb_at > latest[r.state, r.level]][:limit]

    def _not_checked(self, prison_id: str) -> list[SafetyRecord]:
        mine = [record for record in self.records.values() if record.prison_id == prison_id]
        return [record for record in mine if record.state in _NOT_CHECKED]


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


class FakeChecks:
    def __init__(self) -> None:
        self.rows: dict[str, Check] = {}

    def add(self, check: Check) -> None:
        self.rows[check.id] = check

    def get_for_change(self, check_id: str) -> Check | None:
        return self.rows.get(check_id)

    def save(self, check: Check) -> None:
        self.rows[check.id] = check


@dataclass
class FakeWork:
    """What the queue and the safety code use of a unit of work. Everything counts as committed."""

    requests: FakeRequests = field(default_factory=FakeRequests)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    safety: FakeSafety = field(default_factory=FakeSafety)
    messages: FakeMessages = field(default_factory=FakeMessages)
    people: FakePeople = field(default_factory=FakePeople)
    checks: FakeChecks = field(default_factory=FakeChecks)
    supporters: FakeSupporters = field(init=False)

    def __post_init__(self) -> None:
        self.supporters = FakeSupporters(self.requests)

    @property
    def offers(self) -> FakeOffers:
        return self.requests.offers

    @property
    def persons(self) -> FakePeople:
        return self.people
