"""The worker: what it delivers, and that neither a channel nor a step that fails holds up the others."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.answers import AnswerBook
from bot.bootstrap import Product
from bot.content import Texts
from bot.follow_ups import FollowUps
from bot.learning import service as learning
from bot.learning.scrub import Known
from bot.notify import Desk, NotDelivered, Webhook
from bot.people.model import Person
from bot.prison_file import load_prison
from bot.queue import service as queue
from bot.queue.model import Change, Kind
from bot.safety import intake
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.store.outbox import MAX_ATTEMPTS, Notice
from bot.taxonomy import load_taxonomy
from bot.worker import Worker, channels_of
from tests.support.builders import NOW, PRISON, a_verdict
from tests.support.fake_people import PlainHasher

HOUR = timedelta(hours=1)


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Channel:
    """Takes notices, or raises `error` for those of the topic that it does not like."""

    error: Exception | None = None
    dislikes: str = "alert"
    taken: list[Notice] = field(default_factory=list)

    def deliver(self, notice: Notice) -> None:
        if self.error is not None and notice.topic == self.dislikes:
            raise self.error
        self.taken.append(notice)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(database: Database, clock: Clock) -> Product:
    content = ROOT / "content"
    return Product(
        settings=Settings(_env_file=None),
        database=database,
        taxonomy=load_taxonomy(content),
        prison=load_prison(content, PRISON),
        texts=Texts({}),
        desk_texts=Texts({}),
        answers=AnswerBook({}),
        follow_ups=FollowUps({}),
        hasher=PlainHasher(),
        now=clock,
    )


@pytest.fixture
def alert(product: Product, sam: Person) -> str:
    """Danger was noticed: two notices, of an alert and of a request, lie in the outbox."""
    with product.database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "words", "form")
        verdict = a_verdict(Level.EMERGENCY)
        received = intake.receive(work, arrival, verdict, prison=product.prison, now=NOW)
    assert received.message.record_id is not None
    return received.message.record_id


def test_a_tick_delivers_what_is_in_the_outbox_once(product: Product, alert: str) -> None:
    channel = Channel()
    worker = Worker(product, [channel])

    worker.tick()
    worker.tick()

    assert [notice.topic for notice in channel.taken] == ["alert", "request"]
    assert channel.taken[0].ref == alert


@pytest.mark.parametrize("error", [NotDelivered("refused"), ValueError("words of a person"), OSError()])
def test_a_channel_that_fails_holds_up_no_other_notice_and_is_tried_again(
    product: Product, clock: Clock, alert: str, error: Exception
) -> None:
    channel = Channel(error)
    worker = Worker(product, [channel])

    assert worker.deliver() == 1
    channel.error = None
    clock.at += timedelta(seconds=1)
    assert worker.deliver() == 0
    clock.at += timedelta(seconds=1)

    assert worker.deliver() == 1
    assert {notice.topic for notice in channel.taken} == {"request", "alert"}


@pytest.mark.parametrize("error", [NotDelivered("refused"), ValueError("words of a person")])
def test_a_notice_that_is_never_taken_ends_dead_where_the_board_counts_it(
    product: Product, clock: Clock, alert: str, error: Exception
) -> None:
    worker = Worker(product, [Channel(error)])

    for _ in range(MAX_ATTEMPTS):
        worker.deliver()
        clock.at += HOUR

    with product.database.reading() as work:
        assert work.outbox.count_dead(PRISON) == 1


def test_the_log_of_a_failure_does_not_hold_what_the_error_said(
    product: Product, alert: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Worker(product, [Channel(ValueError("words of a person"))]).tick()

    printed = capsys.readouterr()

    assert "ValueError" in printed.out + printed.err
    assert "words of a person" not in printed.out + printed.err


class BrokenDelivery(Worker):
    def deliver(self) -> int:
        raise RuntimeError("no database")


def test_a_step_that_fails_does_not_keep_the_others_from_running(
    product: Product, clock: Clock, alert: str
) -> None:
    clock.at += HOUR

    BrokenDelivery(product, []).tick()

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
    worker = Worker(product, [Desk()])
    worker.tick()
    clock.at += 2 * HOUR

    worker.tick()
    worker.tick()

    with product.database.reading() as work:
        record = work.safety.get(alert)
        changes = [event.change for event in work.requests.events_of(asked.id)]
    assert record is not None
    assert record.climbed_to == "orderly"
    assert changes == [Change.ASKED, Change.DEADLINE_MISSED]


def test_what_is_past_its_time_is_forgotten(product: Product, clock: Clock, alert: str) -> None:
    worker = Worker(product, [Desk()])
    worker.tick()
    assert worker.forget() == 0

    clock.at += timedelta(days=31)

    assert worker.forget() == 2


def test_messages_that_were_not_understood_go_after_their_time(product: Product, clock: Clock) -> None:
    missed = learning.Missed("sam", PRISON, "wen is da ting", "en", (), a_verdict(Level.NONE))
    with product.database.writing() as work:
        assert learning.keep(work, missed, Known(), day=clock.at.date())
    worker = Worker(product, [Desk()])

    clock.at += learning.KEPT_FOR
    early = worker.forget()
    clock.at += timedelta(days=1)

    assert (early, worker.forget()) == (0, 1)


class _Receiver(BaseHTTPRequestHandler):
    """The prison's own system: keeps what came, and answers as it was told."""

    got: list[tuple[dict[str, str], bytes]]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        return


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[_Receiver]]]:
    handler = type("Receiver", (_Receiver,), {"got": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", handler
    server.shutdown()
    server.server_close()
    thread.join()


NOTICE = Notice(7, "alert", PRISON, "record", {"level": "urgent"}, NOW, 0)


def test_a_webhook_gets_ids_and_levels_with_a_signature(receiver: tuple[str, type[_Receiver]]) -> None:
    address, handler = receiver

    Webhook(address, "secret").deliver(NOTICE)

    ((headers, body),) = handler.got
    assert headers["X-Signpost-Signature"] == hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert json.loads(body) == {
        "seq": 7,
        "topic": "alert",
        "prison": PRISON,
        "ref": "record",
        "facts": {"level": "urgent"},
        "at": NOW.isoformat(),
    }


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_a_webhook_that_does_not_say_yes_has_not_taken_it(
    receiver: tuple[str, type[_Receiver]], status: int
) -> None:
    address, handler = receiver
    handler.status = status

    with pytest.raises(NotDelivered):
        Webhook(address, "secret").deliver(NOTICE)


def test_a_webhook_that_nobody_answers_has_not_taken_it() -> None:
    with pytest.raises(NotDelivered):
        Webhook("http://127.0.0.1:9/hook", "secret").deliver(NOTICE)


def test_the_webhook_is_used_only_where_one_is_set(product: Product) -> None:
    settings = product.settings.model_copy(update={"notify_webhook": "https://example.org/hook"})
    with_webhook = replace(product, settings=settings)

    assert [type(channel) for channel in channels_of(product)] == [Desk]
    assert [type(channel) for channel in channels_of(with_webhook)] == [Desk, Webhook]
