"""What the board shows of thousands of open requests: counts of all, and the first of each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import PeerRole, Place
from bot.queue.model import Request, State
from bot.safety.record import RecordState
from bot.store import tables as t
from bot.store.requests import request_of
from bot.store.rows import Rows

GROUPS = ("late", "waiting", "morning", "under_way")
_OPEN = [State.WAITING.value, State.ACCEPTED.value, State.ARRANGED.value, State.WITH_PERSON.value]
_NOT_MET = _OPEN[:3]
_NOT_CHECKED = [RecordState.OPEN.value, RecordState.ACKNOWLEDGED.value]


@dataclass(frozen=True)
class Look:
    """Whose board it is, and when. `wing` narrows it; empty is every wing that the account sees.

    What may wait until `morning` is a group of its own; without it there is none.
    """

    prison_id: str
    now: datetime
    wings: Sequence[str] = ()
    wing: str = ""
    morning: datetime | None = None


@dataclass(frozen=True)
class LateSpot:
    """So much of a late request that it is never hidden, however many there are."""

    id: str
    person_id: str
    place: Place
    asked_at: datetime


@dataclass(frozen=True)
class OnDuty:
    first_name: str
    cell: str
    roles: tuple[PeerRole, ...]


class BoardRows(Rows):
    def counts(self, look: Look) -> Mapping[str, int]:
        """How many there are in each group, in one look."""
        parts = [sa.func.sum(sa.case((_group(look, name), 1), else_=0)).label(name) for name in GROUPS]
        row = self.one(sa.select(*parts).where(_mine(look)))
        return {name: int((row or {}).get(name) or 0) for name in GROUPS}

    def first(self, look: Look, group: str, limit: int, offset: int = 0) -> list[Request]:
        """The most urgent first, then who waits longest."""
        mine = sa.select(t.request).where(_mine(look), _group(look, group))
        return [request_of(row) for row in self.all(_in_order(mine).limit(limit).offset(offset))]

    def late_spots(self, look: Look, limit: int, offset: int) -> list[LateSpot]:
        """The late ones after the first, each in a word."""
        request = t.request.c
        place = (request.wing, request.landing, request.cell)
        mine = sa.select(request.id, request.person_id, request.asked_at, *place)
        found = _in_order(mine.where(_mine(look), _group(look, "late"))).limit(limit).offset(offset)
        rows = self.session.execute(found)
        return [LateSpot(id_, whose, Place(*where), asked) for id_, whose, asked, *where in rows]

    def wings_with_open(self, prison_id: str, wings: Sequence[str] = ()) -> list[str]:
        """Also those that are not in the prison's file any more."""
        mine = (t.request.c.prison_id == prison_id) & t.request.c.state.in_(_OPEN)
        if wings:
            mine &= t.request.c.wing.in_(wings)
        found = self.session.scalars(sa.select(t.request.c.wing).distinct().where(mine))
        return sorted(found)

    def count_unanswered(self, look: Look, since: datetime, until: datetime) -> int:
        counted = sa.select(sa.func.count()).select_from(t.request).where(_unanswered(look, since, until))
        return self.session.scalar(counted) or 0

    def unanswered(
        self, look: Look, since: datetime, until: datetime, limit: int, offset: int = 0
    ) -> list[Request]:
        """Done as far as staff know, and the person has not said whether somebody came; oldest first."""
        mine = sa.select(t.request).where(_unanswered(look, since, until))
        ordered = mine.order_by(t.request.c.changed_at, t.request.c.id)
        return [request_of(row) for row in self.all(ordered.limit(limit).offset(offset))]

    def on_duty(self, prison_id: str) -> list[OnDuty]:
        """Supporters who are on duty, not paused and not suspended, by cell."""
        here = (t.supporter.c.prison_id == prison_id) & t.supporter.c.on_duty
        here &= t.supporter.c.suspended_at.is_(None) & t.supporter.c.paused_at.is_(None) & t.person.c.active
        found = (
            sa.select(t.person.c.first_name, t.person.c.cell, t.supporter.c.roles)
            .join(t.person, t.person.c.id == t.supporter.c.person_id)
            .where(here)
            .order_by(t.person.c.wing, t.person.c.cell)
        )
        rows = self.session.execute(found)
        return [OnDuty(name, cell, tuple(PeerRole(role) for role in roles)) for name, cell, roles in rows]


def _mine(look: Look) -> "sa.ColumnElement[bool]":
    """Open, and not shown on an alert: the request that an alert raised is one matter with it."""
    request, record = t.request.c, t.safety_record.c
    mine = (request.prison_id == look.prison_id) & request.state.in_(_OPEN)
    shown = (record.prison_id == look.prison_id) & record.state.in_(_NOT_CHECKED)
    if look.wings:
        mine &= request.wing.in_(look.wings)
        shown &= record.wing.in_(look.wings)
    if look.wing:
        mine &= request.wing == look.wing
    return mine & (request.record_id.is_(None) | request.record_id.not_in(sa.select(record.id).where(shown)))


def _group(look: Look, name: str) -> "sa.ColumnElement[bool]":
    request = t.request.c
    nobody_there = request.state.in_(_NOT_MET)
    # Past its deadline, or past an earlier one that the worker has since recorded as missed.
    late = nobody_there & ((request.due_at <= look.now) | request.missed_at.is_not(None))
    if name == "late":
        return late
    waiting = request.state == State.WAITING.value
    if name == "under_way":
        return ~late & ~waiting
    can_wait = request.due_at >= look.morning if look.morning is not None else sa.false()
    return ~late & waiting & (can_wait if name == "morning" else ~can_wait)


def _unanswered(look: Look, since: datetime, until: datetime) -> "sa.ColumnElement[bool]":
    request = t.request.c
    mine = (request.prison_id == look.prison_id) & (request.changed_at >= since)
    mine &= (request.changed_at <= until) & (request.state == State.DONE.value) & request.came.is_(None)
    if look.wings:
        mine &= request.wing.in_(look.wings)
    return mine & (request.wing == look.wing) if look.wing else mine


def _in_order(statement: "sa.Select[Any]") -> "sa.Select[Any]":
    return statement.order_by(t.request.c.urgency.desc(), t.request.c.asked_at, t.request.c.id)
