"""Brings all that is sealed under the newest key, in small batches and while the product runs.

The same pass seals what was stored before words were sealed, and turns what was made of words into marks.
A row that somebody changes meanwhile is left to them: what they write is under the newest key already.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.sealed import CannotOpen, Sealer, looks_sealed
from bot.store.tables import metadata
from bot.store.types import Marked, SealedBefore, SealedJson, SealedText

# So few that nobody who writes waits for them longer than a blink.
BATCH: Final = 50
# After each it rests for so long, and for so many times as long as it held the lock: who waits for SQLite's
# lock only looks now and then, and must find it free.
_PAUSE: Final = 0.02
_REST: Final = 4


@dataclass(frozen=True)
class Counts:
    """Of one table's rows. `unopened` ones are under a key that is no longer in the settings."""

    name: str
    seen: int = 0
    sealed_first: int = 0
    sealed_again: int = 0
    unopened: int = 0


@dataclass(frozen=True)
class _Made:
    """What takes the place of a stored value, and what was done to it."""

    value: Any
    first: bool = False
    again: bool = False
    unopened: bool = False


def sealed_columns(table: sa.Table) -> list["sa.Column[Any]"]:
    kinds = (SealedText, SealedJson, SealedBefore, Marked)
    return [column for column in table.columns if isinstance(column.type, kinds)]


def sealed_tables() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if sealed_columns(table)]


def seal_again(
    database: Database, *, anew: bool = True, pause: Callable[[float], None] = time.sleep
) -> Iterator[Counts]:
    """The counts of each table, when it is done. Stopped and started again, it goes on where it was.

    `anew` looks at everything once more, also where it was done under this key; without it, only at what was
    not.
    """
    for table in sealed_tables():
        counts = Counts(table.name)
        with database.reading() as work:
            after = work.sealing.after(table.name, database.sealer().key_mark, anew=anew)
        while after is not None:
            seen, after, held = _batch(database, table, after)
            counts = _sum(counts, seen)
            pause(max(_PAUSE, _REST * held))
        yield counts
    database.empty_log()


def not_opened(database: Database) -> str:
    """The name of a table whose latest seal no key of the settings opens; empty where all do.

    For a start: with wrong keys the product would seal under them, and show nobody what was written before.
    """
    sealer = database.sealer()
    with database.reading() as work:
        for table in sealed_tables():
            raw = _raw(table)
            newest = sa.select(raw).order_by(*(raw.c[key.name].desc() for key in table.primary_key)).limit(1)
            row = work.session.execute(newest).mappings().first()
            if row is None:
                continue
            columns = [c for c in sealed_columns(table) if not isinstance(c.type, (Marked, SealedBefore))]
            if any(_made(sealer, column.type, row[column.name]).unopened for column in columns):
                return table.name
    return ""


def _batch(database: Database, table: sa.Table, after: list[Any]) -> tuple[Counts, list[Any] | None, float]:
    """Opened and sealed before the lock is taken, so that it is held for the writing only; how long that was,
    in seconds, is the last."""
    sealer, raw = database.sealer(), _raw(table)
    keys = [raw.c[column.name] for column in table.primary_key]
    wanted = sa.select(*keys, *(raw.c[column.name] for column in sealed_columns(table))).order_by(*keys)
    if after:
        wanted = wanted.where(sa.tuple_(*keys) > sa.tuple_(*(sa.literal(value) for value in after)))
    with database.reading() as work:
        rows = [dict(row) for row in work.session.execute(wanted.limit(BATCH)).mappings()]
    counts, changes = Counts(table.name, seen=len(rows)), []
    for row in rows:
        made = {c.name: _made(sealer, c.type, row[c.name]) for c in sealed_columns(table)}
        counts = replace(
            counts,
            sealed_first=counts.sealed_first + any(each.first for each in made.values()),
            sealed_again=counts.sealed_again + any(each.again for each in made.values()),
            unopened=counts.unopened + any(each.unopened for each in made.values()),
        )
        new = {name: each.value for name, each in made.items() if each.first or each.again}
        if new:
            changes.append((row, new))
    last = [rows[-1][key.name] for key in keys] if rows else after
    done = len(rows) < BATCH
    with database.writing() as work:
        began = time.monotonic()
        for row, new in changes:
            _write(work.session, sealer, table, raw, row, new)
        work.sealing.note(table.name, sealer.key_mark, last, done=done)
    return counts, None if done else last, time.monotonic() - began


def _made(sealer: Sealer, kind: Any, stored: Any) -> _Made:
    if not stored:
        return _Made(stored)
    if isinstance(kind, Marked):
        bare = kind.is_bare(stored)
        return _Made(sealer.mark(kind.purpose, stored), first=True) if bare else _Made(stored)
    if not isinstance(stored, str):
        return _Made(sealer.seal(json.dumps(stored, ensure_ascii=False)), first=True)
    return _sealed(sealer, stored, ours=not isinstance(kind, SealedBefore))


def _sealed(sealer: Sealer, stored: str, *, ours: bool) -> _Made:
    if sealer.is_newest(stored):
        return _Made(stored)
    try:
        return _Made(sealer.seal_anew(stored), again=True)
    except (CannotOpen, UnicodeEncodeError):
        # What looks sealed may be under a lost key, and what comes here sealed is not for us to seal.
        if looks_sealed(stored) or not ours:
            return _Made(stored, unopened=True)
    return _Made(sealer.seal(stored), first=True)


def _write(
    session: Session, sealer: Sealer, table: sa.Table, raw: sa.Table, row: dict[str, Any], new: dict[str, Any]
) -> None:
    mine = sa.and_(*(raw.c[key.name] == row[key.name] for key in table.primary_key))
    for column in sealed_columns(table):
        # Only over what was read. JSON cannot be compared, and such rows are never changed by anybody.
        if column.name in new and not isinstance(column.type, SealedJson):
            mine &= raw.c[column.name] == row[column.name]
    if not any(isinstance(column.type, Marked) for column in table.columns if column.name in new):
        session.execute(sa.update(raw).where(mine).values(new))
        return
    try:
        with session.begin_nested():
            session.execute(sa.update(raw).where(mine).values(new))
    except IntegrityError:
        # The same words came again since: their row has the mark, and this one gets one of its own.
        apart = "\n".join(map(str, (table.name, *(row[key.name] for key in table.primary_key))))
        own = {
            column.name: sealer.mark(column.type.purpose, f"{row[column.name]}\n{apart}")
            for column in sealed_columns(table)
            if column.name in new and isinstance(column.type, Marked)
        }
        session.execute(sa.update(raw).where(mine).values({**new, **own}))


def _raw(table: sa.Table) -> sa.Table:
    """The same table without the types that seal and open."""
    plain = sa.MetaData()
    columns = [*table.primary_key, *sealed_columns(table)]
    return sa.Table(table.name, plain, *(sa.Column(column.name, _raw_type(column)) for column in columns))


def _raw_type(column: "sa.Column[Any]") -> Any:
    kind = column.type
    return kind.impl if isinstance(kind, sa.types.TypeDecorator) else kind


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(
        one.name,
        one.seen + other.seen,
        one.sealed_first + other.sealed_first,
        one.sealed_again + other.sealed_again,
        one.unopened + other.unopened,
    )
