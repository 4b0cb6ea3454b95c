"""Opens a database: SQLite in WAL mode with full sync, or PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from bot.store.hints import take_hints
from bot.store.sealed import NoKeys, Sealer
from bot.store.types import give_sealer
from bot.store.unit_of_work import UnitOfWork

# How long a writer waits for another one before it gives up.
_PATIENCE = timedelta(seconds=15)


class Database:
    """Hands out units of work. `writing` commits when its block ends well and else rolls back."""

    def __init__(self, url: str, sealer: Sealer | Callable[[], Sealer] | None = None) -> None:
        """`sealer`, or what makes it when it is needed first, seals words and opens them. Without one, words
        cannot be written, and those that stand there cannot be read."""
        self.engine = _engine(url)
        self._sealer = sealer
        give_sealer(self.engine.dialect, self.sealer)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        # SQLite has one writer at a time, and lets those who wait for it poll: under load some polled in vain
        # until they gave up. So the threads of a process queue here, and only the first of them polls.
        self._turn = threading.Lock() if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Raises TimeoutError, or the driver's OperationalError, when others write for too long."""
        with self._own_turn(), self._sessions() as session, session.begin():
            # SQLite: the write lock is taken at the start. A read that turns into a write later fails at
            # once when somebody else wrote in between, and no waiting helps.
            session.connection(execution_options={"writes": True})
            work = UnitOfWork(session, self.sealer)
            yield work
            work.finish()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Nothing done in this block is kept."""
        with self._sessions() as session:
            yield UnitOfWork(session, self.sealer)
            session.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """As `reading`, and all that is read is of one moment, however long it takes and whoever writes."""
        with self._sessions() as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield UnitOfWork(session, self.sealer)
            session.rollback()

    @property
    def has_keys(self) -> bool:
        return self._sealer is not None

    def sealer(self) -> Sealer:
        """Raises NoKeys."""
        if self._sealer is None:
            raise NoKeys("this database was opened without the keys of its words")
        if not isinstance(self._sealer, Sealer):
            self._sealer = self._sealer()
        return self._sealer

    def session(self) -> Session:
        return self._sessions()

    def empty_log(self) -> None:
        """SQLite: puts into the file what stands in the log beside it, where open words still are that were
        sealed since. Where somebody reads for long, that happens a little later by itself."""
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=_PATIENCE.total_seconds()):
            raise TimeoutError("other writers of this process took too long")
        try:
            yield
        finally:
            self._turn.release()


def _engine(url: str) -> sa.Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True)


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE.total_seconds()}, hide_parameters=True)

    take_hints(engine)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would begin transactions at moments of its own; ours begin below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # A power cut loses nothing that was committed.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is deleted, or sealed in place of open words, is overwritten where that costs no further page:
        # with ON thirty messages a second took seconds instead of a fifth of one to reach the board.
        cursor.execute("PRAGMA secure_delete=FAST")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
