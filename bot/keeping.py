"""Lets go of what is past its time, by the limits of the prison: a little each time the worker comes by."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot.bootstrap import Product
from bot.retention import DataKind
from bot.store.retention import OLD, Old
from bot.store.tracker_file import forget_events

log = structlog.get_logger()

# For so long a round may take before alerts come first again; and so long it rests when nothing is left.
_PATIENCE: Final = timedelta(milliseconds=100)
_REST: Final = timedelta(minutes=10)
TRACKER: Final = "tracker.db"


class Keeper:
    """One for a worker. Several may run: rows are deleted by their keys, and each counts what it deleted."""

    def __init__(self, product: Product, patience: timedelta = _PATIENCE) -> None:
        self._product = product
        self._patience = patience.total_seconds()
        self._next: datetime | None = None
        self._left: Iterator[int] | None = None

    def round(self) -> int:
        """How many rows went. Where there is more, the next call goes on with it."""
        now = self._product.now()
        # A time to rest that lies far ahead is of a clock that was put back.
        if self._left is None and self._next is not None and now < self._next <= now + _REST:
            return 0
        self._left = self._left or self._steps(now)
        until, gone = time.monotonic() + self._patience, 0
        try:
            for count in self._left:
                gone += count
                if time.monotonic() >= until:
                    return gone
        except Exception:
            self._left = None
            raise
        self._left, self._next = None, now + _REST
        return gone

    def _steps(self, now: datetime) -> Iterator[int]:
        """Yields after each transaction."""
        for kind, tables in OLD.items():
            before = now - self._product.prison.retention[kind]
            for old in tables:
                yield from self._empty(kind, old, before, now)
        yield self._removed(now)
        yield self._helper_days(now)
        yield from self._people_left(now)
        yield from self._conversations(now)

    def _empty(self, kind: DataKind, old: Old, before: datetime, now: datetime) -> Iterator[int]:
        database, prison_id = self._product.database, self._product.prison.id
        while True:
            with database.reading() as work:
                found = work.retention.find(old, prison_id, before)
            if not found.keys or found.upto is None:
                return
            with database.writing() as work:
                count = work.retention.take(old, found, prison_id, before, self._day(before))
                if count:
                    ref = proof_of(count, self._day(found.upto))
                    work.audit.put(prison_id, "", f"deleted_{kind.value}", ref, now)
            log.info("data.deleted", kind=kind.value, count=count)
            yield count
            if not count:
                # A hold was placed meanwhile, or another worker was faster: the next round looks again.
                return

    def _removed(self, now: datetime) -> int:
        prison_id = self._product.prison.id
        with self._product.database.writing() as work:
            hidden = work.marked_days.drop_hidden(prison_id, self._day(now), self._product.prison.zone)
            removed = work.retention.removed(prison_id)
            for what, count in (("hidden", hidden), ("removed", removed)):
                if count:
                    work.audit.put(prison_id, "", f"deleted_{what}", proof_of(count, self._day(now)), now)
        return hidden + removed

    def _helper_days(self, now: datetime) -> int:
        """Not before the requests they are counted from: a day that is counted anew would bring them back."""
        retention, prison_id = self._product.prison.retention, self._product.prison.id
        before = self._day(now - max(retention[DataKind.HELPING], retention[DataKind.REQUESTS]))
        with self._product.database.writing() as work:
            count = work.retention.helper_days(prison_id, before)
            if count:
                ref = proof_of(count, before)
                work.audit.put(prison_id, "", f"deleted_{DataKind.HELPING.value}", ref, now)
        return count

    def _people_left(self, now: datetime) -> Iterator[int]:
        prison_id, kind = self._product.prison.id, DataKind.PEOPLE_LEFT
        before = now - self._product.prison.retention[kind]
        with self._product.database.writing() as work:
            work.retention.note_who_left(prison_id, now)
        with self._product.database.reading() as work:
            gone = work.retention.left_long_ago(prison_id, before)
        for person_id in gone:
            with self._product.database.writing() as work:
                count = work.retention.clear_person(person_id, now)
                if count:
                    ref = proof_of(count, self._day(before))
                    work.audit.put(prison_id, "", f"deleted_{kind.value}", ref, now)
            yield count

    def _conversations(self, now: datetime) -> Iterator[int]:
        """Those of the dialogue engine, which it keeps for itself."""
        prison_id, kind = self._product.prison.id, DataKind.ENGINE
        before = now - self._product.prison.retention[kind]
        path = self._product.settings.var_dir / TRACKER
        while True:
            with self._product.database.reading() as work:
                kept = work.holds.held_people()
            count = forget_events(path, before, kept)
            if not count:
                return
            with self._product.database.writing() as work:
                ref = proof_of(count, self._day(before))
                work.audit.put(prison_id, "", f"deleted_{kind.value}", ref, now)
            yield count

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._product.prison.zone).date()


def proof_of(count: int, upto: date) -> str:
    """What the audit says of a deletion: how many, and up to which day. No names, no ids."""
    return f"{count} up to {upto.isoformat()}"
