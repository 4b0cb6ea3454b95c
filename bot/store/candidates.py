"""Supporters as matching sees them: with cell, load, open offers, and who is kept apart from whom."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.people.model import Place, Supporter
from bot.queue.candidate import Candidate
from bot.queue.model import AT_WORK
from bot.store import tables as t
from bot.store.offer_tables import keep_apart, request_offer
from bot.store.staff import SupporterRows, supporter_of

_AT_WORK = [state.value for state in AT_WORK]
_OF_PERSON = tuple(t.person.c[name].label(f"own_{name}") for name in ("wing", "landing", "cell", "active"))


def _standing() -> "sa.Select[Any]":
    """Place, load, and whether kept apart: made once, because an accept is what many wait for."""
    who: sa.BindParameter[str] = sa.bindparam("who")
    held = sa.select(sa.func.count()).select_from(t.request)
    held = held.where((t.request.c.supporter_id == who) & t.request.c.state.in_(_AT_WORK))
    pair = keep_apart.c.first_id == sa.bindparam("first")
    pair &= (keep_apart.c.second_id == sa.bindparam("second")) & keep_apart.c.removed_at.is_(None)
    apart = sa.exists().where(pair).label("apart")
    columns: list[Any] = [*_OF_PERSON, held.scalar_subquery().label("held"), apart]
    return sa.select(*columns).where(t.person.c.id == who)


_STANDING = _standing()


class CandidateRows(SupporterRows):
    def candidate(self, supporter_id: str, person_id: str) -> Candidate | None:
        """Locked first: what is read after that stays true until the transaction ends."""
        supporter = self.get(supporter_id)
        if supporter is None:
            return None
        first, second = sorted((supporter_id, person_id))
        row = self.one(_STANDING, {"who": supporter_id, "first": first, "second": second})
        if row is None:
            return None
        place = Place(row["own_wing"], row["own_landing"], row["own_cell"])
        return Candidate(
            supporter, place, row["held"], kept_apart=bool(row["apart"]), active=bool(row["own_active"])
        )

    def candidates(self, prison_id: str, *, on_duty: bool) -> Sequence[Candidate]:
        held = _counted(t.request, t.request.c.state.in_(_AT_WORK) & (t.request.c.prison_id == prison_id))
        offered = _counted(request_offer, request_offer.c.state == "open")
        whose = t.supporter.join(t.person, t.person.c.id == t.supporter.c.person_id)
        whose = whose.outerjoin(held, held.c.who == t.supporter.c.person_id)
        whose = whose.outerjoin(offered, offered.c.who == t.supporter.c.person_id)
        counts = (sa.func.coalesce(held.c.many, 0), sa.func.coalesce(offered.c.many, 0))
        columns: list[Any] = [t.supporter, *_OF_PERSON, counts[0].label("held"), counts[1].label("offered")]
        mine = (t.supporter.c.prison_id == prison_id) & t.person.c.active
        if on_duty:
            mine &= t.supporter.c.on_duty & t.supporter.c.suspended_at.is_(None)
            mine &= t.supporter.c.paused_at.is_(None)
        return [_candidate(row) for row in self.all(sa.select(*columns).select_from(whose).where(mine))]

    def as_now(self, supporter: Supporter) -> Candidate | None:
        """Without a lock, for pages that only show; kept apart from nobody as yet."""
        who = supporter.person_id
        held = sa.select(sa.func.count()).select_from(t.request)
        held = held.where((t.request.c.supporter_id == who) & t.request.c.state.in_(_AT_WORK))
        mine = sa.select(*_OF_PERSON, held.scalar_subquery().label("held")).where(t.person.c.id == who)
        row = self.one(mine)
        if row is None:
            return None
        place = Place(row["own_wing"], row["own_landing"], row["own_cell"])
        return Candidate(supporter, place, row["held"], active=bool(row["own_active"]))

    def kept_apart_from(self, person_id: str) -> frozenset[str]:
        now = keep_apart.c.removed_at.is_(None)
        second = sa.select(keep_apart.c.second_id.label("who")).where(
            now & (keep_apart.c.first_id == person_id)
        )
        first = sa.select(keep_apart.c.first_id.label("who")).where(
            now & (keep_apart.c.second_id == person_id)
        )
        return frozenset(self.session.scalars(sa.union_all(second, first)))


def _counted(table: sa.Table, which: "sa.ColumnElement[bool]") -> sa.Subquery:
    who = table.c.supporter_id
    counted = sa.select(who.label("who"), sa.func.count().label("many")).where(which)
    return counted.group_by(who).subquery()


def _candidate(row: dict[str, Any]) -> Candidate:
    place = Place(row.pop("own_wing"), row.pop("own_landing"), row.pop("own_cell"))
    active, held, offered = bool(row.pop("own_active")), row.pop("held"), row.pop("offered")
    return Candidate(supporter_of(row), place, held, offered, active=active)
