"""The worker while everything fails: its log names kinds and ids, never words, addresses or keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.notices.apprise_address import AppriseAddress, service_for
from bot.notices.carrier import Carrier
from bot.notices.letter import Letter
from bot.notices.mail import Mail, Security, Server
from bot.notices.model import Channel, Outgoing
from bot.notices.routes import EVERYTHING
from bot.notices.webhook import Webhook
from bot.people.model import Person
from bot.safety import intake
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from bot.worker import Worker
from tests.support.builders import CELL, NOW, a_verdict
from tests.support.secret_words import NUMBER, WORDS
from tests.support.worker import Clock, a_product

SECRET = "nutmegkestrelorrery" * 2
ADDRESS = f"https://{SECRET}.test/{WORDS}"
# Nobody listens there.
CLOSED = 9


class Talkative:
    """A library that says all it knows when it fails."""

    name, route, follows = "talkative", EVERYTHING, False

    def deliver(self, outgoing: Outgoing, now: Any) -> None:
        raise RuntimeError(f"{WORDS} {SECRET} {outgoing}")


def _channels(writer: Any) -> list[Channel]:
    server = Server("127.0.0.1", CLOSED, Security.TLS, f"{WORDS}@us.test", WORDS, SECRET)
    return [
        Talkative(),
        Mail("mail", EVERYTHING, server, (f"{WORDS}@them.test",), writer, 1.0),
        Webhook("webhook", EVERYTHING, f"http://127.0.0.1:{CLOSED}/{SECRET}", SECRET, writer, 1.0),
        Webhook("nowhere", EVERYTHING, ADDRESS, SECRET, writer, 1.0),
        AppriseAddress(
            "chat", EVERYTHING, service_for(f"json://{WORDS}:{SECRET}@127.0.0.1:{CLOSED}", 1), writer
        ),
    ]


class _Writer:
    """What it writes for a notice is words too."""

    def write(self, outgoing: Outgoing) -> Any:
        return Letter(WORDS, (WORDS,))

    def link(self, outgoing: Outgoing) -> str:
        return ADDRESS


@pytest.fixture
def alarmed(database: Database, sam: Person) -> Database:
    with database.writing() as work:
        work.session.execute(
            sa.text("UPDATE person SET number = :number WHERE id = 'sam'"), {"number": NUMBER}
        )
        arrival = Arrival(sam.id, "tablet", f"{WORDS} {NUMBER}", "form")
        product = a_product(database, Clock())
        intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=product.prison, now=NOW)
    return database


def _given_away(said: str) -> list[str]:
    secrets = (WORDS, NUMBER, SECRET, CELL.cell, "Traceback")
    return [line[:200] for line in said.splitlines() if any(each in line for each in secrets)]


def test_a_channel_that_fails_says_neither_words_nor_addresses(
    alarmed: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    product, channels = a_product(alarmed, Clock(), notify_seconds=3), _channels(_Writer())
    Worker(product, channels).tick()

    tried = [Carrier(product, channel).carry_one() for channel in channels]
    kept = _rows(alarmed)

    said = "".join(capfd.readouterr())
    assert tried == [True] * len(channels)
    assert said.count("notice.failed") == len(channels)
    assert _given_away(said) == []
    # The desk shows these rows.
    assert _given_away(kept) == []


def _rows(database: Database) -> str:
    with database.reading() as work:
        return "\n".join(
            repr(tuple(row))
            for table in ("delivery", "delivery_attempt", "outbox")
            for row in work.session.execute(sa.text(f"SELECT * FROM {table}"))
        )


@pytest.mark.parametrize("method", ["writing", "reading"])
def test_a_step_that_fails_says_of_which_kind_only(
    alarmed: Database, capfd: pytest.CaptureFixture[str], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines, offers, rotas, retention, heads: the store fails under each with an error full of words."""
    clock, original = Clock(), getattr(alarmed, method)
    worker = Worker(a_product(alarmed, clock), _channels(_Writer()))

    @contextmanager
    def fails() -> Iterator[Any]:
        with original() as work:
            yield work
            raise sa.exc.StatementError("failed", f"INSERT {WORDS}", {"text": WORDS}, OSError(WORDS))

    monkeypatch.setattr(alarmed, method, fails)
    for _ in range(3):
        worker.tick()
        clock.at += timedelta(days=400)

    said = "".join(capfd.readouterr())
    assert said.count("worker.step_failed") >= 6
    assert _given_away(said) == []


def test_the_whole_work_of_years_says_ids_and_counts_only(
    alarmed: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    worker = Worker(a_product(alarmed, clock), _channels(_Writer()))

    for _ in range(8):
        worker.tick()
        clock.at += timedelta(days=400)

    said = "".join(capfd.readouterr())
    assert "worker.step_failed" not in said
    assert "forgotten" in said
    assert _given_away(said) == []
