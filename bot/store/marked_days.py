"""Rows of marked days: a person's few, found and changed by whose they are."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.store.deleting import standing, take_away
from bot.store.marked_day_tables import marked_day
from bot.store.rows import Rows, to_row


class MarkedDayRows(Rows):
    def of_person(self, person_id: str) -> Sequence[MarkedDay]:
        found = standing(marked_day).where(marked_day.c.person_id == person_id)
        rows = self.all(found.order_by(marked_day.c.day, marked_day.c.kind, marked_day.c.id))
        return [
            MarkedDay(**{**row, "kind": DayKind(row["kind"]), "marked_by": MarkedBy(row["marked_by"])})
            for row in rows
        ]

    def add(self, day: MarkedDay) -> None:
        self.insert(marked_day, to_row(day))

    def remove(self, person_id: str, day_id: str, by: MarkedBy, now: datetime) -> bool:
        """Whether there was such a day, of this person, marked from this side."""
        table = marked_day.c
        mine = (table.person_id == person_id) & (table.id == day_id) & (table.marked_by == by.value)
        return take_away(self.session, marked_day, mine, now) > 0

    def forget(self, person_id: str, kinds: Sequence[DayKind], before: date, now: datetime) -> None:
        table = marked_day.c
        old = (table.person_id == person_id) & (table.day < before)
        names = [kind.value for kind in kinds]
        take_away(self.session, marked_day, old & table.kind.in_(names), now)
