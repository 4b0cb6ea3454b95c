"""A person is moved: what is open goes along, nothing is lost, and nobody waits for who cannot come."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.people.model import Actor, ActorKind, Person, Place
from bot.queue import moving
from bot.queue import service as queue
from bot.queue.model import Change, Kind, ReasonNeeded, Request, State, Urgency
from bot.safety import moves, review
from bot.safety.intake import Arrival, receive
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState
from tests.support.builders import (
    CELL,
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_person,
    a_supporter,
    a_verdict,
    person_actor,
)
from tests.support.chain import verify
from tests.support.fake_people import FakeAudit, FakeSessions, FakeSpells
from tests.support.fakes import FakeWork
from tests.support.offering import offered

B_WING = Place("B", "B1", "B1-03")
OTHER = "fernhill"
THERE = Place("Ash", "Ash2", "ASH2-14")
LATER = NOW + timedelta(minutes=5)


class FakeHelping:
    """What goes along or ends with a helper; tests/store/test_moving.py has the real rows."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.no_rota: list[str] = []

    def take_along(self, person_id: str, prison_id: str) -> None:
        self.taken.append((person_id, prison_id))

    def remove(self, person_id: str) -> None:
        self.no_rota.append(person_id)

    def open_of(self, person_id: str) -> list[object]:
        return []


@dataclass
class Work(FakeWork):
    person_sessions: FakeSessions = field(default_factory=FakeSessions)
    audit: FakeAudit = field(default_factory=FakeAudit)
    spells: FakeSpells = field(default_factory=FakeSpells)
    helping: FakeHelping = field(default_factory=FakeHelping)

    @property
    def rotas(self) -> FakeHelping:
        return self.helping

    @property
    def swaps(self) -> FakeHelping:
        return self.helping


@pytest.fixture
def work() -> Work:
    made = Work()
    made.people.add(a_person())
    return made


def _ask(work: Work, kind: Kind = Kind.LISTENER, person: Person | None = None) -> Request:
    return queue.ask(work, person or a_person(), kind, deadlines=PlainPrison(), now=NOW)


def _move(work: Work, prison_id: str = PRISON, place: Place = B_WING) -> moves.Moved:
    person = work.people.lock("sam")
    return moves.move(
        work, person, prison_id, place, STAFF, here=PlainPrison(), there=PlainPrison(), now=LATER
    )


def _only(work: Work) -> Request:
    (request,) = work.requests.rows.values()
    return request


def test_every_open_request_goes_along_with_a_row_of_history_and_its_deadline_as_it_was(work: Work) -> None:
    asked = [_ask(work), _ask(work, Kind.STAFF)]

    moved = _move(work)

    assert moved == moves.Moved(2, alert=False)
    for before in asked:
        after = work.requests.rows[before.id]
        assert (after.place, after.state, after.due_at) == (B_WING, State.WAITING, before.due_at)
    last = work.requests.events[-1]
    assert (last.change, last.actor_id, last.note) == (Change.MOVED, "officer", "A A2-14 → B B1-03")
    assert work.people.rows["sam"].place == B_WING
    assert work.audit.actions == ["person_moved"]


def test_a_supporter_who_does_not_cover_the_new_wing_hands_it_back_and_the_history_says_why(
    work: Work,
) -> None:
    request = _ask(work)
    work.supporters.put(a_supporter(wings=("A",)))
    offered(work, request.id, "lee", now=NOW)
    queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)

    _move(work)

    after = _only(work)
    back = work.requests.events[-2]
    assert (after.state, after.supporter_id, after.place) == (State.WAITING, None, B_WING)
    assert (back.change, back.reason) == (Change.HANDED_BACK, moving.MOVED)


@pytest.mark.parametrize("wings", [(), ("A", "B")])
def test_a_supporter_who_covers_the_new_wing_keeps_it(work: Work, wings: tuple[str, ...]) -> None:
    request = _ask(work)
    work.supporters.put(a_supporter(wings=wings))
    offered(work, request.id, "lee", now=NOW)
    queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)

    _move(work)

    assert (_only(work).state, _only(work).supporter_id) == (State.ACCEPTED, "lee")


def test_who_is_with_the_person_stays_with_the_person(work: Work) -> None:
    request = _ask(work)
    work.supporters.put(a_supporter(wings=("A",)))
    offered(work, request.id, "lee", now=NOW)
    queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)
    queue.move(work, request.id, Change.BEGUN, Actor(ActorKind.SUPPORTER, "lee"), now=NOW)

    _move(work)

    assert _only(work).state is State.WITH_PERSON


def test_a_contact_that_ends_because_the_person_goes_to_another_prison_is_raised_there(work: Work) -> None:
    request = _ask(work)
    work.supporters.put(a_supporter())
    offered(work, request.id, "lee", now=NOW)
    queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)
    queue.move(work, request.id, Change.BEGUN, Actor(ActorKind.SUPPORTER, "lee"), now=NOW)
    there = PlainPrison(waits=dict.fromkeys(Urgency, timedelta(minutes=1)))

    moves.move(work, work.people.lock("sam"), OTHER, THERE, STAFF, here=PlainPrison(), there=there, now=LATER)

    after = _only(work)
    assert (after.state, after.urgency) == (State.WAITING, Urgency.RAISED)
    assert after.due_at == min(request.due_at, LATER + timedelta(minutes=1))


def test_to_another_prison_requests_go_along_wait_anew_and_both_boards_are_told(work: Work) -> None:
    request = _ask(work)
    work.supporters.put(a_supporter())
    offered(work, request.id, "lee", now=NOW)
    queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)

    _move(work, OTHER, THERE)

    after = _only(work)
    told = [n.prison_id for n in work.outbox.notices if n.facts.get("change") == "moved"]
    assert (after.prison_id, after.place, after.state) == (OTHER, THERE, State.WAITING)
    assert after.supporter_id is None
    assert sorted(told) == [OTHER, PRISON]


def test_nothing_is_written_where_the_person_already_is(work: Work) -> None:
    _ask(work)
    before = len(work.requests.events)

    with pytest.raises(moves.AlreadyThere):
        _move(work, PRISON, CELL)

    assert len(work.requests.events) == before


def test_a_number_that_the_other_prison_has_already_is_refused_and_nothing_moves(work: Work) -> None:
    work.people.add(a_person("ali", prison_id=OTHER, number="SAM1"))
    _ask(work)

    with pytest.raises(moves.NumberTaken):
        _move(work, OTHER, THERE)

    assert work.people.rows["sam"].prison_id == PRISON
    assert _only(work).prison_id == PRISON


def _in_danger(work: Work) -> str:
    arrival = Arrival("sam", "device", "help", "form")
    received = receive(work, arrival, a_verdict(Level.URGENT), prison=PlainPrison(), now=NOW)
    assert received.message.record_id is not None
    return received.message.record_id


def test_an_open_record_goes_along_as_it_stands_and_the_log_says_from_where(work: Work) -> None:
    record_id = _in_danger(work)
    review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    moved = _move(work)

    record = work.safety.records[record_id]
    entry = work.safety.entries[-1]
    assert moved.alert
    assert (record.place, record.state) == (B_WING, RecordState.ACKNOWLEDGED)
    assert (entry.kind, entry.body["from"]["cell"], entry.body["to"]["cell"]) == (
        EntryKind.MOVED,
        "A2-14",
        "B1-03",
    )
    assert verify(work.safety.entries, work.safety.head) == len(work.safety.entries)
    assert _only(work).place == B_WING


def test_in_another_prison_an_open_record_sounds_anew_whoever_had_acknowledged_it(work: Work) -> None:
    record_id = _in_danger(work)
    review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    _move(work, OTHER, THERE)

    record = work.safety.records[record_id]
    alert = work.outbox.of("alert")[-1]
    assert (record.prison_id, record.state, record.climbed_to) == (OTHER, RecordState.OPEN, "")
    assert record.climb_at == LATER + timedelta(minutes=5)
    assert (alert.prison_id, alert.facts["entry"]) == (OTHER, "moved")


def test_who_left_has_requests_ended_with_the_reason_and_what_was_offered(work: Work) -> None:
    _ask(work)

    moves.leave(work, work.people.lock("sam"), STAFF, "Told the next prison", here=PlainPrison(), now=LATER)

    last = work.requests.events[-1]
    assert (_only(work).state, last.reason, last.offered) == (
        State.COULD_NOT,
        "moved",
        "Told the next prison",
    )
    assert not work.people.rows["sam"].active
    assert work.audit.actions == ["person_left"]


def test_who_left_while_somebody_was_there_was_reached(work: Work) -> None:
    request = _ask(work)
    queue.move(work, request.id, Change.BEGUN, STAFF, now=NOW)

    moves.leave(work, work.people.lock("sam"), STAFF, "Told the next prison", here=PlainPrison(), now=LATER)

    assert _only(work).state is State.DONE


def test_nothing_ends_in_silence_when_somebody_leaves(work: Work) -> None:
    _ask(work)

    with pytest.raises(ReasonNeeded):
        moves.leave(work, work.people.lock("sam"), STAFF, " ", here=PlainPrison(), now=LATER)

    assert _only(work).is_open


def test_what_danger_raised_stays_open_when_somebody_leaves_until_a_check(work: Work) -> None:
    record_id = _in_danger(work)

    moved = moves.leave(work, work.people.lock("sam"), STAFF, "", here=PlainPrison(), now=LATER)

    assert moved == moves.Moved(0, alert=True)
    assert work.safety.records[record_id].state is RecordState.OPEN
    assert _only(work).is_open
    assert work.safety.entries[-1].body["left"] is True


def test_a_supporter_who_goes_to_another_prison_hands_everything_back_and_helps_nobody_there_yet(
    work: Work,
) -> None:
    work.people.add(a_person("ann"))
    request = _ask(work, person=a_person("ann"))
    work.supporters.put(a_supporter("sam", wings=("A",)))
    offered(work, request.id, "sam", now=NOW)
    queue.accept(work, request.id, "sam", deadlines=PlainPrison(), now=NOW)

    _move(work, OTHER, THERE)

    supporter = work.supporters.rows["sam"]
    assert work.requests.rows[request.id].state is State.WAITING
    assert (supporter.prison_id, supporter.may_help, supporter.wings) == (OTHER, False, ())
    assert supporter.suspended_at == LATER
    assert work.helping.taken == [("sam", OTHER)]
    assert work.helping.no_rota == ["sam"]


def test_signing_in_on_another_cells_tablet_takes_requests_along_and_leaves_an_alert_where_it_was(
    work: Work,
) -> None:
    record_id = _in_danger(work)
    listener = _ask(work)
    there = a_person(place=B_WING)

    followed = moves.follow_to_tablet(work, there, person_actor(), now=LATER)

    raised = next(r for r in work.requests.rows.values() if r.record_id)
    assert followed == 1
    assert work.requests.rows[listener.id].place == B_WING
    assert raised.place == CELL
    assert raised.urgency is Urgency.URGENT
    assert work.safety.records[record_id].place == CELL
