"""Staff accounts and sessions, and supporters."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.people.model import PeerRole, Staff, StaffRole, StaffSession, Supporter
from bot.store import tables as t
from bot.store.rows import Rows, to_row


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


class SupporterRows(Rows):
    def get(self, person_id: str) -> Supporter | None:
        """Locked: whether he or she may take one more is decided before another request is taken."""
        mine = (
            sa.select(t.supporter).where(t.supporter.c.person_id == person_id).with_for_update(key_share=True)
        )
        row = self.one(mine)
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
    row["roles"] = tuple(StaffRole(role) for role in row["roles"])
    row["wings"] = tuple(row["wings"])
    return Staff(**row)


def supporter_of(row: dict[str, Any]) -> Supporter:
    row["roles"] = tuple(PeerRole(role) for role in row["roles"])
    for name in ("wings", "languages", "meets"):
        row[name] = tuple(row[name])
    return Supporter(**row)
