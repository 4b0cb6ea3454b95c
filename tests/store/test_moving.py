"""A move on a real database: one transaction, whole or not at all, and two at once are decided."""

import threading
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.people import applying, care, duty, own_record, pressure, swaps
from bot.people.model import PeerRole, Person, Place
from bot.people.rota import Span
from bot.queue import clocks as queue_clocks
from bot.queue import service
from bot.queue.model import Change, Kind, NotAllowedNow, NotOnOffer, State
from bot.safety import clocks, moves
from bot.safety.intake import Arrival, receive
from bot.safety.model import Level
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_supporter, a_verdict
from tests.support.offering import offered

B_WING = Place("B", "B1", "B1-03")
LATER = NOW + timedelta(hours=1)
C_CELL = Place("B", "B2", "B2-09")


def _fill(database: Database) -> tuple[str, str]:
    """A Listener request and a record of Sam. Gives both ids."""
    with database.writing() as work:
        person = work.persons.lock("sam")
        request = service.ask(work, person, Kind.LISTENER, deadlines=PlainPrison(), now=NOW)
        arrival = Arrival("sam", "device", "help", "form")
        verdict = a_verdict(Level.URGENT)
        record = receive(work, arrival, verdict, prison=PlainPrison(), now=NOW).message.record_id
    assert record is not None
    return request.id, record


def _move(database: Database, place: Place) -> None:
    with database.writing() as work:
        person = work.persons.lock("sam")
        moves.move(work, person, PRISON, place, STAFF, here=PlainPrison(), there=PlainPrison(), now=NOW)


def test_person_requests_and_record_are_in_the_new_cell_and_the_chain_holds(
    database: Database, sam: Person
) -> None:
    request_id, record_id = _fill(database)

    _move(database, B_WING)

    with database.reading() as work:
        person, request, record = (
            work.persons.get(sam.id),
            work.requests.get(request_id),
            work.safety.get(record_id),
        )
        changes = [event.change for event in work.requests.events_of(request_id)]
    assert person is not None
    assert request is not None
    assert record is not None
    assert [thing.place for thing in (person, request, record)] == [B_WING] * 3
    assert changes == [Change.ASKED, Change.OFFERED, Change.MOVED]


def test_a_move_that_breaks_leaves_everything_where_it_was(database: Database, sam: Person) -> None:
    request_id, record_id = _fill(database)

    def break_down() -> None:
        with database.writing() as work:
            person = work.persons.lock(sam.id)
            moves.move(work, person, PRISON, B_WING, STAFF, here=PlainPrison(), there=PlainPrison(), now=NOW)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        break_down()

    with database.reading() as work:
        request, record = work.requests.get(request_id), work.safety.get(record_id)
        assert work.persons.get(sam.id) == sam
    assert request is not None
    assert record is not None
    assert (request.place, record.place) == (sam.place, sam.place)


def test_of_two_moves_at_once_both_are_written_and_everything_is_in_one_place(
    database: Database, sam: Person
) -> None:
    request_id, record_id = _fill(database)

    threads = [threading.Thread(target=_move, args=(database, place)) for place in (B_WING, C_CELL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as work:
        person, request, record = (
            work.persons.get(sam.id),
            work.requests.get(request_id),
            work.safety.get(record_id),
        )
        changes = [event.change for event in work.requests.events_of(request_id)]
    assert person is not None
    assert request is not None
    assert record is not None
    assert person.place == request.place == record.place
    assert changes.count(Change.MOVED) == 2


def test_accepting_and_moving_at_once_leave_no_supporter_who_cannot_reach_the_person(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        person = work.persons.lock(sam.id)
        request = service.ask(work, person, Kind.LISTENER, deadlines=PlainPrison(), now=NOW)
        work.supporters.put(a_supporter("lee", wings=("A",)))

    def accept() -> None:
        try:
            with database.writing() as work:
                offered(work, request.id, "lee", now=NOW)
                service.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)
        except (NotAllowedNow, NotOnOffer):
            pass

    threads = [threading.Thread(target=accept), threading.Thread(target=_move, args=(database, B_WING))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as work:
        after = work.requests.get(request.id)
    assert after is not None
    assert (after.state, after.supporter_id, after.place) == (State.WAITING, None, B_WING)


def test_a_request_of_another_prison_is_on_that_prisons_board_alone(database: Database, sam: Person) -> None:
    request_id, _ = _fill(database)
    with database.writing() as work:
        person = work.persons.lock(sam.id)
        there = replace(B_WING, wing="Ash")
        moves.move(work, person, "fernhill", there, STAFF, here=PlainPrison(), there=PlainPrison(), now=NOW)

    with database.reading() as work:
        here = [request.id for request in work.requests.open_in(PRISON)]
        gone = [request.id for request in work.requests.open_in("fernhill")]
    assert request_id not in here
    assert request_id in gone


def test_what_has_a_time_to_come_is_found_and_set_right_by_the_worker_once(
    database: Database, sam: Person
) -> None:
    request_id, record_id = _fill(database)
    earlier = NOW - timedelta(days=1)

    with database.writing() as work:
        mended = [
            clocks.set_right(work, PlainPrison(), now=earlier),
            queue_clocks.set_right(work, PlainPrison(), now=earlier),
        ]
    with database.writing() as work:
        again = [
            clocks.set_right(work, PlainPrison(), now=earlier),
            queue_clocks.set_right(work, PlainPrison(), now=earlier),
        ]
        request, record = work.requests.get(request_id), work.safety.get(record_id)

    assert (mended, again) == ([1, 2], [0, 0])
    assert request is not None
    assert record is not None
    assert request.due_at == earlier + timedelta(hours=1)
    assert record.climb_at == earlier + timedelta(minutes=5)


def test_what_a_supporter_has_open_goes_along_to_another_prison_and_the_rota_does_not(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        work.supporters.put(a_supporter("sam"))
        work.rotas.put_week(PRISON, "sam", [(Span(9 * 60, 12 * 60),)] * 7, NOW)
        duty.set_duty(work, "sam", on=True, now=NOW)
        talk = care.ask_to_talk(work, "sam", now=NOW)
        report = pressure.report(work, PRISON, "sam", "sealed", "form", now=NOW)
        applied = applying.apply(work, sam, PeerRole.BUDDY, now=NOW)
        own_record.ask_for_letter(work, PRISON, "sam", now=NOW)
        tomorrow = NOW.date() + timedelta(days=1)
        zone = ZoneInfo("Europe/London")
        swaps.ask(work, zone, "sam", tomorrow, Span(9 * 60, 12 * 60), asked_of=None, now=NOW)

    with database.writing() as work:
        person = work.persons.lock("sam")
        there = Place("A", "A1", "A1-01")
        moves.move(
            work,
            person,
            "elsewhere",
            there,
            STAFF,
            here=PlainPrison(),
            there=PlainPrison(id="elsewhere"),
            now=LATER,
        )

    with database.reading() as work:
        assert [row.id for row in work.debriefs.open_in("elsewhere")] == [talk.id]
        assert [row.id for row in work.pressure.list_of("elsewhere", NOW)] == [report.id]
        assert [row.id for row in work.applications.open_in("elsewhere")] == [applied.id]
        assert [row.person_id for row in work.letters.open_in("elsewhere")] == ["sam"]
        assert (work.debriefs.count_asked(PRISON), work.pressure.count_open(PRISON)) == (0, 0)
        assert work.rotas.get("sam") is None
        assert work.swaps.open_of("sam") == []
        assert [(s.began_at, s.ended_at) for s in work.spells.of_person("sam")] == [(NOW, LATER)]
        supporter = work.supporters.find("sam")
    assert supporter is not None
    assert (supporter.prison_id, supporter.suspended_at) == ("elsewhere", LATER)
