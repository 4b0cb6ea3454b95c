"""Rows of legal holds."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.people.hold import Hold
from bot.store import tables as t
from bot.store.hold_tables import legal_hold
from bot.store.rows import Rows, to_row

_IN_FORCE = legal_hold.c.lifted_at.is_(None)


class HoldRows(Rows):
    def add(self, hold: Hold) -> None:
        self.insert(legal_hold, to_row(hold))

    def save(self, hold: Hold) -> None:
        self.change(legal_hold, to_row(hold))

    def get(self, hold_id: str) -> Hold | None:
        return self._hold(sa.select(legal_hold).where(legal_hold.c.id == hold_id))

    def get_for_change(self, hold_id: str) -> Hold | None:
        mine = sa.select(legal_hold).where(legal_hold.c.id == hold_id)
        return self._hold(mine.with_for_update(key_share=True))

    def list_of(self, prison_id: str) -> Sequence[Hold]:
        """Those in force first, then the latest."""
        mine = sa.select(legal_hold).where(legal_hold.c.prison_id == prison_id)
        order = (legal_hold.c.lifted_at.is_not(None), legal_hold.c.placed_at.desc(), legal_hold.c.id)
        return [Hold(**row) for row in self.all(mine.order_by(*order))]

    def held_people(self) -> frozenset[str]:
        """The ids of everybody who is under a hold, whatever its period: for what is kept outside tables."""
        joined = t.person.join(legal_hold, legal_hold.c.number == t.person.c.number)
        found = sa.select(t.person.c.id).select_from(joined).where(_IN_FORCE)
        return frozenset(self.session.scalars(found))

    def _hold(self, statement: "sa.Select[Any]") -> Hold | None:
        row = self.one(statement)
        return Hold(**row) if row else None
