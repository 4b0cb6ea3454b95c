"""The store in which Rasa keeps conversations: a copied file says nothing, and a conversation goes on."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from rasa.core.tracker_store import create_tracker_store
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config

from bot.nlu.sealed_tracker import SealedTrackerStore
from bot.settings import ROOT

WORDS = "nobody knows about the zebra"
DOMAIN = Domain.from_dict({"intents": ["ask_gambling"], "actions": ["action_answer_gambling"]})


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tracker.db"
    monkeypatch.setenv("SIGNPOST_TRACKER_DB", str(path))
    monkeypatch.setenv("SIGNPOST_RASA_TOKEN", "t" * 40)
    monkeypatch.setenv("SIGNPOST_ACTIONS_URL", "http://127.0.0.1:1/webhook")
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", "first" * 8)
    return path


def a_store() -> SealedTrackerStore:
    """As Rasa makes it from the file that is shipped."""
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "tracker_store")
    store = create_tracker_store(endpoint, DOMAIN)
    assert isinstance(store, SealedTrackerStore), "Rasa went on with another store"
    return store


def a_talk(store: SealedTrackerStore, *texts: str) -> None:
    tracker = asyncio.run(store.get_or_create_tracker("sam"))
    for text in texts:
        tracker.update(UserUttered(text, {"name": "ask_gambling", "confidence": 1.0}))
        tracker.update(ActionExecuted("action_answer_gambling"))
        tracker.update(BotUttered(f"You said: {text}"))
    asyncio.run(store.save(tracker))


def test_a_copied_file_says_nothing_of_what_was_said(file: Path) -> None:
    a_talk(a_store(), WORDS)

    written = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert b"sam" in written, "this is the file"
    for secret in (*WORDS.split(), "gambling", "You said"):
        assert secret.encode() not in written, secret


def test_a_conversation_goes_on_after_the_process_died(file: Path) -> None:
    a_talk(a_store(), WORDS)
    a_talk(a_store(), "and the llama")

    tracker = asyncio.run(a_store().retrieve("sam"))

    assert tracker is not None
    said = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert said == [WORDS, "and the llama"]
    assert tracker.latest_message is not None
    assert tracker.latest_message.intent["name"] == "ask_gambling"


def test_what_was_stored_before_is_read(file: Path) -> None:
    a_talk(a_store(), WORDS)
    opened = a_store()._sealer
    with sqlite3.connect(file) as connection:
        for number, data in connection.execute("SELECT id, data FROM events").fetchall():
            connection.execute("UPDATE events SET data = ? WHERE id = ?", (opened.open(data), number))

    tracker = asyncio.run(a_store().retrieve("sam"))

    assert tracker is not None
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == WORDS


def test_with_a_new_key_in_front_the_old_one_still_opens(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_talk(a_store(), WORDS)
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", f"{'second' * 8},{'first' * 8}")

    tracker = asyncio.run(a_store().retrieve("sam"))

    assert tracker is not None
    assert len(tracker.events) > 1


def test_slots_are_sealed_too(file: Path) -> None:
    store = a_store()
    tracker = DialogueStateTracker("sam", [])
    tracker.update(SlotSet("wish", "a zebra"))
    asyncio.run(store.save(tracker))

    assert b"zebra" not in file.read_bytes()
