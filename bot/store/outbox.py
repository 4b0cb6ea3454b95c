"""Notices that leave with their transaction and are delivered by the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.deleting import delete
from bot.store.rows import Rows, later_than

# After so many failures a notice is dead and the board says so: a human must look.
MAX_ATTEMPTS = 12


@dataclass(frozen=True)
class Notice:
    seq: int
    topic: str
    prison_id: str
    ref: str
    facts: Mapping[str, str]
    created_at: datetime
    attempts: int


class OutboxRows(Rows):
    def put(self, topic: str, prison_id: str, ref: str, now: datetime, facts: Mapping[str, str]) -> None:
        values: dict[str, Any] = {
            "topic": topic,
            "prison_id": prison_id,
            "ref": ref,
            "facts": dict(facts),
            "created_at": now,
            "next_at": now,
            "attempts": 0,
        }
        self.insert(t.outbox, values)

    def has_due(self, prison_id: str, now: datetime) -> bool:
        """A look without a lock."""
        mine = (t.outbox.c.prison_id == prison_id) & (t.outbox.c.next_at <= now)
        return self.one(sa.select(t.outbox.c.seq).where(mine).limit(1)) is not None

    def claim(
        self, now: datetime, lease: timedelta, limit: int = 50, *, prison_id: str = ""
    ) -> Sequence[Notice]:
        """Undelivered notices, oldest first, leased: if the worker dies they come round again.

        Without `prison_id` those of every prison.
        """
        due = sa.select(t.outbox).where(t.outbox.c.next_at <= now).order_by(t.outbox.c.seq).limit(limit)
        if prison_id:
            due = due.where(t.outbox.c.prison_id == prison_id)
        rows = self.all(due.with_for_update(key_share=True, skip_locked=True))
        if rows:
            mine = t.outbox.c.seq.in_([row["seq"] for row in rows])
            leased = sa.update(t.outbox).where(mine).values(next_at=now + lease)
            self.session.execute(leased.values(attempts=t.outbox.c.attempts + 1))
        return [_notice(row) for row in rows]

    def delivered(self, seq: int, now: datetime) -> None:
        self._set(seq, delivered_at=now, next_at=None)

    def failed(self, notice: Notice, now: datetime) -> bool:
        """Tries again later, each time after a longer pause. Returns True when it was given up."""
        attempts = notice.attempts + 1
        dead = attempts >= MAX_ATTEMPTS
        ends: dict[str, Any] = {"next_at": now + timedelta(seconds=min(2**attempts, 300))}
        if dead:
            ends = {"dead_at": now, "next_at": None}
        # Not what another worker has delivered since, after the lease of this one had run out.
        still_open = (t.outbox.c.seq == notice.seq) & t.outbox.c.delivered_at.is_(None)
        self.session.execute(sa.update(t.outbox).where(still_open).values(ends))
        return dead

    def set_right(self, prison_id: str, now: datetime, latest: Sequence[datetime]) -> int:
        """What waits for later than `latest`, by the tries it has had, is due at once. Returns how many."""
        box = t.outbox.c
        ahead = (box.prison_id == prison_id) & later_than(box.next_at, box.attempts, latest)
        changed = self.session.execute(sa.update(t.outbox).where(ahead).values(next_at=now))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def forget(self, before: datetime) -> int:
        """Deletes what was delivered before this time; what is dead stays until a human has seen to it."""
        return delete(self.session, t.outbox, t.outbox.c.delivered_at < before)

    def count_dead(self, prison_id: str) -> int:
        dead = (t.outbox.c.prison_id == prison_id) & t.outbox.c.dead_at.is_not(None)
        return self.session.scalar(sa.select(sa.func.count()).select_from(t.outbox).where(dead)) or 0

    def pulse(self, now: datetime) -> str:
        """Changes whenever anything happened in the last minute: what a live board watches.

        The count is there because on PostgreSQL a lower number can be committed after a higher one.
        """
        recent = t.outbox.c.created_at > now - timedelta(minutes=1)
        counted = sa.select(sa.func.max(t.outbox.c.seq), sa.func.count()).where(recent)
        highest, count = self.session.execute(counted).one()
        return f"{highest or 0}.{count}"

    def _set(self, seq: int, **values: Any) -> None:
        self.session.execute(sa.update(t.outbox).where(t.outbox.c.seq == seq).values(values))


def _notice(row: dict[str, Any]) -> Notice:
    names = ("seq", "topic", "prison_id", "ref", "facts", "created_at", "attempts")
    return Notice(**{name: row[name] for name in names})
