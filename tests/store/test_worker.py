"""The worker: what it hands out, and that neither a channel nor a step that fails holds up the others."""

from datetime import datetime, timedelta

import pytest

from bot.bootstrap import Product
from bot.learning import service as learning
from bot.learning.scrub import Known
from bot.notices.model import Outgoing
from bot.notices.routes import EVERYTHING, Route
from bot.people.model import Person
from bot.queue import service as queue
from bot.queue.model import ABOUT_OFFERS, Change, Kind
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from bot.store.outbox import MAX_ATTEMPTS
from bot.worker import Worker
from tests.support.builders import NOW, PRISON, STAFF, a_supporter, a_verdict, supporter_actor
from tests.support.worker import Clock, a_product

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(database: Database, clock: Clock) -> Product:
    return a_product(database, clock)


@pytest.fixture
def alert(product: Product, sam: Person) -> str:
    """Danger was noticed: two notices, of an alert and of a request, lie in the outbox."""
    with product.database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "words", "form")
        verdict = a_verdict(Level.EMERGENCY)
        received = intake.receive(work, arrival, verdict, prison=product.prison, now=NOW)
    assert received.message.record_id is not None
    return received.message.record_id


class Slow:
    """A channel that would hold up whoever waited for it."""

    name, route, follows = "slow", EVERYTHING, False

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        raise AssertionError("a tick must not carry")


class Unreadable(Slow):
    """Handing out to it fails for alerts."""

    @property
    def route(self) -> Route:  # type: ignore[override]
        raise ValueError("words of a person")


def test_a_tick_hands_out_and_waits_for_no_channel(product: Product, alert: str) -> None:
    Worker(product, [Slow()]).tick()

    with product.database.reading() as work:
        (one,) = work.deliveries.standings(PRISON)
    assert (one.channel, one.waiting) == ("slow", 1)


def test_without_a_channel_a_tick_takes_every_notice_off_the_outbox(product: Product, alert: str) -> None:
    worker = Worker(product)

    assert worker.hand_out() == 2
    assert worker.hand_out() == 0


def test_a_notice_that_is_never_handed_out_ends_dead_where_the_board_counts_it(
    product: Product, clock: Clock, alert: str
) -> None:
    worker = Worker(product, [Unreadable()])

    for _ in range(MAX_ATTEMPTS):
        worker.hand_out()
        clock.at += HOUR

    with product.database.reading() as work:
        assert work.outbox.count_dead(PRISON) == 2


def test_the_log_of_a_failure_does_not_hold_what_the_error_said(
    product: Product, alert: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Worker(product, [Unreadable()]).tick()

    printed = capsys.readouterr()

    assert "ValueError" in printed.out + printed.err
    assert "words of a person" not in printed.out + printed.err


class BrokenDelivery(Worker):
    def hand_out(self) -> int:
        raise RuntimeError("no database")


def test_a_step_that_fails_does_not_keep_the_others_from_running(
    product: Product, clock: Clock, alert: str
) -> None:
    clock.at += HOUR

    BrokenDelivery(product).tick()

    with product.database.reading() as work:
        record = work.safety.get(alert)
        (request,) = work.requests.of_person("sam")
    assert record is not None
    assert record.climbed_to == "orderly"
    assert request.missed_at is not None


def test_ticks_record_missed_deadlines_and_let_alerts_climb(
    product: Product, clock: Clock, sam: Person, alert: str
) -> None:
    with product.database.writing() as work:
        asked = queue.ask(work, sam, Kind.LISTENER, deadlines=product.prison, now=NOW)
    worker = Worker(product)
    worker.tick()
    clock.at += 2 * HOUR

    worker.tick()
    worker.tick()

    with product.database.reading() as work:
        record = work.safety.get(alert)
        events = work.requests.events_of(asked.id)
        changes = [event.change for event in events if event.change not in ABOUT_OFFERS]
    assert record is not None
    assert record.climbed_to == "orderly"
    assert changes == [Change.ASKED, Change.DEADLINE_MISSED]


def test_a_tick_lets_an_alert_climb_that_was_taken_and_not_checked(
    product: Product, clock: Clock, alert: str
) -> None:
    with product.database.writing() as work:
        review.acknowledge(work, alert, STAFF, prison_id=PRISON, prison=product.prison, now=NOW)
    worker = Worker(product)

    clock.at += product.prison.check_allowance(Level.EMERGENCY)
    climbed = [worker.climb(), worker.climb()]

    with product.database.reading() as work:
        record, entries = work.safety.get(alert), work.safety.entries_of(alert)
    assert climbed == [1, 0]
    assert record is not None
    assert record.climbed_to == "orderly"
    assert entries[-1].body == {"to": "orderly", "last": False, "unchecked": True}


def test_what_is_handed_back_is_on_offer_to_others_with_the_next_tick(
    product: Product, clock: Clock, sam: Person
) -> None:
    with product.database.writing() as work:
        work.supporters.put(a_supporter("mo", on_duty=False))
        request = queue.ask(work, sam, Kind.LISTENER, deadlines=product.prison, now=NOW)
        queue.accept(work, request.id, "lee", deadlines=product.prison, now=NOW)
        work.supporters.put(a_supporter("mo"))
        queue.move(work, request.id, Change.HANDED_BACK, supporter_actor("lee"), now=NOW)
        assert work.offers.open_of(request.id, "mo") is None

    Worker(product).tick()

    with product.database.reading() as work:
        assert work.offers.open_of(request.id, "mo") is not None
        assert work.offers.open_of(request.id, "lee") is None


def test_what_is_past_its_time_is_forgotten(product: Product, clock: Clock, alert: str) -> None:
    worker = Worker(product)
    worker.tick()
    assert worker.forget() == 0

    clock.at += timedelta(days=31)

    assert worker.forget() == 2


def test_messages_that_were_not_understood_go_after_their_time(product: Product, clock: Clock) -> None:
    missed = learning.Missed("sam", PRISON, "wen is da ting", "en", (), a_verdict(Level.NONE))
    with product.database.writing() as work:
        assert learning.keep(work, missed, Known(), day=clock.at.date())
    worker = Worker(product)

    clock.at += learning.KEPT_FOR
    early = worker.forget()
    clock.at += timedelta(days=1)

    assert (early, worker.forget()) == (0, 1)
