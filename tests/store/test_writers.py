"""Who writes SQLite waits in this process for his turn, and is told when it does not come."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import database as module
from bot.store.database import Database
from tests.support.builders import SEALER


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Database:
    """A database whose writers wait for a fifth of a second only."""
    monkeypatch.setattr(module, "_PATIENCE", timedelta(seconds=0.2))
    return Database(f"sqlite:///{sqlite_template}", SEALER)


def test_who_waits_too_long_for_a_writer_of_his_process_is_told(patient: Database) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with patient.writing():
            inside.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    try:
        with pytest.raises(TimeoutError), patient.writing():
            pass
    finally:
        leave.set()
        holder.join()
    with patient.writing():
        pass
    patient.close()


def test_a_writer_that_fails_gives_its_turn_back(patient: Database) -> None:
    with pytest.raises(ZeroDivisionError), patient.writing():
        raise ZeroDivisionError
    with patient.writing():
        pass
    patient.close()
