"""Rows of what staff say of verdicts, and of the lines from which the danger screen may learn."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.learning.danger_model import DangerExample, Standing
from bot.safety.feedback import Mark, Opinion
from bot.safety.model import Level
from bot.store import verdict_tables as t
from bot.store.deleting import delete
from bot.store.rows import Rows, to_row

_LONGEST_VERSION = 200


class VerdictRows(Rows):
    def add(self, mark: Mark) -> None:
        row = to_row(mark)
        row["version"] = mark.version[:_LONGEST_VERSION]
        row["language"] = mark.language[:8]
        self.insert(t.verdict_mark, row)

    def of_entry(self, entry_id: str) -> Sequence[Mark]:
        return self._list(t.verdict_mark.c.entry_id == entry_id) if entry_id else []

    def of_examples(self, example_ids: Iterable[str]) -> Sequence[Mark]:
        return self._list(t.verdict_mark.c.example_id.in_(list(example_ids)))

    def link(self, mark_id: str, example_id: str) -> None:
        """Which line came of a mark: the only thing about a mark that is ever written later."""
        mine = t.verdict_mark.c.id == mark_id
        self.session.execute(sa.update(t.verdict_mark).where(mine).values(example_id=example_id))

    def _list(self, which: "sa.ColumnElement[bool]") -> list[Mark]:
        return [_mark(row) for row in self.all(sa.select(t.verdict_mark).where(which).order_by("seq"))]


class DangerExampleRows(Rows):
    def add(self, example: DangerExample) -> DangerExample:
        """Two who propose the same words at once make one line."""
        on_postgresql = self.session.get_bind().dialect.name == "postgresql"
        insert: Any = postgresql.insert if on_postgresql else sqlite.insert
        statement = insert(t.danger_example).values(to_row(example))
        self.session.execute(statement.on_conflict_do_nothing(index_elements=["prison_id", "mark"]))
        table = t.danger_example
        mine = (table.c.prison_id == example.prison_id) & (table.c.mark == example.mark)
        row = self.one(sa.select(table).where(mine).with_for_update(key_share=True))
        assert row is not None, "it was put in above, or was there before"
        return _example(row)

    def get_for_change(self, example_id: str) -> DangerExample | None:
        mine = sa.select(t.danger_example).where(t.danger_example.c.id == example_id)
        row = self.one(mine.with_for_update(key_share=True))
        return _example(row) if row else None

    def save(self, example: DangerExample) -> None:
        self.change(t.danger_example, to_row(example))

    def list_of(self, prison_id: str, state: Standing, limit: int = 200) -> Sequence[DangerExample]:
        """The latest first."""
        table = t.danger_example
        mine = (table.c.prison_id == prison_id) & (table.c.state == state.value)
        order = (table.c.proposed_on.desc(), table.c.id)
        return [_example(row) for row in self.all(sa.select(table).where(mine).order_by(*order).limit(limit))]

    def forget(self, before: date) -> int:
        table = t.danger_example
        old = (table.c.proposed_on < before) & (table.c.state != Standing.ACCEPTED.value)
        return delete(self.session, table, old)


def _mark(row: dict[str, Any]) -> Mark:
    del row["seq"]
    row["opinion"] = Opinion(row["opinion"])
    row["level"], row["said_level"] = Level(row["level"]), Level(row["said_level"])
    return Mark(**row)


def _example(row: dict[str, Any]) -> DangerExample:
    row["level"] = Level(row["level"])
    row["state"] = Standing(row["state"])
    return DangerExample(**row)
