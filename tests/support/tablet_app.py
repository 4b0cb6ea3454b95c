"""The tablet app as it is shipped, on a real database, with a judge, engine and clock of its own."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.bootstrap import Product, build
from bot.people import tablets
from bot.people.model import PeerRole, Person, Place, Supporter
from bot.queue import offers
from bot.safety.message import Message
from bot.safety.model import Level, Risk, Verdict
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.web.assistant import AssistantDown, Said, Turn
from bot.web.tablet.app import create_app
from tests.support.builders import NOW, PRISON, SEALER, a_person, a_verdict

PIN = "2468"
DANGER = "gonna string up tonite"
_TOKEN = re.compile(r'name="form" value="([^"]+)"')


class PlainHasher:
    def hash(self, secret: str) -> str:
        return f"hash of {secret}"

    def matches(self, hashed: str | None, secret: str) -> bool:
        return hashed == f"hash of {secret}"


@dataclass
class FakeJudge:
    """Danger is what holds the words of DANGER. `broken` raises, which the real screen never does."""

    broken: bool = False
    judged: list[str] = field(default_factory=list)

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        self.judged.append(text)
        if self.broken:
            raise RuntimeError(text)
        return a_verdict(Level.EMERGENCY, Risk.SUICIDE) if DANGER in text else a_verdict(Level.NONE)


@dataclass
class FakeAssistant:
    says: tuple[Said, ...] = (Said("An answer."),)
    down: bool = False
    pause: float = 0
    heard: list[Turn] = field(default_factory=list)
    closed: bool = False

    async def say(self, turn: Turn) -> tuple[Said, ...]:
        self.heard.append(turn)
        await asyncio.sleep(self.pause)
        if self.down:
            raise AssistantDown("ConnectError")
        return () if turn.answered else self.says

    async def close(self) -> None:
        self.closed = True


class BreakingDatabase:
    """A real database until it is told to fail: writing as a full disk does, reading as a lost one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.fails_writing = False
        self.fails_reading = False

    @contextmanager
    def writing(self) -> Iterator[object]:
        with self._database.writing() as work:
            yield work
            if self.fails_writing:
                raise OSError("disk full")

    @contextmanager
    def reading(self) -> Iterator[object]:
        if self.fails_reading:
            raise OSError("no such file")
        with self._database.reading() as work:
            yield work

    @contextmanager
    def snapshot(self) -> Iterator[object]:
        with self._database.snapshot() as work:
            yield work


class Browser(TestClient):
    """A tablet's browser: keeps cookies, follows no redirect by itself, finds the form's token on a page."""

    def token(self, path: str = "/chat") -> str:
        found = _TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, page: str = "", **fields: str):  # type: ignore[no-untyped-def]
        """Sends a form of this page (its own, where none is named)."""
        return self.post(path, data={"form": self.token(page or path), **fields})

    def say(self, text: str):  # type: ignore[no-untyped-def]
        return self.submit("/chat", text=text)


@dataclass
class World:
    product: Product
    database: BreakingDatabase
    judge: FakeJudge
    assistant: FakeAssistant
    app: FastAPI
    time: list[datetime]

    def later(self, **span: float) -> None:
        self.time[0] += timedelta(**span)

    def browser(self) -> Browser:
        return Browser(self.app, follow_redirects=False, raise_server_exceptions=False)

    def add(self, name: str, *roles: PeerRole, welcomed: bool = True) -> Person:
        person = a_person(name, welcomed_at=NOW if welcomed else None)
        with self.product.database.writing() as work:
            work.persons.add(person)
            if roles:
                work.supporters.put(Supporter(person.id, PRISON, roles, on_duty=True))
                work.requests.look_again(PRISON, self.time[0])
        self.offers_go_out()
        return person

    def offers_go_out(self) -> None:
        """What the worker does within a second."""
        with self.product.database.writing() as work:
            offers.look_after_due(work, self.product.prison, now=self.time[0])

    def enrolled(self, cell: str = "A2-14") -> Browser:
        with self.product.database.writing() as work:
            code = tablets.make_code(work, PRISON, Place("A", "A2", cell), "officer", now=self.time[0])
        browser = self.browser()
        assert browser.submit("/enrol", code=code).status_code == 303
        return browser

    def signed_in(self, person: Person, cell: str = "A2-14") -> Browser:
        browser = self.enrolled(cell)
        answer = browser.submit("/sign-in", number=person.number, pin=PIN)
        assert answer.status_code == 303
        return browser

    def messages(self, person: Person) -> list[Message]:
        with self.product.database.reading() as work:
            return list(work.messages.latest(person.id, 100))

    def read(self, look: Callable):  # type: ignore[no-untyped-def, type-arg]
        with self.product.database.reading() as work:
            return look(work)


@contextmanager
def opened(folder: Path, **settings: object) -> Iterator[World]:
    """A world of its own for one test."""
    path = folder / "signpost.db"
    shutil.copy(_empty_database(), path)
    database = BreakingDatabase(Database(f"sqlite:///{path}", SEALER))
    time = [NOW]
    base = _content()
    product = replace(
        base,
        settings=base.settings.model_copy(update={"rasa_timeout": 0.2, **settings}),
        database=database,  # type: ignore[arg-type]
        hasher=PlainHasher(),
        now=lambda: time[0],
    )
    judge, assistant = FakeJudge(), FakeAssistant()
    yield World(product, database, judge, assistant, create_app(product, judge, assistant), time)


@lru_cache(maxsize=1)
def _content() -> Product:
    settings = Settings(
        _env_file=None, secret_key="s" * 40, seal_keys="k" * 40, log_key="l" * 40, rasa_token="t" * 40
    )  # type: ignore[call-arg]
    return build(settings)


@lru_cache(maxsize=1)
def _empty_database() -> Path:
    path = Path(tempfile.mkdtemp()) / "empty.db"
    database = Database(f"sqlite:///{path}", SEALER)
    upgrade(database.engine)
    database.close()
    return path
