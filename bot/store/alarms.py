"""Alarms as they are counted: rows that follow the safety log, one for each verdict of the screen."""

import json
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.people.model import ActorKind
from bot.safety.drift import AlarmCount, MarkCount, Miss, week_of
from bot.safety.feedback import Opinion
from bot.safety.model import Level
from bot.safety.record import EntryKind
from bot.safety.review import Outcome
from bot.store import tables as base
from bot.store import verdict_tables as t
from bot.store.rows import Rows

# Few enough that an alert never waits long behind one of these transactions.
BATCH = 1_000
_VERDICTS = (EntryKind.NOTICED.value, EntryKind.STRENGTHENED.value)


class AlarmRows(Rows):
    def is_behind(self) -> bool:
        """Whether the log has entries that are not counted yet."""
        return (self.session.scalar(sa.select(sa.func.max(base.safety_entry.c.seq))) or 0) > self._read_to()

    def follow(self, zone: tzinfo) -> int:
        """Counts the next entries of the log and returns how many were read; call until it returns 0.

        Apart from the alert's own transaction: a count that fails must never hold up an alert.
        """
        self._insert_new(t.alarm_reader, [{"id": 1, "seq": 0}], "id")
        mine = sa.select(t.alarm_reader.c.seq).with_for_update(key_share=True)
        done = self.session.scalar(mine) or 0
        entry, record = base.safety_entry, base.safety_record
        statement = (
            sa.select(entry, record.c.prison_id, record.c.wing.label("record_wing"))
            .join(record, record.c.id == entry.c.record_id)
            .where(entry.c.seq > done)
            .order_by(entry.c.seq)
            .limit(BATCH)
        )
        rows = self.all(statement)
        if not rows:
            return 0
        by_screen = [row for row in rows if row["actor_kind"] == ActorKind.SYSTEM.value]
        alarms = [_alarm(row, zone) for row in by_screen if row["kind"] in _VERDICTS]
        if alarms:
            self._insert_new(t.alarm, alarms, "entry_id")
        self._take_reviews(rows)
        self.session.execute(sa.update(t.alarm_reader).values(seq=rows[-1]["seq"]))
        return len(rows)

    def _take_reviews(self, rows: Sequence[dict[str, Any]]) -> None:
        """A record that was reviewed again, after somebody disagreed, counts as its last review says."""
        reviewed = [row for row in rows if row["kind"] == EntryKind.REVIEWED.value]
        said = {row["record_id"]: _says_mistaken(row) for row in reviewed}
        for mistaken in (True, False):
            mine = [record_id for record_id, each in said.items() if each is mistaken]
            if mine:
                change = sa.update(t.alarm).where(t.alarm.c.record_id.in_(mine)).values(mistaken=mistaken)
                self.session.execute(change)

    def counts(self, prison_id: str, since: date, wings: Sequence[str] = ()) -> Sequence[AlarmCount]:
        """Mistaken: the review of the record says so, or somebody marked it as no danger at all."""
        alarm, marks = t.alarm, _latest_marks()
        wrong = alarm.c.mistaken | (sa.func.coalesce(marks.c.no_danger, 0) > 0)
        sort = (alarm.c.week, alarm.c.level, alarm.c.risk, alarm.c.language, alarm.c.version)
        statement = (
            sa.select(
                *sort,
                sa.func.count().label("count"),
                sa.func.sum(sa.case((wrong, 1), else_=0)).label("mistaken"),
            )
            .select_from(alarm.outerjoin(marks, marks.c.entry_id == alarm.c.entry_id))
            .where(_mine(prison_id, since, wings))
            .group_by(*sort)
        )
        return [AlarmCount(**{**row, "mistaken": int(row["mistaken"])}) for row in self.all(statement)]

    def marks(self, prison_id: str, since: date, wings: Sequence[str] = ()) -> Sequence[MarkCount]:
        """Marked alarms by the week of the alarm; each person's last word counts."""
        alarm, marks = t.alarm, _latest_marks()
        right = sa.case((marks.c.right == marks.c.marks, 1), else_=0)
        sums = {"right": sa.func.sum(right)}
        for name in ("too_high", "too_low", "wrong_kind"):
            sums[name] = sa.func.sum(sa.case((marks.c[name] > 0, 1), else_=0))
        statement = (
            sa.select(
                alarm.c.week,
                sa.func.count().label("marked"),
                *(column.label(name) for name, column in sums.items()),
            )
            .select_from(alarm.join(marks, marks.c.entry_id == alarm.c.entry_id))
            .where(_mine(prison_id, since, wings))
            .group_by(alarm.c.week)
        )
        return [
            MarkCount(row.pop("week"), **{name: int(count) for name, count in row.items()})
            for row in self.all(statement)
        ]

    def missed(self, prison_id: str, since: datetime, wings: Sequence[str] = ()) -> Sequence[Miss]:
        """Each miss that was reported. Where nobody knows who wrote it, no account's wings leave it out."""
        mark, record = t.verdict_mark, base.safety_record
        mine = (mark.c.prison_id == prison_id) & (mark.c.opinion == Opinion.MISSED.value)
        statement = sa.select(mark.c.at, mark.c.level, mark.c.risk, mark.c.language).where(
            mine & (mark.c.at >= since)
        )
        if wings:
            joined = mark.outerjoin(record, record.c.id == mark.c.record_id)
            here = record.c.wing.in_(list(wings)) | record.c.wing.is_(None)
            statement = statement.select_from(joined).where(here)
        return [Miss(**row) for row in self.all(statement)]

    def _read_to(self) -> int:
        return self.session.scalar(sa.select(t.alarm_reader.c.seq)) or 0

    def _insert_new(self, table: sa.Table, rows: list[dict[str, Any]], key: str) -> None:
        on_postgresql = self.session.get_bind().dialect.name == "postgresql"
        insert: Any = postgresql.insert if on_postgresql else sqlite.insert
        self.session.execute(insert(table).on_conflict_do_nothing(index_elements=[key]), rows)


def _mine(prison_id: str, since: date, wings: Sequence[str]) -> "sa.ColumnElement[bool]":
    mine = (t.alarm.c.prison_id == prison_id) & (t.alarm.c.week >= since)
    return mine & t.alarm.c.wing.in_(list(wings)) if wings else mine


def _latest_marks() -> sa.Subquery:
    """By entry: how many people's last words there are, and how many of each sort."""
    mark = t.verdict_mark
    on_verdicts = (mark.c.opinion != Opinion.MISSED.value) & (mark.c.entry_id != "")
    latest = sa.select(sa.func.max(mark.c.seq)).where(on_verdicts).group_by(mark.c.entry_id, mark.c.staff_id)
    sorts = (Opinion.RIGHT, Opinion.TOO_HIGH, Opinion.TOO_LOW, Opinion.WRONG_KIND)
    columns = [
        sa.func.sum(sa.case((mark.c.opinion == sort.value, 1), else_=0)).label(sort.value) for sort in sorts
    ]
    no_danger = sa.func.sum(sa.case((mark.c.level == Level.NONE.value, 1), else_=0)).label("no_danger")
    return (
        sa.select(mark.c.entry_id, sa.func.count().label("marks"), *columns, no_danger)
        .where(mark.c.seq.in_(latest))
        .group_by(mark.c.entry_id)
        .subquery()
    )


def _alarm(row: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """What cannot be read counts as urgent, of no kind: the count must not leave an alarm out."""
    body = _body(row)
    verdict = body.get("verdict")
    said = verdict if isinstance(verdict, dict) else {}
    risks = said.get("risks")
    return {
        "entry_id": row["id"],
        "record_id": row["record_id"],
        "prison_id": row["prison_id"],
        "wing": str(body.get("wing") or row["record_wing"])[:64],
        "week": week_of(row["at"], zone),
        "level": str(said.get("level") or Level.URGENT.value)[:64],
        "risk": str(risks[0])[:64] if isinstance(risks, list) and risks else "",
        "language": str(said.get("language") or "")[:8],
        "version": str(said.get("version") or "")[:200],
        "mistaken": False,
    }


def _says_mistaken(row: dict[str, Any]) -> bool:
    return _body(row).get("outcome") == Outcome.MISTAKEN_ALARM.value


def _body(row: dict[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(row["body"])
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
