"""Staff accounts and sessions, and supporters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import PeerRole, Staff, StaffRole, StaffSession, Supporter
from bot.store import tables as t
from bot.store.rows import Rows, to_row

# Tries are counted elsewhere, for every name. The columns stay for a version that still runs.
_UNUSED = ("failed_sign_ins", "wait_until")
_LOCKED = (
    sa.select(t.supporter)
    .where(t.supporter.c.person_id == sa.bindparam("of"))
    .with_for_update(key_share=True)
)


class StaffRows(Rows):
    def find_by_username(self, prison_id: str, username: str) -> Staff | None:
        mine = (t.staff.c.prison_id == prison_id) & (t.staff.c.username == username)
        return _staff(self.one(sa.select(t.staff).where(mine).with_for_update(key_share=True)))

    def get(self, staff_id: str) -> Staff | None:
        return _staff(self.one(sa.select(t.staff).where(t.staff.c.id == staff_id)))

    def names(self, prison_id: str) -> dict[str, str]:
        """Display names by id, for timelines that staff read."""
        rows = self.all(sa.select(t.staff.c.id, t.staff.c.name).where(t.staff.c.prison_id == prison_id))
        return {row["id"]: row["name"] for row in rows}

    def list_of(self, prison_id: str) -> Sequence[Staff]:
        """Every account, by name."""
        mine = sa.select(t.staff).where(t.staff.c.prison_id == prison_id).order_by(t.staff.c.username)
        return [found for found in map(_staff, self.all(mine)) if found is not None]

    def lock_all(self, prison_id: str) -> Sequence[Staff]:
        """Every account, locked in one order: who administrates is decided for one at a time."""
        mine = sa.select(t.staff).where(t.staff.c.prison_id == prison_id).order_by(t.staff.c.id)
        rows = self.all(mine.with_for_update(key_share=True))
        return [found for found in map(_staff, rows) if found is not None]

    def prisons(self) -> list[str]:
        """Every prison that has an account here which can sign in."""
        active = sa.select(t.staff.c.prison_id).distinct().where(t.staff.c.active)
        return sorted(row["prison_id"] for row in self.all(active))

    def add(self, staff: Staff) -> None:
        self.insert(t.staff, to_row(staff))

    def save(self, staff: Staff) -> None:
        self.change(t.staff, to_row(staff))

    def add_session(self, session: StaffSession) -> None:
        self.insert(t.staff_session, to_row(session))

    def find_session(self, token_hash: str) -> StaffSession | None:
        row = self.one(sa.select(t.staff_session).where(t.staff_session.c.token_hash == token_hash))
        return StaffSession(**row) if row else None

    def save_session(self, session: StaffSession) -> None:
        self.change(t.staff_session, to_row(session))

    def sessions_of(self, staff_id: str) -> Sequence[StaffSession]:
        """Those that nobody ended, the latest first; some may be over by time."""
        mine = (t.staff_session.c.staff_id == staff_id) & t.staff_session.c.ended_at.is_(None)
        rows = self.all(sa.select(t.staff_session).where(mine).order_by(t.staff_session.c.started_at.desc()))
        return [StaffSession(**row) for row in rows]

    def end_sessions_of(self, staff_id: str, now: datetime, *, but: str = "") -> int:
        """Ends every open session of an account, less one. Returns how many."""
        mine = (t.staff_session.c.staff_id == staff_id) & t.staff_session.c.ended_at.is_(None)
        ended = sa.update(t.staff_session).where(mine & (t.staff_session.c.id != but)).values(ended_at=now)
        return int(self.session.execute(ended).rowcount)  # type: ignore[attr-defined]


class SupporterRows(Rows):
    def get(self, person_id: str) -> Supporter | None:
        """Locked: whether he or she may take one more is decided before another request is taken."""
        row = self.one(_LOCKED, {"of": person_id})
        return supporter_of(row) if row else None

    def find(self, person_id: str) -> Supporter | None:
        """Without a lock, for pages that only show."""
        row = self.one(sa.select(t.supporter).where(t.supporter.c.person_id == person_id))
        return supporter_of(row) if row else None

    def list_of(self, prison_id: str) -> Sequence[Supporter]:
        mine = sa.select(t.supporter).where(t.supporter.c.prison_id == prison_id)
        return [supporter_of(row) for row in self.all(mine)]

    def put(self, supporter: Supporter) -> None:
        """Adds the supporter or writes all of the row anew."""
        values = to_row(supporter)
        mine = t.supporter.c.person_id == supporter.person_id
        if self.one(sa.select(t.supporter.c.person_id).where(mine)) is None:
            self.insert(t.supporter, values)
        else:
            self.session.execute(sa.update(t.supporter).where(mine).values(values))


def _staff(row: dict[str, Any] | None) -> Staff | None:
    if row is None:
        return None
    row = {name: value for name, value in row.items() if name not in _UNUSED}
    row["roles"] = tuple(StaffRole(role) for role in row["roles"])
    row["wings"] = tuple(row["wings"])
    return Staff(**row)


def supporter_of(row: dict[str, Any]) -> Supporter:
    row["roles"] = tuple(PeerRole(role) for role in row["roles"])
    for name in ("wings", "languages", "meets"):
        row[name] = tuple(row[name])
    return Supporter(**row)
