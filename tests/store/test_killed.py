"""A process that is killed in the middle of its commits loses nothing that was committed."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.log_checking import check_logs
from bot.people.model import Person
from bot.safety.model import Level
from bot.safety.record import ChainBroken, SafetyRecord
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import CELL, NOW, PRISON
from tests.support.chain import head, verify, walk
from tests.support.filling import fill_every_table

_WRITER = Path(__file__).with_name("writer.py")
_WRITERS = 2
_LINES = 40


def _killed_while_writing(url: str) -> list[str]:
    """The ids that the writers said were committed, before each was killed outright."""
    command = [sys.executable, str(_WRITER), url]
    writers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(_WRITERS)
    ]
    said: list[str] = []
    for writer in writers:
        assert writer.stdout is not None
        said += [writer.stdout.readline().strip() for _ in range(_LINES)]
    for writer in writers:
        writer.kill()
        said += writer.communicate()[0].split("\n")[:-1]
    return said


def test_a_killed_process_loses_nothing_that_it_committed(database: Database, url: str, sam: Person) -> None:
    with database.writing() as work:
        work.safety.add_record(
            SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW)
        )

    said = _killed_while_writing(url)

    with database.reading() as work:
        stored = [entry.id for entry in walk(work)]
        length = verify(walk(work), head(work))
        noticed = work.session.scalar(sa.text("SELECT count(*) FROM outbox"))
    assert len(said) >= _WRITERS * _LINES
    assert set(said) <= set(stored)
    # Nothing is half there: each entry has its notice, and the head is the last entry's.
    assert noticed == length == len(stored)
    checked = check_logs(database, {})
    assert checked.broken == []
    assert [(each.entries, each.words_checked) for each in checked.reports] == [(length, length)] * 2
    with database.writing() as work:
        work.outbox.put("alert", PRISON, "the database still takes writes", NOW, {})


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_writes_ahead_waits_for_the_disk_and_minds_foreign_keys(database: Database) -> None:
    with database.writing() as work:
        found = {
            name: work.session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as writing, database.reading() as reading:
        writing.outbox.put("alert", PRISON, "ref", NOW, {})

        assert reading.outbox.pulse(NOW) == "0.0"


def test_a_database_in_a_folder_that_is_not_there_makes_the_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/er/signpost.db")

    upgrade(database.engine)
    database.close()

    assert (tmp_path / "deep" / "er" / "signpost.db").exists()


def _verify_log(url: str) -> "subprocess.CompletedProcess[str]":
    program = "import sys; sys.argv = ['signpost', 'verify-log']; from bot.cli import main; main()"
    secrets = {"SIGNPOST_SEAL_KEYS": "s" * 32, "SIGNPOST_LOG_KEY": "l" * 32}
    environment = {"SIGNPOST_DATABASE_URL": url, "PATH": "/usr/bin:/bin", **secrets}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_says_that_the_log_holds_and_where_it_does_not(
    database: Database, url: str, backend: str
) -> None:
    fill_every_table(database)
    whole = _verify_log(url)
    with database.writing() as work:
        for statement in _way_around_the_guard(backend):
            work.session.execute(sa.text(statement))
    with pytest.raises(ChainBroken), database.reading() as work:
        verify(walk(work), head(work))

    changed = _verify_log(url)

    assert (whole.returncode, "3 entries" in whole.stdout) == (0, True)
    assert changed.returncode == 1
    assert "entry 3" in changed.stderr
    assert "Traceback" not in changed.stderr


def _way_around_the_guard(backend: str) -> list[str]:
    """What somebody with the keys to the database could do."""
    guard = (
        "DROP TRIGGER safety_entry_no_update"
        if backend == "sqlite"
        else "DROP TRIGGER safety_entry_no_change ON safety_entry"
    )
    return [guard, "UPDATE safety_entry SET actor_id = 'somebody else' WHERE kind = 'acknowledged'"]
