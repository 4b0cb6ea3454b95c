"""Several do the same at the same moment: one wins, nothing is lost, nothing forks."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.people import tablets
from bot.people.model import ActorKind, Person
from bot.queue import service as queue
from bot.queue.model import ABOUT_OFFERS, Change, Kind, NotAllowedNow, NotOnOffer, Request, State, Urgency
from bot.safety import floods, intake, review
from bot.safety.intake import Arrival, Received
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState, SafetyRecord, new_entry
from bot.store.database import Database
from tests.support.builders import (
    CELL,
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_request,
    a_verdict,
    person_actor,
)
from tests.support.chain import head, verify, walk
from tests.support.offering import offered

_Given = TypeVar("_Given")
HOUR = timedelta(hours=1)


def _at_once(jobs: list[Callable[[], _Given]]) -> list[_Given | Exception]:
    """Runs each job in a thread of its own, all let go at the same moment. An error is a result too."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], _Given]) -> _Given | Exception:
        gate.wait()
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - what it was is for the test to judge
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def _accept(database: Database, who: str, request_id: str = "r") -> Callable[[], Request]:
    def job() -> Request:
        with database.writing() as work:
            return queue.accept(work, request_id, who, deadlines=PlainPrison(), now=NOW)

    return job


def test_of_two_supporters_who_accept_at_once_one_has_it(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.requests.add(a_request(id="r"))
        offered(work, "r", "lee", "mo")

    results = _at_once([_accept(database, "lee"), _accept(database, "mo")])

    (winner,) = (result for result in results if isinstance(result, Request))
    (loser,) = (result for result in results if not isinstance(result, Request))
    assert isinstance(loser, NotAllowedNow)
    with database.reading() as work:
        stored = work.requests.get("r")
        events = work.requests.events_of("r")
    assert stored == winner
    assert [event.change for event in events if event.change not in ABOUT_OFFERS] == [Change.ACCEPTED]


def test_a_supporter_who_accepts_two_at_once_stays_below_the_cap(database: Database, sam: Person) -> None:
    with database.writing() as work:
        for number in range(4):
            person = "sam" if number % 2 else "ali"
            kind = Kind.LISTENER if number < 2 else Kind.SOMEONE
            work.requests.add(a_request(id=f"r{number}", person_id=person, kind=kind))
            offered(work, f"r{number}", "lee")

    results = _at_once([_accept(database, "lee", f"r{number}") for number in range(4)])

    assert Counter(type(result) for result in results) == {Request: 2, NotOnOffer: 2}
    with database.reading() as work:
        assert work.requests.count_held_by("lee") == 2


def test_asking_at_once_is_one_request(database: Database, sam: Person) -> None:
    def ask() -> str:
        with database.writing() as work:
            person = work.people.lock(sam.id)
            return queue.ask(work, person, Kind.LISTENER, deadlines=PlainPrison(), now=NOW).id

    results = _at_once([ask] * 6)

    assert len(set(results)) == 1
    with database.reading() as work:
        (request,) = work.requests.of_person(sam.id)
        assert (request.times_asked, request.version) == (6, 6)
        asked = [e for e in work.requests.events_of(request.id) if e.change not in ABOUT_OFFERS]
        assert len(asked) == 6


def test_eight_writers_make_one_chain_that_does_not_fork(database: Database, sam: Person) -> None:
    each = 6
    with database.writing() as work:
        record = SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW)
        work.safety.add_record(record)

    def append() -> int:
        for number in range(each):
            with database.writing() as work:
                entry = new_entry("record", EntryKind.STRENGTHENED, NOW, ActorKind.SYSTEM, "", {"n": number})
                work.safety.append(entry)
        return each

    results = _at_once([append] * 8)

    assert results == [each] * 8
    with database.reading() as work:
        assert verify(walk(work), head(work)) == 8 * each


def _receive(
    database: Database,
    key: str,
    level: Level = Level.EMERGENCY,
    *,
    who: str = "sam",
    now: datetime = NOW,
) -> Callable[[], Received]:
    def job() -> Received:
        with database.writing() as work:
            arrival = Arrival(who, "tablet", f"words of {key}", key)
            return intake.receive(work, arrival, a_verdict(level), prison=PlainPrison(), now=now)

    return job


def test_five_messages_at_once_are_five_rows_and_one_record(database: Database, sam: Person) -> None:
    results = _at_once([_receive(database, str(number)) for number in range(5)])

    assert [type(result) for result in results] == [Received] * 5
    with database.reading() as work:
        messages = work.messages.latest(sam.id)
        (record,) = work.safety.list_of(PRISON)
        (request,) = work.requests.of_person(sam.id)
        kinds = [entry.kind for entry in work.safety.entries_of(record.id)]
        length = verify(walk(work), head(work))
    assert len({message.id for message in messages}) == 5
    assert {message.record_id for message in messages} == {record.id}
    assert (record.times, request.times_asked, length) == (5, 5, 5)
    assert kinds == [EntryKind.NOTICED, *[EntryKind.STRENGTHENED] * 4]


def test_the_same_form_from_eight_places_is_one_message(database: Database, sam: Person) -> None:
    results = _at_once([_receive(database, "form") for _ in range(8)])

    assert Counter(getattr(result, "repeated", result) for result in results) == {False: 1, True: 7}
    with database.reading() as work:
        assert len(work.messages.latest(sam.id)) == 1
        assert verify(walk(work), head(work)) == 1


def test_danger_and_a_request_for_staff_at_once_are_one_request(database: Database, sam: Person) -> None:
    def ask() -> Request:
        with database.writing() as work:
            return queue.ask(work, work.people.lock(sam.id), Kind.STAFF, deadlines=PlainPrison(), now=NOW)

    results = _at_once([_receive(database, "1"), ask, _receive(database, "2"), ask])

    assert not [result for result in results if isinstance(result, Exception)]
    with database.reading() as work:
        (request,) = work.requests.of_person(sam.id)
    assert request.record_id is not None
    assert request.urgency is Urgency.EMERGENCY


def test_staff_and_the_person_at_once_neither_lock_each_other_out_nor_lose_a_word(
    database: Database, sam: Person
) -> None:
    record_id = _receive(database, "first")().message.record_id
    assert record_id is not None

    def acknowledge() -> str:
        with database.writing() as work:
            review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)
        return "acknowledged"

    def check() -> str:
        with database.writing() as work:
            done = review.Check(seen=True, spoke=True, response="Safe")
            review.check(work, record_id, STAFF, done, prison_id=PRISON, prison=PlainPrison(), now=NOW)
        return "checked"

    def tick() -> str:
        with database.writing() as work:
            review.climb(work, PlainPrison(), now=NOW + HOUR)
        with database.writing() as work:
            queue.miss_deadlines(work, PlainPrison(), now=NOW + HOUR)
        return "ticked"

    jobs: list[Callable[[], object]] = [acknowledge, check, tick, tick]
    jobs += [_receive(database, str(number)) for number in range(4)]
    results = _at_once(jobs)

    broken = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, review.NotInThisState) for error in broken), broken
    with database.reading() as work:
        assert len(work.messages.latest(sam.id)) == 5
        length = verify(walk(work), head(work))
        records = work.safety.list_of(PRISON)
        entries = sum(len(work.safety.entries_of(record.id)) for record in records)
    assert length == entries >= 6


@pytest.mark.parametrize("backend", ["postgresql"])
def test_staff_close_a_record_while_its_person_is_writing(database: Database, sam: Person) -> None:
    record_id = _receive(database, "first")().message.record_id
    assert record_id is not None

    # SQLite lets one write at a time. PostgreSQL must not let these two wait for each other.
    with database.writing() as writing, database.writing() as closing:
        writing.people.lock(sam.id)
        closing.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        done = review.Check(seen=True, spoke=True, response="Safe")
        record = review.check(
            closing, record_id, STAFF, done, prison_id=PRISON, prison=PlainPrison(), now=NOW
        )

    assert record.checked_at == NOW


def test_a_code_that_two_tablets_type_at_once_enrols_one(database: Database) -> None:
    with database.writing() as work:
        code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)

    def enrol() -> str:
        with database.writing() as work:
            return tablets.enrol(work, PRISON, code, now=NOW).device.id

    results = _at_once([enrol] * 4)

    assert Counter(type(result) for result in results) == {str: 1, tablets.UnknownCode: 3}
    with database.reading() as work:
        assert len(work.devices.list_of(PRISON)) == 1


def test_a_deadline_that_two_workers_watch_is_missed_once(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.requests.add(a_request(id="r"))

    def tick() -> int:
        with database.writing() as work:
            return queue.miss_deadlines(work, PlainPrison(), now=NOW + HOUR)

    results = _at_once([tick] * 4)

    assert sorted(results, key=str) == [0, 0, 0, 1]
    with database.reading() as work:
        assert [event.change for event in work.requests.events_of("r")] == [Change.DEADLINE_MISSED]


@pytest.mark.parametrize("taken", [False, True])
def test_an_alert_that_several_workers_watch_climbs_once(
    database: Database, sam: Person, taken: bool
) -> None:
    record_id = _receive(database, "first")().message.record_id
    assert record_id is not None
    if taken:
        with database.writing() as work:
            review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)

    def tick() -> int:
        with database.writing() as work:
            return review.climb(work, PlainPrison(), now=NOW + HOUR)

    results = _at_once([tick] * 6)

    assert sorted(results, key=str) == [0, 0, 0, 0, 0, 1]
    with database.reading() as work:
        climbed = [e for e in work.safety.entries_of(record_id) if e.kind is EntryKind.CLIMBED]
        assert verify(walk(work), head(work)) == 2 + taken
    assert [entry.body.get("unchecked", False) for entry in climbed] == [taken]


def test_a_flood_that_two_acknowledge_while_its_people_write_on_leaves_one_entry_for_each(
    database: Database, sam: Person
) -> None:
    people = ("sam", "ali", "lee", "mo")
    for name in people:
        _receive(database, f"first of {name}", who=name)()
    seen = floods.Seen(PRISON, CELL.wing, CELL.cell, NOW)

    def acknowledge() -> int:
        done = 0
        while True:
            with database.writing() as work:
                some = floods.acknowledge_some(
                    work, seen, STAFF, together=4, prison=PlainPrison(), now=NOW + timedelta(minutes=1)
                )
            if not some:
                return done
            done += some

    jobs: list[Callable[[], object]] = [acknowledge, acknowledge]
    later = NOW + timedelta(seconds=1)
    # Mo falls silent, so that nothing can keep that alert from being acknowledged.
    jobs += [_receive(database, f"second of {name}", who=name, now=later) for name in people[:3]]
    results = _at_once(jobs)

    assert not [result for result in results if isinstance(result, Exception)]
    done = sum(result for result in results if isinstance(result, int))
    assert 1 <= done <= 4
    with database.reading() as work:
        assert verify(walk(work), head(work)) == 7 + done
        for record in work.safety.list_of(PRISON):
            kinds = Counter(entry.kind for entry in work.safety.entries_of(record.id))
            is_silent = record.person_id == "mo"
            assert kinds[EntryKind.STRENGTHENED] == (0 if is_silent else 1)
            assert kinds[EntryKind.ACKNOWLEDGED] in ({1} if is_silent else {0, 1})


def test_a_check_and_a_climb_at_once_leave_no_alert_that_climbs_on(database: Database, sam: Person) -> None:
    record_id = _receive(database, "first")().message.record_id
    assert record_id is not None
    prison = PlainPrison()
    with database.writing() as work:
        review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=prison, now=NOW)

    def tick() -> int:
        with database.writing() as work:
            return review.climb(work, prison, now=NOW + HOUR)

    def check() -> str:
        with database.writing() as work:
            done = review.Check(seen=True, spoke=True, response="Safe")
            review.check(work, record_id, STAFF, done, prison_id=PRISON, prison=prison, now=NOW + HOUR)
        return "checked"

    results = _at_once([tick, check, tick])

    assert "checked" in results
    with database.writing() as work:
        record = work.safety.get(record_id)
        assert review.climb(work, prison, now=NOW + timedelta(days=2)) == 0
    assert record is not None
    assert (record.state, record.climb_at) == (RecordState.CHECKED, None)


def test_what_is_cancelled_and_accepted_at_once_ends_cancelled(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.requests.add(a_request(id="r"))

    def cancel() -> Request:
        with database.writing() as work:
            return queue.move(work, "r", Change.CANCELLED, person_actor(), now=NOW)

    _at_once([cancel, _accept(database, "lee")])

    with database.reading() as work:
        request, events = work.requests.get("r"), work.requests.events_of("r")
    assert request is not None
    # A person may cancel what was accepted; nobody accepts what was cancelled.
    assert request.state is State.CANCELLED
    assert [event.change for event in events] in ([Change.CANCELLED], [Change.ACCEPTED, Change.CANCELLED])
