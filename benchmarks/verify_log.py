"""How long `signpost verify-log` takes over many entries, and in how much memory.

    python -m benchmarks.verify_log 1000000 /tmp/log.db

Fills a new SQLite file with rows in bulk, such as the product writes them, and then runs the command's own
check over them. Of each five entries two hold words.
"""

import argparse
import resource
import sqlite3
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.people import WHEN, WORDS, add_record, an_entry
from bot.log_checking import check_logs
from bot.people.model import ActorKind
from bot.safety.record import GENESIS, Entry, EntryKind, commitment, digest
from bot.signing import Signer
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.sealed import Sealer
from bot.store.words import entry_row, seal_salted

_SEALER: Final = Sealer.of("b" * 32)
_SIGNER: Final = Signer("b" * 32)
_BATCH: Final = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", type=int)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    database = Database(f"sqlite:///{given.file}", _SEALER)
    upgrade(database.engine)
    _fill(database, given.file, given.entries)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, used = time.perf_counter(), time.process_time()
    checked = check_logs(database, {_SIGNER.key_id: _SIGNER.public_key}, gap=timedelta(days=3))
    took, used = time.perf_counter() - began, time.process_time() - used
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (safety, _) = checked.reports
    said = (
        f"{safety.entries} entries, {safety.words_checked} words: {took:.1f} s, {used:.1f} s of the processor"
    )
    sys.stdout.write(f"{said}\nmemory: {before // 1024} MB before, {after // 1024} MB at its peak\n")
    assert not checked.broken, checked.broken


def _fill(database: Database, file: Path, count: int) -> None:
    with database.writing() as work:
        record = add_record(work)
    pattern = an_entry(record)
    kinds = (EntryKind.NOTICED, EntryKind.ACKNOWLEDGED, EntryKind.GOING, EntryKind.CHECKED, EntryKind.ASKED)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        previous, rows, words = GENESIS, [], []
        for number in range(count):
            entry = _entry(record.id, pattern, kinds[number % 5], number, previous)
            previous = entry.hash
            rows.append({**entry_row(entry), "at": entry.at.strftime("%Y-%m-%d %H:%M:%S.%f")})
            words += [(entry.id, *pair) for pair in _sealed(entry)]
            if len(rows) == _BATCH or number == count - 1:
                _write(connection, rows, words)
                rows, words = [], []
        connection.execute("UPDATE chain_head SET hash = ?", (previous,))
    connection.close()


def _entry(record_id: str, pattern: Entry, kind: EntryKind, number: int, previous: str) -> Entry:
    said = {EntryKind.NOTICED: {"text": WORDS}, EntryKind.CHECKED: {"response": "Nodded, and is tired"}}
    words = said.get(kind, {})
    salts = dict.fromkeys(words, b"0" * 32)
    entry = Entry(
        uuid.uuid4().hex,
        record_id,
        kind,
        WHEN + timedelta(seconds=30 * number),
        ActorKind.SYSTEM,
        "",
        pattern.body if kind is EntryKind.NOTICED else {},
        previous,
        commitments={name: commitment(salts[name], text) for name, text in words.items()},
        words=words,
        salts=salts,
    )
    return replace(entry, hash=digest(entry))


def _sealed(entry: Entry) -> Iterator[tuple[str, str]]:
    for name, text in entry.words.items():
        yield name, seal_salted(_SEALER, entry.salts[name], text)


def _write(
    connection: sqlite3.Connection, rows: Sequence[Mapping[str, Any]], words: Sequence[Sequence[str]]
) -> None:
    columns = list(rows[0])
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO safety_entry ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    connection.executemany(statement, [tuple(row.values()) for row in rows])
    connection.executemany("INSERT INTO safety_words (entry_id, name, sealed) VALUES (?, ?, ?)", words)
    connection.commit()


if __name__ == "__main__":
    main()
