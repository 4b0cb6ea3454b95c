"""The real desk app on a real SQLite file, with people, accounts and a clock that tests may move."""

import re
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from bot.bootstrap import Product, build
from bot.people.model import PeerRole, Person, Place, Staff, StaffRole, Supporter
from bot.people.ports import Hasher
from bot.queue import offers, service
from bot.queue.model import Kind, Request, Urgency
from bot.safety.intake import Arrival, receive
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.settings import load_settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.web.desk.app import create_app
from tests.support.builders import SEALER

PRISON = "oakmoor"
PASSWORD = "correct horse"
# A Monday in winter: the prison's own time is UTC.
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ACCOUNTS: dict[str, tuple[StaffRole, tuple[str, ...], str]] = {
    "wing": (StaffRole.WING, (), PRISON),
    "orderly": (StaffRole.ORDERLY, (), PRISON),
    "safer": (StaffRole.SAFER_CUSTODY, (), PRISON),
    "manager": (StaffRole.MANAGER, (), PRISON),
    "admin": (StaffRole.ADMIN, (), PRISON),
    "dpo": (StaffRole.DATA_PROTECTION, (), PRISON),
    "a_wing": (StaffRole.SAFER_CUSTODY, ("A",), PRISON),
    "a_admin": (StaffRole.ADMIN, ("A",), PRISON),
}
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class PlainHasher:
    """Costs nothing. One test signs in with the real one."""

    def hash(self, secret: str) -> str:
        return f"hash of {secret}"

    def matches(self, hashed: str | None, secret: str) -> bool:
        return hashed == self.hash(secret)


@dataclass
class Clock:
    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class DeskKit:
    product: Product
    app: FastAPI
    clock: Clock
    _clients: dict[str, TestClient] = field(default_factory=dict)

    def anybody(self) -> TestClient:
        return TestClient(self.app, follow_redirects=False)

    def signed_in(self, username: str) -> TestClient:
        if username not in self._clients:
            self._clients[username] = self.anybody()
            assert sign_in(self._clients[username], username).status_code == 303
        return self._clients[username]

    def post(self, username: str, path: str, /, **fields: Any) -> httpx.Response:
        """As the form on a page sends it, with that page's token."""
        client = self.signed_in(username)
        return client.post(path, data={"token": self.token(username), **fields})

    def token(self, username: str) -> str:
        client = self.signed_in(username)
        return token_in(client.get(client.get("/").headers["location"]).text)

    def person(self, name: str, wing: str = "A", prison: str = PRISON) -> Person:
        place = Place(wing, f"{wing}1", f"{wing}1-01")
        person = Person(name, prison, f"{name.upper()}1", name.title(), place, "hash of 2468")
        with self.product.database.writing() as work:
            work.persons.add(person)
        return person

    def supporter(self, name: str, wing: str = "A") -> Person:
        person = self.person(name, wing)
        with self.product.database.writing() as work:
            work.supporters.put(Supporter(name, PRISON, (PeerRole.LISTENER,), on_duty=True))
            work.requests.look_again(PRISON, self.clock.time)
        self.offers_go_out()
        return person

    def offers_go_out(self) -> None:
        """What the worker does within a second."""
        with self.product.database.writing() as work:
            offers.look_after_due(work, self.product.prison, now=self.clock.time)

    def ask(
        self, person: Person, kind: Kind = Kind.LISTENER, *, ago: int = 0, urgency: Urgency = Urgency.NORMAL
    ) -> Request:
        """A request from that many minutes ago."""
        with self.product.database.writing() as work:
            return service.ask(
                work,
                person,
                kind,
                deadlines=self.product.prison,
                now=self.clock.time - timedelta(minutes=ago),
                urgency=urgency,
            )

    def say(
        self, person: Person, words: str, level: Level = Level.EMERGENCY, risk: Risk = Risk.SUICIDE
    ) -> str:
        """A message in danger arrives. Gives the id of its safety record."""
        verdict = Verdict(level, (risk,), (Reason(risk, level, "reason in words", "head"),), "en", "test")
        return self.judged(person, words, verdict)

    def judged(self, person: Person, words: str, verdict: Verdict) -> str:
        """The same with a verdict of the test's own."""
        arrival = Arrival(person.id, "device", words, f"{person.id}-{words}"[:60])
        with self.product.database.writing() as work:
            received = receive(work, arrival, verdict, prison=self.product.prison, now=self.clock.time)
        assert received.message.record_id is not None
        return received.message.record_id


def make_kit(
    folder: Path,
    *,
    hasher: Hasher | None = None,
    clock: Clock | None = None,
    database_url: str = "",
    **settings: Any,
) -> DeskKit:
    """On a SQLite file in the folder, or on the migrated database at that address."""
    clock = clock or Clock()
    if not database_url:
        shutil.copy(_empty_database(), folder / "desk.db")
        database_url = f"sqlite:///{folder / 'desk.db'}"
    made = load_settings(database_url=database_url, var_dir=folder / "var", **settings)
    product = replace(
        _content(),
        settings=made,
        database=Database(made.database_url, SEALER),
        hasher=hasher or PlainHasher(),
        now=clock,
    )
    with product.database.writing() as work:
        for name, (role, wings, prison) in ACCOUNTS.items():
            hashed = product.hasher.hash(PASSWORD)
            shown = f"Officer {name.title()}"
            work.staff.add(Staff(f"staff-{name}", prison, name, shown, hashed, (role,), wings))
    return DeskKit(product, create_app(product), clock)


@cache
def _content() -> Product:
    """Everything that is read from files, once."""
    product = build(load_settings(database_url="sqlite://", secret_key="s" * 40, seal_keys="k" * 40))
    product.database.close()
    return product


@cache
def _empty_database() -> Path:
    """Migrated once; each test has its own copy."""
    path = Path(tempfile.mkdtemp()) / "empty.db"
    database = Database(f"sqlite:///{path}", SEALER)
    upgrade(database.engine)
    database.close()
    return path


def sign_in(client: TestClient, username: str, password: str = PASSWORD) -> httpx.Response:
    token = token_in(client.get("/sign-in").text)
    return client.post("/sign-in", data={"token": token, "username": username, "password": password})


def token_in(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None, "no form on this page"
    return found[1]


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The app on a port of its own, for what a test client cannot do: streams and browsers."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="critical", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
