"""Rows of notices on their way through the channels: claimed by one worker at a time, tried, over or dead."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.notices.delivery import DeadLetter, Delivery, Standing
from bot.notices.model import NotDelivered, Why
from bot.store.deleting import delete, delete_parts
from bot.store.delivery_tables import delivery as d
from bot.store.delivery_tables import delivery_attempt as attempt
from bot.store.rows import Rows, later_than
from bot.store.tables import safety_record

_GRAVEST = sa.case({"emergency": 0, "urgent": 1}, value=d.c.level, else_=2)
_UNNOTED = d.c.dead_at.is_not(None) & d.c.noted_at.is_(None)


class DeliveryRows(Rows):
    def add(self, values: Mapping[str, Any]) -> None:
        """`values` are a Delivery's fields but for those that begin empty."""
        begun: dict[str, Any] = {
            "attempts": 0,
            "spent": 0,
            "why": "",
            "code": 0,
            "again_by": "",
            "noted_by": "",
        }
        self.insert(d, begun | dict(values))

    def said_between(self, channel: str, ref: str, level: str, since: datetime, until: datetime) -> bool:
        """Whether this channel was, or is about to be, told of this record at this level: after `since`, and
        not of something from after `until`, which is of a clock that was ahead."""
        mine = (d.c.channel == channel) & (d.c.ref == ref) & (d.c.level == level)
        mine &= (d.c.happened_at > since) & (d.c.happened_at <= until)
        return self.one(sa.select(d.c.seq).where(mine).limit(1)) is not None

    def has_due(self, prison_id: str, channel: str, now: datetime) -> bool:
        """A look without a lock: on SQLite a claim would keep everybody else from writing."""
        return self.one(sa.select(d.c.seq).where(_due(prison_id, channel, now)).limit(1)) is not None

    def claim(self, prison_id: str, channel: str, now: datetime, lease: timedelta) -> Delivery | None:
        """The gravest that is due, then the oldest; leased, and this try written down before it begins.

        While the lease runs no other worker takes it. If this worker dies in the try, it comes round again,
        and the other side may then get it twice: at least once is the promise.
        """
        due = sa.select(d).where(_due(prison_id, channel, now)).order_by(_GRAVEST, d.c.seq).limit(1)
        row = self.one(due.with_for_update(key_share=True, skip_locked=True))
        if row is None:
            return None
        found = replace(_delivery(row), attempts=row["attempts"] + 1, next_at=now + lease)
        self._set(found.seq, attempts=found.attempts, next_at=found.next_at)
        began = {"delivery_seq": found.seq, "number": found.attempts, "began_at": now}
        self.insert(attempt, began | {"outcome": "", "code": 0, "took_ms": 0})
        return found

    def delivered(self, mine: Delivery, now: datetime, took: timedelta) -> None:
        # Also when the lease ran out meanwhile: who was told was told, and nobody needs to try again.
        self._over(mine, "delivered", 0, took)
        open_ = (d.c.seq == mine.seq) & d.c.noted_at.is_(None)
        done = {"delivered_at": now, "next_at": None, "dead_at": None, "why": "", "code": 0}
        self.session.execute(sa.update(d).where(open_).values(done))

    def failed(
        self, mine: Delivery, error: NotDelivered, now: datetime, took: timedelta, wait: timedelta | None
    ) -> bool:
        """Tries again after `wait`, never when that is None. False when another worker has it by now."""
        self._over(mine, error.why.value, error.code, took)
        still_mine = (d.c.seq == mine.seq) & (d.c.attempts == mine.attempts) & d.c.next_at.is_not(None)
        ends = {"next_at": None, "dead_at": now} if wait is None else {"next_at": now + wait}
        changed = sa.update(d).where(still_mine).values(why=error.why.value, code=error.code, **ends)
        return bool(self.session.execute(changed).rowcount)  # type: ignore[attr-defined]

    def set_right(self, prison_id: str, now: datetime, latest: Sequence[datetime]) -> int:
        """What waits for later than `latest`, by the tries it has had, is due at once. Returns how many."""
        ahead = (d.c.prison_id == prison_id) & later_than(d.c.next_at, d.c.attempts - d.c.spent, latest)
        changed = self.session.execute(sa.update(d).where(ahead).values(next_at=now))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def bury(
        self, prison_id: str, known: Collection[str], now: datetime, before: datetime
    ) -> Sequence[Delivery]:
        """What waits for a channel that is gone becomes a dead letter: it must not wait for ever."""
        lost = (d.c.prison_id == prison_id) & (d.c.next_at < before) & d.c.channel.not_in(known)
        rows = self.all(sa.select(d).where(lost).with_for_update(key_share=True, skip_locked=True))
        for row in rows:
            self._set(row["seq"], next_at=None, dead_at=now, why=Why.CHANNEL_GONE.value, code=0)
        return [_delivery(row) for row in rows]

    def get_for_change(self, delivery_id: str) -> Delivery | None:
        row = self.one(sa.select(d).where(d.c.id == delivery_id).with_for_update(key_share=True))
        return _delivery(row) if row else None

    def send_again(self, mine: Delivery, staff_id: str, now: datetime) -> None:
        self._set(mine.seq, next_at=now, dead_at=None, spent=mine.attempts, again_by=staff_id, again_at=now)

    def note(self, mine: Delivery, staff_id: str, now: datetime) -> None:
        self._set(mine.seq, noted_by=staff_id, noted_at=now)

    def count_dead(self, prison_id: str, wings: Sequence[str] = ()) -> int:
        mine = _of(prison_id, wings) & _UNNOTED
        counted = sa.select(sa.func.count()).select_from(_with_record()).where(mine)
        return self.session.scalar(counted) or 0

    def dead(
        self, prison_id: str, wings: Sequence[str] = (), *, level: str = "", limit: int = 100
    ) -> Sequence[DeadLetter]:
        """Given up and not yet taken note of: gravest first, then newest."""
        mine = _of(prison_id, wings) & _UNNOTED
        if level:
            mine &= d.c.level == level
        return self._letters(mine, (_GRAVEST, d.c.seq.desc()), limit)

    def settled(self, prison_id: str, wings: Sequence[str] = (), limit: int = 30) -> Sequence[DeadLetter]:
        """What staff took note of or sent again, newest first."""
        mine = _of(prison_id, wings) & ~_UNNOTED & (d.c.noted_at.is_not(None) | d.c.again_at.is_not(None))
        return self._letters(mine, (d.c.seq.desc(),), limit)

    def standings(self, prison_id: str) -> Sequence[Standing]:
        waiting = sa.func.sum(sa.case((d.c.next_at.is_not(None), 1), else_=0)).label("waiting")
        latest = sa.func.max(d.c.delivered_at).label("latest")
        rows = self.all(
            sa.select(d.c.channel, waiting, sa.type_coerce(latest, d.c.delivered_at.type).label("latest"))
            .where(d.c.prison_id == prison_id)
            .group_by(d.c.channel)
            .order_by(d.c.channel)
        )
        return [Standing(row["channel"], int(row["waiting"]), row["latest"]) for row in rows]

    def forget(self, before: datetime) -> int:
        """What is over goes after its time; a dead letter stays until a human has taken note of it."""
        over = (d.c.delivered_at < before) | (d.c.noted_at < before)
        delete_parts(self.session, attempt, d, attempt.c.delivery_seq, over)
        return delete(self.session, d, over)

    def _letters(self, mine: Any, order: tuple[Any, ...], limit: int) -> list[DeadLetter]:
        columns = (d, safety_record.c.wing, safety_record.c.cell)
        found = sa.select(*columns).select_from(_with_record()).where(mine).order_by(*order).limit(limit)
        letters = []
        for row in self.all(found):
            wing, cell = row.pop("wing") or "", row.pop("cell") or ""
            letters.append(DeadLetter(_delivery(row), wing, cell))
        return letters

    def _over(self, mine: Delivery, outcome: str, code: int, took: timedelta) -> None:
        this = (attempt.c.delivery_seq == mine.seq) & (attempt.c.number == mine.attempts)
        values = {"outcome": outcome, "code": code, "took_ms": int(took.total_seconds() * 1000)}
        self.session.execute(sa.update(attempt).where(this).values(values))

    def _set(self, seq: int, **values: Any) -> None:
        self.session.execute(sa.update(d).where(d.c.seq == seq).values(values))


def _due(prison_id: str, channel: str, now: datetime) -> "sa.ColumnElement[bool]":
    return (d.c.prison_id == prison_id) & (d.c.channel == channel) & (d.c.next_at <= now)


def _with_record() -> "sa.Join":
    return d.outerjoin(safety_record, safety_record.c.id == d.c.ref)


def _of(prison_id: str, wings: Sequence[str]) -> "sa.ColumnElement[bool]":
    """An account with wings sees theirs, and what belongs to no record."""
    mine: sa.ColumnElement[bool] = d.c.prison_id == prison_id
    if wings:
        mine &= safety_record.c.wing.is_(None) | safety_record.c.wing.in_(wings)
    return mine


def _delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(**row)
