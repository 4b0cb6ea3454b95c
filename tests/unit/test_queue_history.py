"""Any sequence of things that people do: nothing is lost, and every step was allowed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.people.model import SYSTEM, PeerRole, Place
from bot.queue import clocks, moving, offers, service
from bot.queue.model import Change, Kind, QueueError, State, Urgency
from bot.queue.offer import OfferState
from bot.queue.service import Words
from tests.support.builders import (
    NOW,
    STAFF,
    PlainPrison,
    a_person,
    a_supporter,
    person_actor,
    supporter_actor,
)
from tests.support.fakes import FakeWork
from tests.support.histories import check_holders, check_one_of_each_kind, check_steps, check_told

_PEOPLE = ("sam", "ali")
_SUPPORTERS = ("lee", "mo")


class Wing(RuleBasedStateMachine):
    """Two people who ask, two supporters, staff and the clock, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.latest = NOW
        self.prison = PlainPrison()
        self.work = FakeWork()
        for name in _SUPPORTERS:
            wings = ("A",) if name == "lee" else ()
            roles = (PeerRole.LISTENER, PeerRole.INSIDER)
            self.work.supporters.put(a_supporter(name, roles=roles, wings=wings))
        self.asked: set[str] = set()

    @initialize()
    def somebody_asks(self) -> None:
        self.ask("sam", Kind.LISTENER, danger=False)

    @rule(name=st.sampled_from(_PEOPLE), kind=st.sampled_from(Kind), danger=st.booleans())
    def ask(self, name: str, kind: Kind, danger: bool) -> None:
        more: dict[str, Any] = {}
        if danger and kind is Kind.STAFF:
            more = {"record_id": f"record of {name}", "urgency": Urgency.EMERGENCY}
        request = service.ask(self.work, a_person(name), kind, deadlines=self.prison, now=self.now, **more)
        self.asked.add(request.id)

    @rule(data=st.data(), who=st.sampled_from(_SUPPORTERS))
    def accept(self, data: st.DataObject, who: str) -> None:
        self._try(service.accept, self._one(data), who, deadlines=self.prison, now=self.now)

    @rule(data=st.data(), who=st.sampled_from(_SUPPORTERS))
    def decline(self, data: st.DataObject, who: str) -> None:
        self._try(offers.decline, self._one(data), who, prison=self.prison, now=self.now)

    @rule(data=st.data(), who=st.sampled_from(_SUPPORTERS), words=st.sampled_from(["", "He asked for Lee"]))
    def offer_or_send(self, data: st.DataObject, who: str, words: str) -> None:
        more = {"now": self.now, "words": Words(note=words)}
        if data.draw(st.booleans()):
            self._try(offers.offer_to, self._one(data), who, STAFF, prison=self.prison, **more)
        else:
            self._try(service.accept, self._one(data), who, deadlines=self.prison, staff=STAFF, **more)

    @rule(who=st.sampled_from(_SUPPORTERS), on=st.booleans())
    def duty(self, who: str, on: bool) -> None:
        self.work.supporters.put(replace(self.work.supporters.rows[who], on_duty=on))

    @rule(minutes=st.sampled_from([0, 0, 30, -45]))
    def the_worker_looks_after_offers(self, minutes: int) -> None:
        """Also after the clock jumped."""
        self._goes(minutes)
        offers.look_after_due(self.work, self.prison, now=self.now)

    @rule(data=st.data(), change=st.sampled_from(Change))
    def move(self, data: st.DataObject, change: Change) -> None:
        actors = [STAFF, SYSTEM, *map(person_actor, _PEOPLE), *map(supporter_actor, _SUPPORTERS)]
        by = data.draw(st.sampled_from(actors))
        words = data.draw(st.sampled_from([Words(), Words("no_staff", "The phone")]))
        more = {"now": self.now, "deadlines": self.prison, "words": words}
        self._try(service.move, self._one(data), change, by, **more)

    @rule(data=st.data(), came=st.booleans())
    def answer(self, data: st.DataObject, came: bool) -> None:
        request_id = self._one(data)
        person_id = self.work.requests.rows[request_id].person_id
        self._try(
            service.somebody_came, request_id, person_id, came=came, deadlines=self.prison, now=self.now
        )

    @rule(who=st.sampled_from(_SUPPORTERS))
    def suspend(self, who: str) -> None:
        service.release_all_of(self.work, who, STAFF, deadlines=self.prison, now=self.now)

    @rule(name=st.sampled_from(_PEOPLE), wing=st.sampled_from("AB"), by=st.sampled_from(("staff", "person")))
    def go(self, name: str, wing: str, by: str) -> None:
        """Staff move a person, or the person signs in on the tablet of another cell."""
        there = a_person(name, place=Place(wing, f"{wing}1", f"{wing}1-01"))
        moving.take_along(self.work, there, STAFF if by == "staff" else person_actor(name), now=self.now)

    @rule(name=st.sampled_from(_PEOPLE), offered=st.sampled_from(("", "The phone")))
    def leave(self, name: str, offered: str) -> None:
        self._try(moving.close_for_who_left, a_person(name), STAFF, offered, now=self.now)

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self._goes(minutes)
        service.miss_deadlines(self.work, self.prison, now=self.now)

    @rule(hours=st.integers(1, 48))
    def clock_is_set_back(self, hours: int) -> None:
        self._goes(-60 * hours)
        clocks.set_right(self.work, self.prison, now=self.now, limit=1000)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert set(self.work.requests.rows) == self.asked

    @invariant()
    def every_step_was_allowed_and_follows_the_one_before(self) -> None:
        check_steps(self.work.requests.rows.values(), self.work.requests.events)

    @invariant()
    def every_change_has_one_event_and_one_notice(self) -> None:
        notices = [(put.ref, put.facts["change"]) for put in self.work.outbox.of("request")]
        check_told(self.work.requests.rows.values(), self.work.requests.events, notices)

    @invariant()
    def what_waits_is_on_offer_or_due_to_be_looked_at_and_nothing_else_is(self) -> None:
        for row in self.work.requests.rows.values():
            on_offer = self.work.offers.open_on(row.id)
            if row.state is not State.WAITING or row.kind is Kind.STAFF:
                assert (on_offer, row.look_at, row.nobody) == ([], None, ())
            else:
                assert row.look_at is not None
                assert row.nobody == () or not on_offer

    @invariant()
    def whoever_has_a_request_was_asked_or_sent(self) -> None:
        for row in self.work.requests.rows.values():
            if row.supporter_id and row.state is State.ACCEPTED:
                mine = [o for o in self.work.offers.of_request(row.id) if o.supporter_id == row.supporter_id]
                assert OfferState.ACCEPTED in {offer.state for offer in mine}

    @invariant()
    def a_person_has_one_open_request_of_each_kind(self) -> None:
        check_one_of_each_kind(self.work.requests.rows.values())

    @invariant()
    def only_what_is_held_has_a_supporter_and_nobody_helps_staff_requests(self) -> None:
        check_holders(self.work.requests.rows.values())
        for row in self.work.requests.rows.values():
            if row.kind is Kind.STAFF:
                assert row.supporter_id is None

    @invariant()
    def what_danger_raised_is_never_cancelled(self) -> None:
        for row in self.work.requests.rows.values():
            assert row.record_id is None or row.state is not State.CANCELLED

    @invariant()
    def no_deadline_lies_further_off_than_the_prison_allows(self) -> None:
        for row in self.work.requests.rows.values():
            if row.is_open:
                assert row.due_at - self.latest <= timedelta(minutes=60)

    def _goes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.latest = max(self.now, self.latest)

    def _one(self, data: st.DataObject) -> str:
        ids = [row.id for row in self.work.requests.rows.values()]
        return ids[data.draw(st.integers(0, len(ids) - 1))]

    def _try(self, change: Any, *args: Any, **words: Any) -> None:
        before = dict(self.work.requests.rows), len(self.work.requests.events), len(self.work.outbox.notices)
        try:
            change(self.work, *args, **words)
        except QueueError:
            after = self.work.requests.rows, len(self.work.requests.events), len(self.work.outbox.notices)
            assert after == before, "a refused change left a trace"


TestWing = Wing.TestCase
TestWing.settings = settings(max_examples=60, stateful_step_count=30)
