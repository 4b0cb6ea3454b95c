"""What Rasa keeps of conversations goes after its days, and none that is held."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from bot.store.tracker_file import forget_events
from tests.support.builders import NOW

OLD, NEW = NOW - timedelta(days=3), NOW - timedelta(hours=1)
_BEFORE = NOW - timedelta(days=2)


def a_file(folder: Path, *events: tuple[str, float]) -> Path:
    path = folder / "tracker.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, timestamp REAL, data TEXT)"
        )
        rows = [(sender, at, f"zebra of {sender}" * 20) for sender, at in events]
        connection.executemany("INSERT INTO events (sender_id, timestamp, data) VALUES (?, ?, ?)", rows)
    return path


def left(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("SELECT sender_id FROM events ORDER BY id")]


def test_old_events_go_and_are_overwritten(tmp_path: Path) -> None:
    path = a_file(tmp_path, ("sam", OLD.timestamp()), ("ali", NEW.timestamp()))

    assert forget_events(path, _BEFORE, ()) == 1

    assert left(path) == ["ali"]
    assert b"zebra of sam" not in path.read_bytes()


def test_conversations_of_people_under_a_hold_stay(tmp_path: Path) -> None:
    path = a_file(tmp_path, ("sam", OLD.timestamp()), ("ali", OLD.timestamp()))

    assert forget_events(path, _BEFORE, {"sam"}) == 1

    assert left(path) == ["sam"]


def test_no_more_go_at_once_than_asked(tmp_path: Path) -> None:
    path = a_file(tmp_path, *[("sam", OLD.timestamp())] * 5)

    assert [forget_events(path, _BEFORE, (), limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_while_the_engine_writes_nothing_is_waited_for(tmp_path: Path) -> None:
    path = a_file(tmp_path, ("sam", OLD.timestamp()))
    writing = sqlite3.connect(path)
    writing.execute("BEGIN IMMEDIATE")

    assert forget_events(path, _BEFORE, ()) == 0

    writing.close()
    assert forget_events(path, _BEFORE, ()) == 1


def test_without_a_file_nothing_is_made(tmp_path: Path) -> None:
    assert forget_events(tmp_path / "tracker.db", _BEFORE, ()) == 0
    assert not (tmp_path / "tracker.db").exists()
