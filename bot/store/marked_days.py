"""Rows of marked days: a person's few, found and changed by whose they are."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.people.hard_days import ONCE, DayKind, MarkedBy, MarkedDay
from bot.store.deleting import delete, free, standing, take_away
from bot.store.marked_day_tables import marked_day
from bot.store.rows import Rows, to_row
from bot.store.tables import person

_AT_ONCE: Final = 100


class MarkedDayRows(Rows):
    def of_person(self, person_id: str, today: date, zone: tzinfo) -> Sequence[MarkedDay]:
        """All but what was over when a further day was marked. Without a hold that is gone by then, and who
        reads the list learns of no hold. `zone` is the prison's: there a day ends.

        A mark from a time to come is of a clock that was put back: what is still to come is never hidden.
        """
        latest = self._latest_mark(person_id)
        days = self.all_of(person_id)
        if latest is None:
            return days
        by_then = min(latest.astimezone(zone).date(), today)
        return [day for day in days if not day.is_over(by_then)]

    def all_of(self, person_id: str) -> Sequence[MarkedDay]:
        """Also what is over and only a hold keeps: for the rules of marking, and for no page."""
        found = standing(marked_day).where(marked_day.c.person_id == person_id)
        rows = self.all(found.order_by(marked_day.c.day, marked_day.c.kind, marked_day.c.id))
        return [
            MarkedDay(**{**row, "kind": DayKind(row["kind"]), "marked_by": MarkedBy(row["marked_by"])})
            for row in rows
        ]

    def _latest_mark(self, person_id: str) -> datetime | None:
        """Also of a day that has a `removed_at` by now."""
        mine = sa.select(sa.func.max(marked_day.c.marked_at)).where(marked_day.c.person_id == person_id)
        at: datetime | None = self.session.scalar(mine)
        return at

    def add(self, day: MarkedDay) -> None:
        self.insert(marked_day, to_row(day))

    def remove(self, person_id: str, day_id: str, by: MarkedBy, now: datetime) -> bool:
        """Whether there was such a day, of this person, marked from this side."""
        table = marked_day.c
        mine = (table.person_id == person_id) & (table.id == day_id) & (table.marked_by == by.value)
        return take_away(self.session, marked_day, mine, now) > 0

    def forget(self, person_id: str, kind: DayKind, now: datetime) -> None:
        """Another one takes its place: that is a removal as any other."""
        table = marked_day.c
        take_away(self.session, marked_day, (table.person_id == person_id) & (table.kind == kind.value), now)

    def drop_over(self, person_id: str, before: date) -> None:
        """Days that merely passed. Nobody took them off: what a hold keeps of them stays as it is."""
        table = marked_day.c
        once = table.kind.in_([kind.value for kind in ONCE])
        over = (table.person_id == person_id) & once & (table.day < before)
        delete(self.session, marked_day, over & table.removed_at.is_(None))

    def drop_hidden(self, prison_id: str, today: date, zone: tzinfo) -> int:
        """What stands on no page and no hold keeps any more. How many, of so many at a time.

        Before what was removed goes for good: only by that is it known that a further day was marked.
        """
        table, later = marked_day.c, marked_day.alias("later")
        latest = sa.select(sa.func.max(later.c.marked_at)).where(later.c.person_id == table.person_id)
        people = sa.select(person.c.id).where(person.c.prison_id == prison_id)
        mine = table.removed_at.is_(None) & table.kind.in_([kind.value for kind in ONCE])
        mine &= (table.day < today) & table.person_id.in_(people) & free(marked_day)
        found = self.session.execute(sa.select(table.id, table.day, latest.scalar_subquery()).where(mine))
        over = [row.id for row in found if row.day < row[2].astimezone(zone).date()]
        return delete(self.session, marked_day, table.id.in_(over[:_AT_ONCE])) if over else 0
