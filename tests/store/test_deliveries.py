"""Notices on their way: claimed once, tried with growing waits, given up where a human sees it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.bootstrap import Product
from bot.content import Texts, load_texts
from bot.notices.carrier import Carrier
from bot.notices.delivery import Delivery
from bot.notices.letter import Writer
from bot.notices.model import NotDelivered, Outgoing, Refused, Why
from bot.notices.post import Post
from bot.notices.routes import EVERYTHING, Route
from bot.notices.webhook import Webhook
from bot.people.model import Person
from bot.safety import intake, review, reviews, steps
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.delivery_tables import delivery_attempt
from bot.worker import Worker
from tests.support.builders import NOW, PRISON, STAFF, a_delivery, a_verdict
from tests.support.outside import Manner, web_server
from tests.support.worker import Clock, a_product

LEASE = timedelta(seconds=30)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NO_TIME = timedelta(0)


@dataclass
class FakeChannel:
    """Takes what it is given, or raises the next of `errors`."""

    name: str = "pager"
    route: Route = EVERYTHING
    follows: bool = False
    errors: list[Exception] = field(default_factory=list)
    always: Exception | None = None
    taken: list[Outgoing] = field(default_factory=list)

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        if self.always is not None:
            raise self.always
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(outgoing)


@pytest.fixture
def writer() -> Writer:
    return Writer(Texts({}), "HMP Oakmoor", ZoneInfo("Europe/London"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(database: Database, clock: Clock) -> Product:
    return a_product(database, clock)


def _danger(product: Product, sam: Person, level: Level = Level.EMERGENCY, form: str = "form") -> str:
    with product.database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "cant do this no more", form)
        received = intake.receive(work, arrival, a_verdict(level), prison=product.prison, now=product.now())
    assert received.message.record_id is not None
    return received.message.record_id


def _even() -> float:
    return 0.5


def _carry(product: Product, channel: FakeChannel) -> None:
    carrier = Carrier(product, channel, _even)
    while carrier.carry_one():
        pass


def _put(database: Database, **changes: object) -> None:
    with database.writing() as work:
        work.deliveries.add(a_delivery(**changes))


def _claim(database: Database, channel: str = "webhook", after: timedelta = NO_TIME) -> Delivery | None:
    with database.writing() as work:
        return work.deliveries.claim(PRISON, channel, NOW + after, LEASE)


def test_an_alert_goes_once_into_each_channel_that_wants_it(product: Product, sam: Person) -> None:
    pager, mail = FakeChannel("pager"), FakeChannel("mail")
    record = _danger(product, sam)
    post = Post(product, [pager, mail])

    post.hand_out()
    post.hand_out()
    _carry(product, pager)
    _carry(product, mail)

    for channel in (pager, mail):
        (one,) = channel.taken
        assert (one.topic, one.ref, one.level, one.role) == ("alert", record, "emergency", "wing")
        assert one.place is None


def test_what_is_stored_and_handed_over_holds_neither_words_nor_name(product: Product, sam: Person) -> None:
    pager = FakeChannel()
    _danger(product, sam)
    Post(product, [pager]).hand_out()

    _carry(product, pager)

    with product.database.reading() as work:
        stored = str(work.session.execute(sa.text("SELECT * FROM delivery")).all())
    for text in (stored, str(pager.taken)):
        assert "cant do this" not in text
        assert "Sam" not in text
        assert "A2-14" not in text


def test_the_place_goes_only_where_the_prison_allows_it(product: Product, sam: Person) -> None:
    mail = FakeChannel(route=Route(place=True))
    _danger(product, sam)
    Post(product, [mail]).hand_out()

    _carry(product, mail)

    assert mail.taken[0].place == sam.place


def test_a_channel_gets_the_levels_and_the_roles_that_are_its_own(
    product: Product, sam: Person, clock: Clock
) -> None:
    grave = FakeChannel("grave", Route(levels=frozenset({"emergency"})))
    orderly = FakeChannel("orderly", Route(roles=frozenset({"orderly"})))
    post = Post(product, [grave, orderly])
    _danger(product, sam, Level.URGENT)
    post.hand_out()
    clock.at += 10 * MINUTE
    with product.database.writing() as work:
        review.climb(work, product.prison, now=clock.at)
    post.hand_out()

    _carry(product, grave)
    _carry(product, orderly)

    assert grave.taken == []
    (one,) = orderly.taken
    assert (one.facts["entry"], one.role) == ("climbed", "orderly")


def test_at_the_top_of_the_chain_whoever_hears_outside_hears_again(
    product: Product, sam: Person, clock: Clock
) -> None:
    pager = FakeChannel()
    post = Post(product, [pager])
    _danger(product, sam)
    for _ in range(12):
        clock.at += 10 * MINUTE
        with product.database.writing() as work:
            review.climb(work, product.prison, now=clock.at)
        post.hand_out()

    _carry(product, pager)

    entries = [one.facts["entry"] for one in pager.taken]
    assert entries[0] == "noticed"
    assert entries[-1] == steps.UNANSWERED
    assert entries.count(steps.UNANSWERED) > 1


def test_who_hears_outside_hears_of_a_check_that_is_late(product: Product, sam: Person, clock: Clock) -> None:
    orderly = FakeChannel("orderly", Route(roles=frozenset({"orderly"})))
    post = Post(product, [orderly])
    record = _danger(product, sam)
    with product.database.writing() as work:
        review.acknowledge(work, record, STAFF, prison_id=PRISON, prison=product.prison, now=NOW)
    post.hand_out()
    clock.at += 10 * MINUTE
    with product.database.writing() as work:
        assert review.climb(work, product.prison, now=clock.at) == 1
    post.hand_out()

    _carry(product, orderly)

    assert [(one.facts["entry"], one.facts.get("unchecked")) for one in orderly.taken] == [("climbed", "yes")]


def test_who_has_a_review_that_is_late_hears_of_it_unless_the_channel_has_it_off(
    product: Product, sam: Person, clock: Clock
) -> None:
    manager = FakeChannel("manager", Route(roles=frozenset({"manager"})))
    wing = FakeChannel("wing", Route(roles=frozenset({"wing"})))
    quiet = FakeChannel("quiet", Route(roles=frozenset({"manager"}), reviews=False))
    post = Post(product, [manager, wing, quiet])
    record = _danger(product, sam)
    with product.database.writing() as work:
        here: dict[str, Any] = {"prison_id": PRISON, "prison": product.prison, "now": NOW}
        review.check(work, record, STAFF, review.Check(True, True, "fine"), **here)
    post.hand_out()
    clock.at += timedelta(hours=24)
    with product.database.writing() as work:
        assert reviews.climb(work, product.prison, now=clock.at) == 1
    post.hand_out()

    for channel in (manager, wing, quiet):
        _carry(product, channel)

    assert [(one.topic, one.role, one.facts["entry"]) for one in manager.taken] == [
        ("review", "manager", "overdue")
    ]
    assert "review" not in [one.topic for one in (*wing.taken, *quiet.taken)]


def test_the_letter_about_a_late_review_sends_nobody_to_a_cell() -> None:
    texts = load_texts(ROOT / "content" / "desk")
    writer = Writer(texts, "Oakmoor", ZoneInfo("Europe/London"), "https://desk")
    facts = {"level": "emergency", "entry": "overdue"}
    letter = writer.write(
        Outgoing(1, 1, "review", PRISON, "record", NOW, facts, level="emergency", role="manager")
    )

    assert "was not reviewed in time" in letter.text
    assert "the duty manager" in letter.text
    assert "https://desk/safety/record" in letter.text
    assert texts.say("level_emergency_words", "en") not in letter.text


def test_people_hear_what_calls_for_them_and_machines_how_it_went_on(product: Product, sam: Person) -> None:
    pager, machine = FakeChannel("pager"), FakeChannel("machine", follows=True)
    record = _danger(product, sam)
    with product.database.writing() as work:
        review.acknowledge(work, record, STAFF, prison_id=PRISON, prison=product.prison, now=NOW)
    Post(product, [pager, machine]).hand_out()

    _carry(product, pager)
    _carry(product, machine)

    assert [one.facts["entry"] for one in pager.taken] == ["noticed"]
    assert [one.facts["entry"] for one in machine.taken] == ["noticed", "acknowledged"]


def test_fifty_messages_of_one_person_ring_a_telephone_once_a_minute_and_again_when_it_grows_graver(
    product: Product, sam: Person, clock: Clock
) -> None:
    pager = FakeChannel()
    post = Post(product, [pager])

    for number in range(50):
        _danger(product, sam, Level.CONCERN, f"form {number}")
    post.hand_out()
    post.hand_out()
    _danger(product, sam, Level.EMERGENCY, "graver")
    post.hand_out()
    clock.at += 2 * MINUTE
    _danger(product, sam, Level.EMERGENCY, "later")
    post.hand_out()
    _carry(product, pager)

    assert sorted(one.level for one in pager.taken) == ["concern", "emergency", "emergency"]


@pytest.mark.parametrize("answered", [True, False])
def test_grave_words_after_somebody_acknowledged_ring_again_within_the_minute(
    product: Product, sam: Person, clock: Clock, answered: bool
) -> None:
    """Whoever acknowledged the first words has not heard of these."""
    pager = FakeChannel(route=replace(EVERYTHING, roles=frozenset({"wing"})))
    post = Post(product, [pager])
    record = _danger(product, sam)
    post.hand_out()
    clock.at += timedelta(seconds=10)
    if answered:
        with product.database.writing() as work:
            review.acknowledge(
                work, record, STAFF, prison_id=PRISON, prison=product.prison, now=product.now()
            )
    for number in range(3):
        clock.at += timedelta(seconds=10)
        _danger(product, sam, form=f"again {number}")
        post.hand_out()
    _carry(product, pager)

    assert len(pager.taken) == (2 if answered else 1)


def test_what_was_told_while_the_clock_was_ahead_keeps_no_channel_quiet(
    product: Product, sam: Person, clock: Clock
) -> None:
    pager = FakeChannel()
    post = Post(product, [pager])
    clock.at += 3 * HOUR
    _danger(product, sam)
    post.hand_out()
    _carry(product, pager)
    clock.at = NOW

    for number in range(2):
        _danger(product, sam, form=f"again {number}")
        post.hand_out()
    _carry(product, pager)

    assert len(pager.taken) == 2


def test_what_waits_to_be_tried_again_comes_in_its_time_after_the_clock_was_set_back(
    product: Product, sam: Person, clock: Clock
) -> None:
    pager = FakeChannel(errors=[NotDelivered(Why.NO_CONNECTION)])
    worker = Worker(product, [pager])
    clock.at += 3 * HOUR
    _danger(product, sam)
    worker.post.hand_out()
    _carry(product, pager)
    clock.at = NOW

    worker.set_right()
    _carry(product, pager)

    assert len(pager.taken) == 1


def test_a_notice_of_a_time_to_come_is_handed_out_after_the_clock_was_set_back(
    product: Product, sam: Person, clock: Clock
) -> None:
    pager = FakeChannel()
    worker = Worker(product, [pager])
    clock.at += 3 * HOUR
    _danger(product, sam)
    clock.at = NOW

    worker.set_right()
    worker.hand_out()
    worker.set_right()
    _carry(product, pager)

    assert len(pager.taken) == 1


def test_another_prisons_notices_are_set_right_by_its_own_worker(product: Product, clock: Clock) -> None:
    later = NOW + 3 * HOUR
    _put(product.database, prison_id="elsewhere", next_at=later, happened_at=later)
    with product.database.writing() as work:
        work.outbox.put("alert", "elsewhere", "ref", later, {})

    assert Worker(product).set_right() == 0


@pytest.mark.parametrize("attempts", [0, 1, 5, 12])
def test_no_wait_and_no_lease_that_is_meant_is_cut_short(
    product: Product, clock: Clock, attempts: int
) -> None:
    wait = timedelta(seconds=max(30.0, min(2.0**attempts, 300) * 1.25)) if attempts else NO_TIME
    _put(product.database, attempts=attempts, next_at=NOW + wait)

    assert Worker(product).set_right() == 0


def test_a_request_leaves_only_where_the_prison_says_so(product: Product, sam: Person) -> None:
    quiet, told = FakeChannel("quiet", follows=True), FakeChannel("told", Route(requests=True), follows=True)
    _danger(product, sam)
    Post(product, [quiet, told]).hand_out()

    _carry(product, quiet)
    _carry(product, told)

    assert [one.topic for one in quiet.taken] == ["alert"]
    assert sorted(one.topic for one in told.taken) == ["alert", "request"]


def test_the_notices_of_another_prison_are_left_to_its_own_worker(product: Product) -> None:
    pager = FakeChannel()
    with product.database.writing() as work:
        work.outbox.put("alert", "elsewhere", "ref", NOW, {"level": "urgent", "entry": "noticed"})
    _put(product.database, channel="pager", prison_id="elsewhere")

    assert Post(product, [pager]).hand_out() == 0
    _carry(product, pager)

    assert pager.taken == []


def test_a_delivery_that_is_claimed_is_nobody_elses_until_its_lease_is_over(database: Database) -> None:
    _put(database)

    first, second, third = _claim(database), _claim(database), _claim(database, after=LEASE)

    assert first is not None
    assert second is None
    assert third is not None
    assert (first.attempts, third.attempts) == (1, 2)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_two_workers_in_the_same_moment_claim_it_once(database: Database) -> None:
    _put(database)

    with database.writing() as one, database.writing() as other:
        other.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        found = [work.deliveries.claim(PRISON, "webhook", NOW, LEASE) for work in (one, other)]

    assert [item is None for item in found] == [False, True]


def test_the_gravest_goes_first_then_the_oldest(database: Database) -> None:
    for number, level in enumerate(("concern", "urgent", "emergency", "emergency")):
        _put(database, level=level, notice_seq=number)

    found = [_claim(database) for _ in range(4)]

    assert [one.notice_seq for one in found if one] == [2, 3, 1, 0]


def test_each_try_is_on_record_with_what_came_of_it(product: Product, clock: Clock) -> None:
    pager = FakeChannel(errors=[NotDelivered(Why.NOT_NOW, 503), ValueError("words of a person")])
    _put(product.database, channel="pager")

    for _ in range(3):
        _carry(product, pager)
        clock.at += MINUTE

    with product.database.reading() as work:
        rows = work.session.execute(sa.select(delivery_attempt).order_by(delivery_attempt.c.number)).all()
        assert [(row.number, row.outcome, row.code) for row in rows] == [
            (1, "not_now", 503),
            (2, "fault", 0),
            (3, "delivered", 0),
        ]


@pytest.mark.parametrize(
    ("level", "waits"),
    [
        ("emergency", [2, 4, 8, 16, 32]),
        ("urgent", [2, 4, 8, 16, 32, 64, 128]),
        ("concern", [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]),
    ],
)
def test_waits_grow_and_the_graver_is_given_up_sooner(
    product: Product, clock: Clock, level: str, waits: list[int]
) -> None:
    pager = FakeChannel(always=NotDelivered(Why.NO_CONNECTION))
    _put(product.database, channel="pager", level=level)
    seen = []

    _carry(product, pager)
    while (wait := _next_in(product, clock)) is not None:
        seen.append(wait)
        clock.at += timedelta(seconds=wait)
        _carry(product, pager)

    assert seen == waits
    with product.database.reading() as work:
        (letter,) = work.deliveries.dead(PRISON)
    assert letter.delivery.why == "no_connection"


def _next_in(product: Product, clock: Clock) -> int | None:
    with product.database.reading() as work:
        row = work.deliveries.get_for_change(_only_id(product))
    return None if row is None or row.next_at is None else round((row.next_at - clock.at).total_seconds())


def _only_id(product: Product) -> str:
    with product.database.reading() as work:
        found = work.session.scalar(sa.text("SELECT id FROM delivery"))
    assert isinstance(found, str)
    return found


def test_what_was_refused_for_good_is_dead_at_once_and_rings_every_board(product: Product) -> None:
    pager = FakeChannel(always=Refused(Why.SIGN_IN, 401))
    _put(product.database, channel="pager")
    with product.database.reading() as work:
        before = work.outbox.pulse(NOW)

    _carry(product, pager)

    with product.database.reading() as work:
        assert work.deliveries.count_dead(PRISON) == 1
        assert work.outbox.pulse(NOW) != before
    assert Post(product, [pager]).hand_out() == 1
    assert pager.taken == []


def test_a_yes_that_comes_after_the_lease_still_counts(database: Database) -> None:
    _put(database)
    slow, second = _claim(database), _claim(database, after=LEASE)
    assert slow is not None
    assert second is not None

    with database.writing() as work:
        work.deliveries.delivered(slow, NOW, NO_TIME)
        late = work.deliveries.failed(second, NotDelivered(Why.NOT_NOW), NOW, NO_TIME, MINUTE)

    assert not late
    assert _claim(database, after=timedelta(days=1)) is None


def test_a_no_that_comes_after_the_lease_does_not_undo_what_another_worker_did(database: Database) -> None:
    _put(database)
    slow, second = _claim(database), _claim(database, after=LEASE)
    assert slow is not None
    assert second is not None

    with database.writing() as work:
        changed = work.deliveries.failed(slow, Refused(Why.REFUSED), NOW, NO_TIME, None)
        work.deliveries.delivered(second, NOW, NO_TIME)

    assert not changed
    with database.reading() as work:
        assert work.deliveries.count_dead(PRISON) == 0


def test_sent_again_it_has_all_its_tries_anew(product: Product, clock: Clock) -> None:
    pager = FakeChannel(always=Refused(Why.REFUSED, 404))
    _put(product.database, channel="pager")
    _carry(product, pager)
    with product.database.writing() as work:
        one = work.deliveries.get_for_change(_only_id(product))
        assert one is not None
        work.deliveries.send_again(one, "officer", clock.at)
    pager.always = NotDelivered(Why.NO_CONNECTION)

    _carry(product, pager)
    pager.always = None
    clock.at += MINUTE
    _carry(product, pager)

    (taken,) = pager.taken
    assert taken.number == 3


def test_what_waits_for_a_channel_that_is_gone_ends_where_a_human_sees_it(
    product: Product, clock: Clock
) -> None:
    _put(product.database, channel="old_pager")
    post = Post(product, [FakeChannel()])

    early = post.bury()
    clock.at += 10 * MINUTE

    assert (early, post.bury()) == (0, 1)
    with product.database.reading() as work:
        assert work.deliveries.dead(PRISON)[0].delivery.why == "channel_gone"


def test_what_is_over_is_forgotten_and_a_dead_letter_nobody_saw_is_not(database: Database) -> None:
    for number in range(3):
        _put(database, notice_seq=number)
    delivered, noted, dead = (_claim(database) for _ in range(3))
    assert delivered is not None
    assert noted is not None
    assert dead is not None
    with database.writing() as work:
        work.deliveries.delivered(delivered, NOW, NO_TIME)
        for one in (noted, dead):
            work.deliveries.failed(one, Refused(Why.REFUSED), NOW, NO_TIME, None)
        work.deliveries.note(noted, "officer", NOW)

    with database.writing() as work:
        gone = work.deliveries.forget(NOW + MINUTE)

    assert gone == 2
    with database.reading() as work:
        assert work.deliveries.count_dead(PRISON) == 1


def test_a_number_is_never_used_twice_even_when_everything_was_forgotten(database: Database) -> None:
    _put(database)
    first = _claim(database)
    assert first is not None
    with database.writing() as work:
        work.deliveries.delivered(first, NOW, NO_TIME)
        work.deliveries.forget(NOW + MINUTE)

    _put(database, notice_seq=2)

    second = _claim(database)
    assert second is not None
    assert second.seq > first.seq


def test_the_same_notice_cannot_be_handed_to_a_channel_twice(database: Database) -> None:
    _put(database)

    with pytest.raises(sa.exc.IntegrityError):
        _put(database)


def _wait_for(what: Callable[[], object], seconds: float = 40.0) -> None:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    assert what()


def test_a_channel_that_hangs_delays_no_other_and_a_failing_server_gets_it_in_the_end(
    database: Database, sam: Person, writer: Writer
) -> None:
    hanging, over, stop = threading.Event(), threading.Event(), threading.Event()

    class Hanging(FakeChannel):
        def deliver(self, outgoing: Outgoing, now: datetime) -> None:
            hanging.set()
            stop.wait(60)
            over.set()

    product = a_product(database, None, notify_seconds=60, worker_seconds=0.2)
    manner = Manner(fails=1)
    with web_server(manner) as address:
        hook = Webhook("webhook", EVERYTHING, address, "k" * 32, writer, 2.0)
        post = Post(product, [Hanging("hangs"), hook])
        post.start(stop)
        record = _danger(product, sam)

        _wait_for(hanging.is_set)
        _wait_for(lambda: len(manner.got) > 1)
        still_hanging = not over.is_set()
        stop.set()
        post.join(3)

    bodies = [json.loads(body) for _, body in manner.got]
    assert still_hanging
    assert [(body["ref"], body["try"]) for body in bodies] == [(record, 1), (record, 2)]
    assert bodies[0]["seq"] == bodies[1]["seq"]
    assert bodies[0]["sent_at"] < bodies[1]["sent_at"]


def test_a_delivery_keeps_what_was_written(database: Database) -> None:
    _put(database)

    found = _claim(database)

    assert found is not None
    assert replace(found, next_at=None, attempts=0).happened_at == NOW
    assert found.facts == {"level": "emergency", "entry": "noticed"}
