"""Rows of who is kept apart, and the requests that it touches."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.queue.keep_apart import KeepApart
from bot.queue.model import AT_WORK, NOT_MET, Request
from bot.store import tables as t
from bot.store.offer_tables import keep_apart
from bot.store.offers import OfferRows
from bot.store.requests import request_of
from bot.store.rows import Rows, to_row

_AT_WORK = [state.value for state in AT_WORK]
_NOT_MET = [state.value for state in AT_WORK & NOT_MET]
_IN_FORCE = keep_apart.c.removed_at.is_(None)
# Written out and not with least(): SQLite calls that min().
_BETWEEN = (
    (keep_apart.c.first_id == t.request.c.person_id) & (keep_apart.c.second_id == t.request.c.supporter_id)
) | ((keep_apart.c.second_id == t.request.c.person_id) & (keep_apart.c.first_id == t.request.c.supporter_id))


class KeepApartRows(Rows):
    def get_for_change(self, entry_id: str) -> KeepApart | None:
        mine = sa.select(keep_apart).where(keep_apart.c.id == entry_id)
        row = self.one(mine.with_for_update(key_share=True))
        return KeepApart(**row) if row else None

    def in_force(self, one: str, other: str) -> KeepApart | None:
        first, second = sorted((one, other))
        pair = (keep_apart.c.first_id == first) & (keep_apart.c.second_id == second)
        row = self.one(sa.select(keep_apart).where(pair & _IN_FORCE))
        return KeepApart(**row) if row else None

    def list_of(self, prison_id: str) -> Sequence[KeepApart]:
        """Those in force first, then the latest."""
        mine = sa.select(keep_apart).where(keep_apart.c.prison_id == prison_id)
        order = (keep_apart.c.removed_at.is_not(None), keep_apart.c.added_at.desc())
        return [KeepApart(**row) for row in self.all(mine.order_by(*order))]

    def add(self, entry: KeepApart) -> None:
        self.insert(keep_apart, to_row(entry))

    def save(self, entry: KeepApart) -> None:
        self.change(keep_apart, to_row(entry))

    def held_between(self, one: str, other: str) -> list[Request]:
        pairs = (t.request.c.person_id == one) & (t.request.c.supporter_id == other)
        pairs |= (t.request.c.person_id == other) & (t.request.c.supporter_id == one)
        # In the one order in which all lock several.
        order = (t.request.c.asked_at, t.request.c.id)
        mine = sa.select(t.request).where(pairs & t.request.c.state.in_(_AT_WORK)).order_by(*order)
        return [request_of(row) for row in self.all(mine.with_for_update(key_share=True))]

    def held_in_spite(self, limit: int) -> list[tuple[Request, KeepApart]]:
        joined = sa.select(t.request.c.id, keep_apart.c.id.label("entry")).join(keep_apart, _BETWEEN)
        found = self.all(joined.where(_IN_FORCE & t.request.c.state.in_(_NOT_MET)).limit(limit))
        if not found:
            return []
        ids = [row["id"] for row in found]
        mine = sa.select(t.request).where(t.request.c.id.in_(ids) & t.request.c.state.in_(_NOT_MET))
        rows = self.all(mine.with_for_update(key_share=True, skip_locked=True))
        requests = {row["id"]: request_of(row) for row in rows}
        entries = {row["entry"]: self.get_for_change(row["entry"]) for row in found}
        pairs = [(requests.get(row["id"]), entries[row["entry"]]) for row in found]
        return [(request, entry) for request, entry in pairs if request and entry]

    def together(self, prison_id: str) -> Sequence[Request]:
        """Requests under way between two who must be kept apart: staff must see to these at once."""
        mine = (t.request.c.prison_id == prison_id) & t.request.c.state.in_(_AT_WORK) & _IN_FORCE
        joined = sa.select(t.request).join(keep_apart, _BETWEEN).where(mine)
        return [request_of(row) for row in self.all(joined.order_by(t.request.c.asked_at))]

    def withdraw_between(self, one: str, other: str, now: datetime) -> None:
        OfferRows(self.session).withdraw_between(one, other, now)

    def seal_anew(self, old: KeepApart, reason: str, removal: str) -> None:
        values = {"sealed_reason": reason, "sealed_removal": removal}
        self.session.execute(sa.update(keep_apart).where(keep_apart.c.id == old.id).values(values))
