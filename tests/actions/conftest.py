"""A real product on a fresh SQLite file, a person in it, and a conversation that keeps its own tracker."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.spoken import SpokenAction
from bot.bootstrap import Product, build
from bot.people.model import Person, Place
from bot.settings import load_settings
from bot.store import migrate
from bot.store.database import Database
from tests.support.builders import SEALER

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once and copied for each test."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    database = Database(f"sqlite:///{path}", SEALER)
    migrate.upgrade(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def shipped(empty_database: Path) -> Product:
    """The product as it ships. Nothing writes to this database."""
    settings = load_settings(var_dir=empty_database.parent, database_url=f"sqlite:///{empty_database}")
    return build(settings, now=lambda: NOW)


@pytest.fixture
def product(shipped: Product, empty_database: Path, tmp_path: Path) -> Iterator[Product]:
    path = shutil.copy(empty_database, tmp_path / "signpost.db")
    database = Database(f"sqlite:///{path}", SEALER)
    yield replace(shipped, database=database)
    database.close()


@pytest.fixture
def sam(product: Product) -> Person:
    person = Person("sam", product.prison.id, "A0001AA", "Sam", Place("A", "A2", "A2-14"), pin_hash="x")
    with product.database.writing() as work:
        work.people.add(person)
    return person


@dataclass
class Talk:
    """Runs actions as the action server does, and keeps slots and history as Rasa does."""

    product: Product
    sender: str
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(
        self,
        action: type[SpokenAction],
        intent: str,
        *,
        text: str = "",
        entities: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        ranking: tuple[str, ...] = (),
        confidence: float = 1.0,
        needs: dict[str, float] | None = None,
    ) -> list[dict[str, Any]]:
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "intent_ranking": [{"name": name, "confidence": 0.1} for name in (intent, *ranking)],
            "needs": [{"intent": name, "confidence": value} for name, value in (needs or {}).items()],
            "metadata": metadata or {},
        }
        self.events.append({"event": "user", "text": text, "parse_data": message, "metadata": metadata or {}})
        tracker = Tracker(self.sender, self.slots, message, self.events, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        changes = await action(lambda: self.product).run(dispatcher, tracker, {})
        self.slots.update({each["name"]: each["value"] for each in changes if each["event"] == "slot"})
        said: list[dict[str, Any]] = dispatcher.messages
        self.events += [
            {
                "event": "bot",
                "text": reply["text"],
                "data": {"buttons": reply["buttons"], "custom": reply["custom"]},
            }
            for reply in said
        ]
        return said


@pytest.fixture
def talk(product: Product, sam: Person) -> Talk:
    return Talk(product, sam.id)
