"""Second steps, half sign-ins, counted tries, ways to a provider and emergency access."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.lock_model import Emergency, HalfSignIn, Lock, Stage, Start, Tries
from bot.store import lock_tables as t
from bot.store.deleting import delete_anyway
from bot.store.rows import Rows, to_row


class LockRows(Rows):
    def get(self, staff_id: str) -> Lock:
        """Locked, so that a code cannot be used twice at once. An account without a row has the plain one."""
        mine = sa.select(t.staff_lock).where(t.staff_lock.c.staff_id == staff_id)
        return _lock(self.one(mine.with_for_update(key_share=True)), staff_id)

    def look(self, staff_id: str) -> Lock:
        return _lock(self.one(sa.select(t.staff_lock).where(t.staff_lock.c.staff_id == staff_id)), staff_id)

    def all_of(self, staff_ids: Sequence[str]) -> dict[str, Lock]:
        rows = self.all(sa.select(t.staff_lock).where(t.staff_lock.c.staff_id.in_(staff_ids)))
        return {row["staff_id"]: _lock(row, row["staff_id"]) for row in rows}

    def of_subject(self, issuer: str, subject: str) -> Lock | None:
        mine = (t.staff_lock.c.issuer == issuer) & (t.staff_lock.c.subject == subject)
        row = self.one(sa.select(t.staff_lock).where(mine & (t.staff_lock.c.subject != "")))
        return _lock(row, row["staff_id"]) if row else None

    def put(self, lock: Lock) -> None:
        mine, values = t.staff_lock.c.staff_id == lock.staff_id, to_row(lock)
        if self.one(sa.select(t.staff_lock.c.staff_id).where(mine)) is None:
            self.insert(t.staff_lock, values)
        else:
            self.session.execute(sa.update(t.staff_lock).where(mine).values(values))


class HalfSignInRows(Rows):
    def add(self, half: HalfSignIn) -> None:
        self.insert(t.half_sign_in, to_row(half))

    def find(self, token_hash: str) -> HalfSignIn | None:
        """Locked: its tries are counted."""
        mine = sa.select(t.half_sign_in).where(t.half_sign_in.c.token_hash == token_hash)
        row = self.one(mine.with_for_update(key_share=True))
        return HalfSignIn(**row | {"stage": Stage(row["stage"])}) if row else None

    def save(self, half: HalfSignIn) -> None:
        self.change(t.half_sign_in, to_row(half))

    def end_all_of(self, staff_id: str, now: datetime) -> None:
        still_open = (t.half_sign_in.c.staff_id == staff_id) & t.half_sign_in.c.ended_at.is_(None)
        self.session.execute(sa.update(t.half_sign_in).where(still_open).values(ended_at=now))

    def forget(self, before: datetime) -> int:
        return delete_anyway(self.session, t.half_sign_in, t.half_sign_in.c.ends_at < before)


class TriesRows(Rows):
    def get(self, key: str) -> Tries | None:
        """Locked: the row is there before it is locked, so that two at once count as two."""
        new = self._insert(to_row(Tries(key)))
        self.session.execute(new.on_conflict_do_nothing(index_elements=["key"]))
        row = self.one(self._of(key).with_for_update(key_share=True))
        return Tries(**row) if row else None

    def look(self, key: str) -> Tries | None:
        row = self.one(self._of(key))
        return Tries(**row) if row else None

    def put(self, tries: Tries) -> None:
        values = to_row(tries)
        insert = self._insert(values)
        self.session.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))

    def forget(self, failed_before: datetime, good_before: datetime) -> int:
        tries = t.sign_in_tries.c
        old = tries.failed_at.is_(None) | (tries.failed_at < failed_before)
        stale = tries.good_at.is_(None) | (tries.good_at < good_before)
        return delete_anyway(self.session, t.sign_in_tries, old & stale)

    def _insert(self, values: dict[str, Any]) -> Any:
        dialect = self.session.get_bind().dialect.name
        return _INSERT[dialect](t.sign_in_tries).values(values)

    def _of(self, key: str) -> "sa.Select[Any]":
        return sa.select(t.sign_in_tries).where(t.sign_in_tries.c.key == key)


class StartRows(Rows):
    def add(self, start: Start) -> None:
        self.insert(t.provider_start, to_row(start))

    def take(self, state_hash: str) -> Start | None:
        """Gives it once: whoever deletes the row has it."""
        mine = t.provider_start.c.state_hash == state_hash
        row = self.one(sa.select(t.provider_start).where(mine).with_for_update())
        if row is None or delete_anyway(self.session, t.provider_start, mine) != 1:
            return None
        return Start(**row)

    def forget(self, before: datetime) -> int:
        return delete_anyway(self.session, t.provider_start, t.provider_start.c.ends_at < before)


class EmergencyRows(Rows):
    def add(self, emergency: Emergency) -> None:
        self.insert(t.emergency_access, to_row(emergency))

    def get(self, emergency_id: str) -> Emergency | None:
        """Locked: it is reviewed once."""
        mine = sa.select(t.emergency_access).where(t.emergency_access.c.id == emergency_id)
        row = self.one(mine.with_for_update(key_share=True))
        return _emergency(row) if row else None

    def save(self, emergency: Emergency) -> None:
        self.change(t.emergency_access, to_row(emergency))

    def of_staff(self, staff_id: str, now: datetime) -> Sequence[Emergency]:
        """Those that last."""
        one = t.emergency_access.c
        mine = (one.staff_id == staff_id) & one.ended_at.is_(None) & (one.ends_at > now)
        return [_emergency(row) for row in self.all(sa.select(t.emergency_access).where(mine))]

    def list_of(self, prison_id: str, limit: int = 200) -> Sequence[Emergency]:
        """The latest first."""
        one = t.emergency_access.c
        mine = sa.select(t.emergency_access).where(one.prison_id == prison_id)
        return [_emergency(row) for row in self.all(mine.order_by(one.began_at.desc()).limit(limit))]

    def count_open(self, prison_id: str, now: datetime) -> tuple[int, int]:
        """How many last now, and how many nobody has looked at."""
        one = t.emergency_access.c
        lasts = one.ended_at.is_(None) & (one.ends_at > now)
        counted = sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((lasts, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((one.reviewed_at.is_(None), 1), else_=0)), 0),
        ).where(one.prison_id == prison_id)
        last, waiting = self.session.execute(counted).one()
        return int(last), int(waiting)


def _lock(row: dict[str, Any] | None, staff_id: str) -> Lock:
    return Lock(**row | {"recovery": tuple(row["recovery"])}) if row else Lock(staff_id)


def _emergency(row: dict[str, Any]) -> Emergency:
    return Emergency(**row | {"roles": tuple(row["roles"])})


def _insert_sqlite(table: sa.Table) -> Any:
    from sqlalchemy.dialects.sqlite import insert

    return insert(table)


def _insert_postgresql(table: sa.Table) -> Any:
    from sqlalchemy.dialects.postgresql import insert

    return insert(table)


_INSERT = {"sqlite": _insert_sqlite, "postgresql": _insert_postgresql}
