"""A database such as the product's, on the same disk, and a plain table in it that the driver writes to."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.sealed import Sealer

PLAIN: Final = "plain INSERT"


class Plain:
    """A table with one column of text. Each row is a transaction, as safe as the product's are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.execute("CREATE TABLE plain (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def insert(self, body: str) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO plain (body) VALUES (?)", (body,))
        self.connection.execute("COMMIT")


@contextmanager
def opened_store(bench: Bench, name: str) -> Iterator[tuple[Database, Plain]]:
    """Both write to the same file."""
    path = bench.folder / f"{name}.db"
    database = Database(f"sqlite:///{path}", Sealer.of("b" * 32))
    try:
        upgrade(database.engine)
        with closing(_beside(database, path)) as connection:
            yield database, Plain(connection)
    finally:
        database.close()


def settings_of(connection: sqlite3.Connection) -> tuple[str, int]:
    """How it writes: the journal's mode, and what is waited for before a commit is one."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    return str(mode), int(synchronous)


def _beside(database: Database, path: Path) -> sqlite3.Connection:
    """A connection of the driver alone, set as the product sets its own."""
    with database.session() as session:
        ours = session.connection().connection.driver_connection
        assert isinstance(ours, sqlite3.Connection)
        mode, synchronous = settings_of(ours)
    connection = sqlite3.connect(path, timeout=15, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    return connection
