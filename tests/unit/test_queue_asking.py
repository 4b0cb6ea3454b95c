"""Asking for a person, and asking again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.model import ActorKind, Place
from bot.queue import service
from bot.queue.model import OPEN, Change, Kind, NotOffered, Request, State, Urgency
from tests.support.builders import NOW, STAFF, PlainPrison, a_person, person_actor
from tests.support.fakes import FakeWork

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def work() -> FakeWork:
    return FakeWork()


def _ask(work: FakeWork, kind: Kind = Kind.LISTENER, **more: object) -> Request:
    fields: dict[str, object] = {"deadlines": PlainPrison(), "now": NOW}
    return service.ask(work, a_person(), kind, **fields | more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(Kind))
def test_asking_opens_a_request_that_waits(work: FakeWork, kind: Kind) -> None:
    request = _ask(work, kind)

    assert request.state is State.WAITING
    assert (request.person_id, request.first_name, request.place.cell) == ("sam", "Sam", "A2-14")
    assert request.due_at == NOW + timedelta(minutes=60)
    assert [event.change for event in work.requests.changes] == [Change.ASKED]
    assert len(work.outbox.changes) == 1


@pytest.mark.parametrize(("kind", "role"), [(Kind.LISTENER, ""), (Kind.PEER, "buddy")])
def test_nobody_is_asked_for_whom_the_prison_does_not_offer(work: FakeWork, kind: Kind, role: str) -> None:
    prison = PlainPrison(lacks=frozenset({role or kind.value}))

    with pytest.raises(NotOffered):
        _ask(work, kind, role=role, deadlines=prison)

    assert (work.requests.rows, work.requests.events, work.outbox.notices) == ({}, [], [])


def test_who_asked_in_time_may_ask_again_after_the_hour(work: FakeWork) -> None:
    _ask(work)

    again = _ask(work, deadlines=PlainPrison(lacks=frozenset({"listener"})), now=LATER)

    assert again.times_asked == 2


def test_asking_for_a_listener_makes_no_safety_record(work: FakeWork) -> None:
    request = _ask(work, Kind.LISTENER)

    assert request.record_id is None
    assert not work.safety.records
    assert not work.safety.entries


def test_asking_again_strengthens_and_makes_no_second_row(work: FakeWork) -> None:
    first = _ask(work)

    again = _ask(work, now=LATER)

    assert again.id == first.id
    assert again.times_asked == 2
    assert len(work.requests.rows) == 1
    assert [event.change for event in work.requests.changes] == [Change.ASKED, Change.ASKED_AGAIN]
    assert len(work.outbox.changes) == 2


def test_asking_again_never_puts_the_deadline_off(work: FakeWork) -> None:
    first = _ask(work)

    again = _ask(work, now=LATER)

    assert again.due_at == first.due_at


def test_asking_again_with_more_urgency_lifts_it_and_shortens_the_wait(work: FakeWork) -> None:
    _ask(work, Kind.STAFF)

    again = _ask(work, Kind.STAFF, now=LATER, urgency=Urgency.EMERGENCY)

    assert again.urgency is Urgency.EMERGENCY
    assert again.due_at == LATER + timedelta(minutes=2)


def test_asking_again_with_less_urgency_takes_nothing_away(work: FakeWork) -> None:
    first = _ask(work, Kind.STAFF, urgency=Urgency.EMERGENCY)

    again = _ask(work, Kind.STAFF, now=NOW + timedelta(minutes=1))

    assert again.urgency is Urgency.EMERGENCY
    assert again.due_at == first.due_at


def test_asking_again_from_another_cell_brings_the_new_place(work: FakeWork) -> None:
    _ask(work)
    moved = replace(a_person(), place=Place("B", "B1", "B1-03"))

    again = service.ask(work, moved, Kind.LISTENER, deadlines=PlainPrison(), now=LATER)

    assert again.place == moved.place


@pytest.mark.parametrize("state", sorted(OPEN))
def test_asking_again_keeps_whatever_state_it_had_reached(work: FakeWork, state: State) -> None:
    first = _ask(work)
    work.requests.rows[first.id] = replace(first, state=state)

    again = _ask(work, now=LATER)

    assert again.state is state


def test_a_closed_request_stays_closed_and_asking_opens_a_new_one(work: FakeWork) -> None:
    first = _ask(work)
    service.move(work, first.id, Change.CANCELLED, person_actor(), now=NOW)

    second = _ask(work, now=LATER)

    assert second.id != first.id
    assert work.requests.rows[first.id].state is State.CANCELLED


def test_different_kinds_roles_and_people_have_requests_of_their_own(work: FakeWork) -> None:
    _ask(work, Kind.LISTENER)
    _ask(work, Kind.PEER, role="insider")
    _ask(work, Kind.PEER, role="buddy")
    service.ask(work, a_person("ali"), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)

    assert len(work.requests.rows) == 4


def test_a_request_that_a_record_raised_is_by_the_system_and_names_the_record(work: FakeWork) -> None:
    request = _ask(work, Kind.STAFF, record_id="record", urgency=Urgency.URGENT)

    assert request.record_id == "record"
    assert work.requests.events[0].actor_kind is ActorKind.SYSTEM


def test_a_plain_request_that_is_strengthened_by_a_record_keeps_that_record(work: FakeWork) -> None:
    _ask(work, Kind.STAFF)
    _ask(work, Kind.STAFF, record_id="record", urgency=Urgency.URGENT)

    again = _ask(work, Kind.STAFF)

    assert again.record_id == "record"
    assert again.urgency is Urgency.URGENT


@pytest.mark.parametrize("kind", list(Kind))
def test_a_reference_can_be_read_out_loud(work: FakeWork, kind: Kind) -> None:
    reference = _ask(work, kind).reference

    assert reference[:2] == f"{kind.value[0].upper()}-"
    assert len(reference) == 7
    assert not set(reference[2:]) & set("01ILOU")


def test_seen_is_a_stamp_apart_from_the_state_and_is_set_once(work: FakeWork) -> None:
    request = _ask(work)
    service.move(work, request.id, Change.SEEN, STAFF, now=NOW)

    again = service.move(work, request.id, Change.SEEN, STAFF, now=LATER)

    assert again.seen_at == NOW
    assert again.state is State.WAITING
    assert [event.change for event in work.requests.changes] == [Change.ASKED, Change.SEEN]
