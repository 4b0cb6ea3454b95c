"""Any sequence of what people do, on a real database, with a crash between any two of its steps and two at
once: what was begun is there as a whole or not at all, and nothing is lost."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.people.model import Actor, PeerRole
from bot.queue import offers, service
from bot.queue.model import Change, Event, Kind, QueueError, Request, State
from bot.queue.offer import OfferState
from bot.queue.service import Words
from bot.store import tables as t
from bot.store.database import Database
from bot.store.offer_tables import request_offer
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import (
    NOW,
    STAFF,
    PlainPrison,
    a_person,
    a_supporter,
    person_actor,
    supporter_actor,
)
from tests.support.histories import check_holders, check_one_of_each_kind, check_steps, check_told

_Step = Callable[[UnitOfWork], Any]
# More than any of these steps sends to the database: then it is committed, and the answer is lost.
_AFTER_ALL = 40
_ROLES = (PeerRole.LISTENER, PeerRole.INSIDER)


class Crashed(Exception):
    """The process ended here."""


class House(RuleBasedStateMachine):
    """Two people who ask and two who help, in a prison of this sequence alone."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.now = NOW
        here = uuid.uuid4().hex[:12]
        self.prison = PlainPrison(id=here)
        self.people = [
            a_person(f"{name}-{here}", prison_id=here, number=name.upper()) for name in ("sam", "ali")
        ]
        self.helpers = [f"{name}-{here}" for name in ("lee", "mo")]
        with database.writing() as work:
            for person in self.people:
                work.persons.add(person)
            for name in self.helpers:
                work.persons.add(a_person(name, prison_id=here, number=name[:3].upper()))
                work.supporters.put(a_supporter(name, prison_id=here, roles=_ROLES))
        self.asked: set[str] = set()

    @initialize()
    def somebody_asks(self) -> None:
        self.ask(0, Kind.LISTENER, None)

    @rule(
        who=st.sampled_from((0, 1)),
        kind=st.sampled_from((Kind.LISTENER, Kind.SOMEONE)),
        crash=st.none() | st.integers(0, _AFTER_ALL),
    )
    def ask(self, who: int, kind: Kind, crash: int | None) -> None:
        person = self.people[who]

        def step(work: UnitOfWork) -> None:
            work.people.lock(person.id)
            service.ask(work, person, kind, deadlines=self.prison, now=self.now)

        self._do(step, crash)
        # Whoever read no answer asks again, and that is one request all the same.
        self.asked |= {row.id for row in self._requests()}

    @rule(data=st.data(), who=st.sampled_from((0, 1)), crash=st.none() | st.integers(0, _AFTER_ALL))
    def accept(self, data: st.DataObject, who: int, crash: int | None) -> None:
        self._do(self._accepting(self._one(data), self.helpers[who]), crash)

    @rule(data=st.data())
    def both_accept_at_once(self, data: st.DataObject) -> None:
        request_id, gate = self._one(data), Barrier(2)

        def run(who: str) -> bool:
            gate.wait()
            try:
                with self.database.writing() as work:
                    self._accepting(request_id, who)(work)
            except QueueError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(run, self.helpers))
        assert sum(won) <= 1

    @rule(data=st.data(), who=st.sampled_from((0, 1)), crash=st.none() | st.integers(0, _AFTER_ALL))
    def decline(self, data: st.DataObject, who: int, crash: int | None) -> None:
        request_id = self._one(data)
        more = {"prison": self.prison, "now": self.now}
        self._do(lambda work: offers.decline(work, request_id, self.helpers[who], **more), crash)

    @rule(
        data=st.data(),
        change=st.sampled_from(
            (Change.BEGUN, Change.FINISHED, Change.HANDED_BACK, Change.CANCELLED, Change.COULD_NOT)
        ),
        crash=st.none() | st.integers(0, _AFTER_ALL),
    )
    def move(self, data: st.DataObject, change: Change, crash: int | None) -> None:
        request_id = self._one(data)
        actors = [
            STAFF,
            *(person_actor(each.id) for each in self.people),
            *map(supporter_actor, self.helpers),
        ]
        by: Actor = data.draw(st.sampled_from(actors))
        words = Words("no_staff", "The phone")
        more = {"now": self.now, "deadlines": self.prison, "words": words}
        self._do(lambda work: service.move(work, request_id, change, by, **more), crash)

    @rule(data=st.data(), came=st.booleans(), crash=st.none() | st.integers(0, _AFTER_ALL))
    def answer(self, data: st.DataObject, came: bool, crash: int | None) -> None:
        request_id = self._one(data)
        owner = next(row.person_id for row in self._requests() if row.id == request_id)
        more = {"came": came, "deadlines": self.prison, "now": self.now}
        self._do(lambda work: service.somebody_came(work, request_id, owner, **more), crash)

    @rule(who=st.sampled_from((0, 1)), on=st.booleans(), crash=st.none() | st.integers(0, _AFTER_ALL))
    def suspend_or_restore(self, who: int, on: bool, crash: int | None) -> None:
        def step(work: UnitOfWork) -> None:
            if not on:
                service.release_all_of(work, self.helpers[who], STAFF, deadlines=self.prison, now=self.now)
            supporter = work.supporters.get(self.helpers[who])
            assert supporter is not None
            since = None if on else self.now
            work.supporters.put(replace(supporter, suspended_at=since, on_duty=on))

        self._do(step, crash)

    @rule(minutes=st.integers(1, 90), crash=st.none() | st.integers(0, _AFTER_ALL))
    def time_passes(self, minutes: int, crash: int | None) -> None:
        self.now += timedelta(minutes=minutes)
        self._do(lambda work: service.miss_deadlines(work, self.prison, now=self.now), crash)
        self._do(lambda work: offers.look_after_due(work, self.prison, now=self.now), crash)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {row.id for row in self._requests()} == self.asked

    @invariant()
    def the_history_holds(self) -> None:
        requests, events = self._requests(), self._events()
        check_steps(requests, events)
        check_told(requests, events, self._notices())
        check_one_of_each_kind(requests)
        check_holders(requests)

    @invariant()
    def what_waits_is_on_offer_or_due_to_be_looked_at(self) -> None:
        with self.database.reading() as work:
            for row in self._requests():
                on_offer = [offer for offer in work.offers.of_request(row.id) if offer.is_open]
                if row.state is State.WAITING:
                    assert row.look_at is not None
                else:
                    assert on_offer == []

    @invariant()
    def whoever_has_it_is_the_one_whose_offer_was_accepted(self) -> None:
        with self.database.reading() as work:
            for row in self._requests():
                if row.state is State.ACCEPTED:
                    made = [offer for offer in work.offers.of_request(row.id) if not offer.earlier]
                    won = [o.supporter_id for o in made if o.state is OfferState.ACCEPTED]
                    assert won == [row.supporter_id]

    def _do(self, step: _Step, crash: int | None) -> None:
        """With `crash` the process ends before that statement; the worker or the person then tries again."""
        before = self._everything()
        if crash is not None:
            try:
                with _crashing(self.database, crash), self.database.writing() as work:
                    step(work)
            except (Crashed, QueueError):
                assert self._everything() == before, "something half done is left"
        before = self._everything()
        try:
            with self.database.writing() as work:
                step(work)
        except QueueError:
            assert self._everything() == before, "a refused change left a trace"

    def _accepting(self, request_id: str, who: str) -> _Step:
        return lambda work: service.accept(work, request_id, who, deadlines=self.prison, now=self.now)

    def _one(self, data: st.DataObject) -> str:
        ids = sorted(self._requests(), key=lambda row: row.asked_at)
        return ids[data.draw(st.integers(0, len(ids) - 1))].id

    def _requests(self) -> Sequence[Request]:
        with self.database.reading() as work:
            return [row for person in self.people for row in work.requests.of_person(person.id, limit=1000)]

    def _events(self) -> list[Event]:
        with self.database.reading() as work:
            return [event for row in self._requests() for event in work.requests.events_of(row.id)]

    def _notices(self) -> list[tuple[str, str]]:
        mine = (t.outbox.c.prison_id == self.prison.id) & (t.outbox.c.topic == "request")
        with self.database.reading() as work:
            rows = work.session.execute(sa.select(t.outbox.c.ref, t.outbox.c.facts).where(mine)).all()
        return [(ref, facts["change"]) for ref, facts in rows]

    def _everything(self) -> list[list[str]]:
        """Every row of this prison in the parts that these steps write to."""
        mine = sa.select(t.request.c.id).where(t.request.c.prison_id == self.prison.id)
        parts = (
            sa.select(t.request).where(t.request.c.prison_id == self.prison.id),
            sa.select(t.supporter).where(t.supporter.c.prison_id == self.prison.id),
            sa.select(t.outbox).where(t.outbox.c.prison_id == self.prison.id),
            sa.select(t.request_event).where(t.request_event.c.request_id.in_(mine)),
            sa.select(request_offer).where(request_offer.c.request_id.in_(mine)),
        )
        with self.database.reading() as work:
            return [sorted(map(str, work.session.execute(part))) for part in parts]


@contextmanager
def _crashing(database: Database, at: int) -> Iterator[None]:
    """The connection breaks before the statement of this number; or after the commit, if there are fewer."""
    left = [at]

    def count(*_: Any) -> None:
        if left[0] == 0:
            raise Crashed
        left[0] -= 1

    sa.event.listen(database.engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", count)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)
def test_a_crash_between_any_two_steps_and_two_at_once_lose_nothing(database: Database) -> None:
    run_state_machine_as_test(
        lambda: House(database),
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
