"""Rows of what helped and of what was not understood: the same again is counted, not stored twice."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.learning.model import Fate, Guess, Helped, NotUnderstood
from bot.store import learning_tables as t
from bot.store.deleting import delete, delete_anyway
from bot.store.rows import Rows, to_row


class NotUnderstoodRows(Rows):
    def count(self, line: NotUnderstood) -> None:
        """One more of the same words; its day and guesses are the latest, its state stays."""
        table = t.not_understood
        latest = {"count": table.c.count + 1, "day": line.day, "guesses": _guesses(line)}
        _insert_or_change(self, table, _row(line), ["prison_id", "mark"], latest)

    def get_for_change(self, line_id: str) -> NotUnderstood | None:
        mine = sa.select(t.not_understood).where(t.not_understood.c.id == line_id)
        row = self.one(mine.with_for_update(key_share=True))
        return _line(row) if row else None

    def save(self, line: NotUnderstood) -> None:
        self.change(t.not_understood, _row(line))

    def list_of(self, prison_id: str, state: Fate, limit: int = 200) -> Sequence[NotUnderstood]:
        """Most often written first, then latest."""
        table = t.not_understood
        mine = (table.c.prison_id == prison_id) & (table.c.state == state.value)
        order = (table.c.count.desc(), table.c.day.desc(), table.c.id)
        return [_line(row) for row in self.all(sa.select(table).where(mine).order_by(*order).limit(limit))]

    def forget(self, before: date) -> int:
        return delete(self.session, t.not_understood, t.not_understood.c.day < before)


class FeedbackRows(Rows):
    table = t.feedback

    def count(self, prison_id: str, topic: str, day: date, *, helped: bool) -> None:
        table = self.table
        values = {"prison_id": prison_id, "topic": topic, "day": day, "helped": helped, "count": 1}
        keys = ["prison_id", "topic", "day", "helped"]
        _insert_or_change(self, table, values, keys, {"count": table.c.count + 1})

    def since(self, prison_id: str, day: date) -> Sequence[Helped]:
        """By topic, those first that were most often not what was asked."""
        table = self.table
        mine = (table.c.prison_id == prison_id) & (table.c.day >= day)
        yes = sa.func.sum(sa.case((table.c.helped, table.c.count), else_=0)).label("yes")
        no = sa.func.sum(sa.case((table.c.helped, 0), else_=table.c.count)).label("no")
        rows = self.all(
            sa.select(table.c.topic, yes, no)
            .where(mine)
            .group_by(table.c.topic)
            .order_by(no.desc(), table.c.topic)
        )
        return [Helped(row["topic"], int(row["yes"]), int(row["no"])) for row in rows]


class PageFeedbackRows(FeedbackRows):
    table = t.page_feedback

    def uncount(self, prison_id: str, topic: str, day: date, *, helped: bool) -> None:
        """One less; a row that counts nothing is gone."""
        table = self.table
        mine = (table.c.prison_id == prison_id) & (table.c.topic == topic) & (table.c.day == day)
        mine &= table.c.helped == helped
        self.session.execute(sa.update(table).where(mine, table.c.count > 0).values(count=table.c.count - 1))
        delete_anyway(self.session, table, mine & (table.c.count == 0))


class PageVoteRows(Rows):
    def find(self, mark: str) -> bool | None:
        row = self.one(sa.select(t.page_vote.c.helped).where(t.page_vote.c.mark == mark))
        return None if row is None else bool(row["helped"])

    def put(self, mark: str, day: date, *, helped: bool) -> None:
        values = {"mark": mark, "day": day, "helped": helped}
        _insert_or_change(self, t.page_vote, values, ["mark"], {"helped": helped})

    def forget(self, before: date) -> int:
        return delete_anyway(self.session, t.page_vote, t.page_vote.c.day < before)


def _insert_or_change(
    rows: Rows, table: sa.Table, values: dict[str, Any], keys: list[str], changes: dict[str, Any]
) -> None:
    """In one statement: two processes that count the same thing at once both count."""
    on_postgresql = rows.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
    rows.session.execute(insert.values(values).on_conflict_do_update(index_elements=keys, set_=changes))


def _guesses(line: NotUnderstood) -> list[dict[str, Any]]:
    return [guess.to_json() for guess in line.guesses]


def _row(line: NotUnderstood) -> dict[str, Any]:
    return {**to_row(line), "guesses": _guesses(line)}


def _line(row: dict[str, Any]) -> NotUnderstood:
    row["guesses"] = tuple(Guess.from_json(guess) for guess in row["guesses"])
    row["state"] = Fate(row["state"])
    return NotUnderstood(**row)
