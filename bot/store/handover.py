"""What the hand-over sheet asks of the store: what could not be done, and whose hard days are near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.people.hard_days import YEARLY, DayKind, MarkedBy, MarkedDay
from bot.people.model import Place
from bot.queue.model import Change
from bot.store import tables as t
from bot.store.deleting import standing
from bot.store.marked_day_tables import marked_day
from bot.store.rows import Rows


@dataclass(frozen=True)
class NotDone:
    """Why and what was offered are staff's words; the person's are kept nowhere here."""

    at: datetime
    reference: str
    kind: str
    role: str
    person_id: str
    place: Place
    first_name: str
    reason: str
    offered: str
    note: str


@dataclass(frozen=True)
class HardDay:
    day: MarkedDay
    place: Place
    first_name: str


class HandoverRows(Rows):
    def could_not(
        self, prison_id: str, wings: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[NotDone]:
        """In this time, oldest first; one that was opened again since is named too: it was so."""
        request, event = t.request.c, t.request_event.c
        mine = _of(prison_id, wings, since) & (event.change == Change.COULD_NOT.value)
        mine &= (event.at >= since) & (event.at < until)
        columns = (event.at, request.reference, request.kind, request.role, request.person_id)
        place = (request.wing, request.landing, request.cell)
        found = (
            sa.select(*columns, *place, request.first_name, event.reason, event.offered, event.note)
            .join(t.request, request.id == event.request_id)
            .where(mine)
            .order_by(event.seq)
            .limit(limit)
        )
        return [_not_done(row) for row in self.all(found)]

    def count_changes(
        self, prison_id: str, wings: Sequence[str], since: datetime, until: datetime
    ) -> dict[Change, int]:
        """How often each thing happened in this time."""
        event = t.request_event.c
        mine = _of(prison_id, wings, since) & (event.at >= since) & (event.at < until)
        counted = (
            sa.select(event.change, sa.func.count())
            .join(t.request, t.request.c.id == event.request_id)
            .where(mine)
            .group_by(event.change)
        )
        known = {change.value: change for change in Change}
        return {known[name]: count for name, count in self.session.execute(counted) if name in known}

    def hard_days(self, prison_id: str, wings: Sequence[str], days: Sequence[date]) -> list[HardDay]:
        """Days that staff marked and that fall on one of these. What a person marked is the person's own."""
        table = marked_day.c
        yearly = [kind.value for kind in YEARLY]
        mine = (t.person.c.prison_id == prison_id) & t.person.c.active
        mine &= table.marked_by == MarkedBy.STAFF.value
        mine &= table.kind.in_(yearly) | table.day.in_(days)
        if wings:
            mine &= t.person.c.wing.in_(wings)
        place = (t.person.c.wing, t.person.c.landing, t.person.c.cell)
        found = (
            standing(marked_day, *place, t.person.c.first_name)
            .join(t.person, t.person.c.id == table.person_id)
            .where(mine)
            .order_by(t.person.c.wing, t.person.c.cell, table.id)
        )
        rows = [_hard_day(dict(row)) for row in self.session.execute(found).mappings()]
        return [row for row in rows if any(row.day.falls_on(day) for day in days)]


def _of(prison_id: str, wings: Sequence[str], since: datetime) -> "sa.ColumnElement[bool]":
    """Requests that changed since then at all: an index leads to them, and no other has such an event."""
    request = t.request.c
    mine = (request.prison_id == prison_id) & (request.changed_at >= since)
    return mine & request.wing.in_(wings) if wings else mine


def _not_done(row: dict[str, Any]) -> NotDone:
    place = Place(*(row.pop(name) for name in ("wing", "landing", "cell")))
    return NotDone(place=place, **row)


def _hard_day(row: dict[str, Any]) -> HardDay:
    place, first_name = Place(*(row.pop(name) for name in ("wing", "landing", "cell"))), row.pop("first_name")
    row |= {"kind": DayKind(row["kind"]), "marked_by": MarkedBy(row["marked_by"])}
    return HardDay(MarkedDay(**row), place, first_name)
