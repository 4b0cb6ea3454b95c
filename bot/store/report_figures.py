"""Requests, contacts and alerts as reports count them: kept by day, and followed as the history grows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.queue.model import Change
from bot.reports.counting import WATCHED, Local, Sort, count_helping, count_requests
from bot.reports.periods import Period, day_begins
from bot.safety.record import EntryKind
from bot.store import report_tables as t
from bot.store import tables as base
from bot.store.deleting import delete_anyway
from bot.store.hold_tables import report_final
from bot.store.report_contacts import contacts_of
from bot.store.rows import Rows

# Few enough that nobody who asks for a Listener waits long behind one of these transactions.
BATCH = 5_000
# On PostgreSQL a lower number may be committed after a higher one: so many are looked at again.
OVERLAP = 200
# One day is counted anew this often, whether it seems to need it or not: what was missed comes right.
SWEEP_EVERY = timedelta(minutes=1)
_ANSWERED = (EntryKind.ACKNOWLEDGED.value, EntryKind.GOING.value, EntryKind.CHECKED.value)


class DayRow(NamedTuple):
    """Requests of one day and sort, a number each (bot/reports/facts.py)."""

    day: date
    sort: Sort
    codes: bytes


class HelperLoad(NamedTuple):
    """One supporter's contacts in the whole period. Who it is, no report learns."""

    contacts: int
    soon: int


class AlertTimes(NamedTuple):
    """Seconds from the first message of an alert; None where it has not come to that."""

    level: str
    acknowledged: int | None
    checked: int | None


class ReportRows(Rows):
    def is_behind(self) -> bool:
        """Whether the history has lines that are not counted yet."""
        return (self.session.scalar(sa.select(sa.func.max(base.request_event.c.seq))) or 0) > self._read_to()

    def follow(self, local: Local) -> int:
        """Counts anew each day that the next lines of the history touch. Returns how many were new: call
        until it returns 0. Counted twice is counted right: a day is always counted as a whole."""
        self._insert_new(t.report_reader, {"id": 1, "seq": 0}, "id")
        # Of two who follow at once, one waits here and finds the work done.
        mine = sa.select(t.report_reader.c.seq).with_for_update(key_share=True)
        done = self.session.scalar(mine) or 0
        event, request = base.request_event, base.request
        statement = (
            sa.select(
                event.c.seq,
                event.c.at,
                event.c.change,
                event.c.request_id,
                request.c.prison_id,
                request.c.asked_at,
            )
            .join(request, request.c.id == event.c.request_id)
            .where(event.c.seq > done - OVERLAP)
            .order_by(event.c.seq)
            .limit(BATCH + OVERLAP)
        )
        rows = self.all(statement)
        new = len([row for row in rows if row["seq"] > done])
        if not new:
            return 0
        for prison_id, day in sorted(_days(rows, local) | self._days_of_moved(rows, local)):
            self.recount(prison_id, day, local)
        self.session.execute(sa.update(t.report_reader).values(seq=rows[-1]["seq"]))
        return new

    def may_sweep(self, now: datetime) -> bool:
        reader = self.one(sa.select(t.report_reader))
        return reader is not None and _is_due(reader["swept_at"], now)

    def sweep(self, local: Local, now: datetime) -> date | None:
        """Counts one more day anew, the oldest after the newest. None where it is no time yet, or no day."""
        reader = self.one(sa.select(t.report_reader).with_for_update(key_share=True))
        if reader is None or not _is_due(reader["swept_at"], now):
            return None
        days = sa.select(sa.func.min(t.report_day.c.day))
        later = days.where(t.report_day.c.day > reader["swept"]) if reader["swept"] else days
        day: date | None = self.session.scalar(later) or self.session.scalar(days)
        if day is not None:
            prisons = sa.select(t.report_day.c.prison_id).where(t.report_day.c.day == day).distinct()
            for prison_id in self.session.scalars(prisons).all():
                self.recount(prison_id, day, local)
        self.session.execute(sa.update(t.report_reader).values(swept=day, swept_at=now))
        return day

    def recount(self, prison_id: str, day: date, local: Local) -> None:
        """Puts what is known of this day now in place of what was counted before; nothing where requests of
        it have gone since: then what was counted is all that is left of them."""
        final = sa.select(report_final.c.before).where(report_final.c.prison_id == prison_id)
        if (before := self.session.scalar(final)) is not None and day < before:
            return
        start, end = day_begins(day, local.zone), day_begins(day + timedelta(days=1), local.zone)
        event, request = base.request_event, base.request
        asked = (
            (request.c.prison_id == prison_id) & (request.c.asked_at >= start) & (request.c.asked_at < end)
        )
        named = (request.c.id, request.c.wing, request.c.kind, request.c.state, request.c.asked_at)
        requests = self.all(sa.select(*named, request.c.missed_at).where(asked))
        events = self.all(
            sa.select(event.c.request_id, event.c.at, event.c.change, event.c.reason)
            .join(request, request.c.id == event.c.request_id)
            .where(asked & event.c.change.in_([change.value for change in WATCHED]))
            .order_by(event.c.seq)
        )
        counted = count_requests(requests, events, local)
        self._replace(
            t.report_day,
            prison_id,
            day,
            [sort._asdict() | {"codes": codes} for sort, codes in counted.items()],
        )
        helping = count_helping(contacts_of(self, prison_id, start - local.rest, end), start, local.rest)
        self._replace(t.report_helper_day, prison_id, day, [row._asdict() for row in helping])

    def days(
        self, prison_id: str, period: Period, *, wings: Sequence[str] = (), kinds: Sequence[str] = ()
    ) -> list[DayRow]:
        kept = t.report_day
        mine = _of(kept, prison_id, period, wings, kinds)
        names = (kept.c.day, kept.c.wing, kept.c.kind, kept.c.reason, kept.c.codes)
        rows = self.session.execute(sa.select(*names).where(mine)).tuples()
        return [DayRow(day, Sort(wing, kind, reason), codes) for day, wing, kind, reason, codes in rows]

    def loads(
        self, prison_id: str, period: Period, *, wings: Sequence[str] = (), kinds: Sequence[str] = ()
    ) -> list[HelperLoad]:
        kept = t.report_helper_day
        sums = (sa.func.sum(kept.c.contacts), sa.func.sum(kept.c.soon))
        statement = sa.select(*sums).where(_of(kept, prison_id, period, wings, kinds))
        rows = self.session.execute(statement.group_by(kept.c.person_id)).tuples()
        return sorted(HelperLoad(int(contacts), int(soon)) for contacts, soon in rows)

    def alerts(
        self, prison_id: str, start: datetime, end: datetime, wings: Sequence[str] = ()
    ) -> list[AlertTimes]:
        """Alerts first noticed from `start` to before `end`. Going there counts as acknowledging, and a check
        only if the person was seen."""
        entry, record = base.safety_entry, base.safety_record
        first = sa.func.min(sa.case((entry.c.kind.in_(_ANSWERED), entry.c.at), else_=None))
        answered = sa.type_coerce(first, base.safety_entry.c.at.type).label("answered")
        # The latest message is never before the first: so the index on it can be used.
        mine = (record.c.prison_id == prison_id) & (record.c.latest_at >= start)
        mine &= (record.c.noticed_at >= start) & (record.c.noticed_at < end)
        if wings:
            mine &= record.c.wing.in_(list(wings))
        names = (record.c.level, record.c.noticed_at, record.c.checked_at)
        statement = (
            sa.select(*names, answered)
            .select_from(record.join(entry, entry.c.record_id == record.c.id))
            .where(mine)
            .group_by(record.c.id, *names)
        )
        return [
            AlertTimes(level, _seconds(noticed, answered), _seconds(noticed, checked))
            for level, noticed, checked, answered in self.session.execute(statement).tuples()
        ]

    def _days_of_moved(self, rows: Sequence[dict[str, Any]], local: Local) -> set[tuple[str, date]]:
        """What went to another prison is not counted in the one that it left any more: each prison that has
        figures of a day of this request counts that day anew."""
        moved = {row["request_id"] for row in rows if row["change"] == Change.MOVED.value}
        found: set[tuple[str, date]] = set()
        if not moved:
            return found
        event, request = base.request_event, base.request
        begun = event.c.request_id.in_(moved) & (event.c.change == Change.BEGUN.value)
        steps = self.all(
            sa.select(event.c.at, event.c.change, request.c.prison_id, request.c.asked_at)
            .join(request, request.c.id == event.c.request_id)
            .where(begun)
        )
        its_own = [row for row in rows if row["request_id"] in moved]
        for prison_id, day in _days([*its_own, *steps], local):
            found.add((prison_id, day))
            for table in (t.report_day, t.report_helper_day):
                having = sa.select(table.c.prison_id).where(table.c.day == day).distinct()
                found |= {(each, day) for each in self.session.scalars(having)}
        return found

    def _read_to(self) -> int:
        return self.session.scalar(sa.select(t.report_reader.c.seq)) or 0

    def _replace(self, table: sa.Table, prison_id: str, day: date, rows: Iterable[dict[str, Any]]) -> None:
        delete_anyway(self.session, table, (table.c.prison_id == prison_id) & (table.c.day == day))
        made = [{"prison_id": prison_id, "day": day, **row} for row in rows]
        if made:
            self.session.execute(sa.insert(table), made)

    def _insert_new(self, table: sa.Table, row: dict[str, Any], key: str) -> None:
        on_postgresql = self.session.get_bind().dialect.name == "postgresql"
        insert: Any = postgresql.insert if on_postgresql else sqlite.insert
        self.session.execute(insert(table).on_conflict_do_nothing(index_elements=[key]), row)


def _days(rows: Iterable[dict[str, Any]], local: Local) -> set[tuple[str, date]]:
    """The days on which these requests were asked, and on which somebody began with them."""
    found = set()
    for row in rows:
        found.add((row["prison_id"], row["asked_at"].astimezone(local.zone).date()))
        if row["change"] == Change.BEGUN.value:
            found.add((row["prison_id"], row["at"].astimezone(local.zone).date()))
    return found


def _of(
    table: sa.Table, prison_id: str, period: Period, wings: Sequence[str], kinds: Sequence[str]
) -> "sa.ColumnElement[bool]":
    mine = (table.c.prison_id == prison_id) & table.c.day.between(period.first, period.last)
    if wings:
        mine &= table.c.wing.in_(list(wings))
    return mine & table.c.kind.in_(list(kinds)) if kinds else mine


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(0, int((end.astimezone(UTC) - start).total_seconds()))


def _is_due(swept_at: datetime | None, now: datetime) -> bool:
    """A time that is to come is of a clock that was put back."""
    return swept_at is None or not timedelta() <= now - swept_at < SWEEP_EVERY
