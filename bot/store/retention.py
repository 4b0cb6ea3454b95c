"""Finds and deletes what is past its time. Finding takes no lock; deleting is a few rows by their keys.

Under the lock the holds are asked once more: one that was placed meanwhile wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from bot.retention import DataKind
from bot.store import supporter_tables as s
from bot.store import tables as t
from bot.store.deleting import delete, delete_anyway, delete_parts, delete_removed, free, wipe
from bot.store.hold_tables import person_left, report_final
from bot.store.marked_day_tables import marked_day
from bot.store.offer_tables import keep_apart, request_offer
from bot.store.proof_tables import audit_words, safety_words
from bot.store.report_tables import report_helper_day
from bot.store.rows import Rows

# So few that nobody who writes waits for them longer than a blink.
BATCH: Final = 100
_Column = sa.ColumnElement[Any]
_CLOSED = ("done", "cancelled", "could_not")
_CHECKED = ("checked", "reviewed")


@dataclass(frozen=True)
class Old:
    """Rows of one table: which of them may go when they are past their time, and what that time is of."""

    table: sa.Table
    at: _Column
    which: _Column
    # Whose prison it is, for rows that name a person only.
    person: _Column | None = None


def _request_kept_for_an_offer() -> _Column:
    """Who was asked to go is concerned as well as who asked and who went."""
    return sa.exists().where((request_offer.c.request_id == t.request.c.id) & ~free(request_offer))


def _record_with_words() -> _Column:
    entry, record = t.safety_entry, t.safety_record
    of_record = (entry.c.record_id == record.c.id) & (safety_words.c.entry_id == entry.c.id)
    return (record.c.first_name != "") | sa.exists().where(of_record)


def _no_younger_entry(before: datetime) -> _Column:
    """A note, a look back or a reason of today on an old record begins its time anew."""
    entry = t.safety_entry.alias()
    return ~sa.exists().where((entry.c.record_id == t.safety_record.c.id) & (entry.c.at >= before))


def _old(old: "Old", before: datetime) -> _Column:
    """Past its time, and of the state in which it may go."""
    mine = old.which & (old.at < before)
    return mine & _no_younger_entry(before) if old.table is t.safety_record else mine


def _tablet_in_no_session() -> _Column:
    return ~sa.exists().where(t.person_session.c.device_id == t.device.c.id)


_session, _staff_session, _check = t.person_session.c, t.staff_session.c, s.contact_check.c
OLD: Mapping[DataKind, tuple[Old, ...]] = {
    DataKind.MESSAGES: (Old(t.message, t.message.c.at, sa.true(), t.message.c.person_id),),
    DataKind.REQUESTS: (
        Old(
            t.request,
            t.request.c.changed_at,
            t.request.c.state.in_(_CLOSED) & ~_request_kept_for_an_offer(),
        ),
    ),
    # A record that nobody has checked keeps its words, however old.
    DataKind.SAFETY_WORDS: (
        Old(
            t.safety_record,
            t.safety_record.c.latest_at,
            t.safety_record.c.state.in_(_CHECKED) & _record_with_words(),
        ),
    ),
    DataKind.AUDIT_WORDS: (
        Old(t.audit, t.audit.c.at, sa.exists().where(audit_words.c.entry_id == t.audit.c.id)),
    ),
    DataKind.PERSON_SESSIONS: (
        Old(
            t.person_session,
            sa.type_coerce(
                sa.func.coalesce(_session.ended_at, _session.last_seen_at), _session.last_seen_at.type
            ),
            sa.true(),
            _session.person_id,
        ),
    ),
    DataKind.STAFF_SESSIONS: (
        Old(
            t.staff_session,
            sa.type_coerce(
                sa.func.coalesce(_staff_session.ended_at, _staff_session.last_seen_at),
                _staff_session.last_seen_at.type,
            ),
            sa.true(),
        ),
    ),
    DataKind.TABLETS: (Old(t.device, t.device.c.revoked_at, _tablet_in_no_session()),),
    DataKind.HELPING: (
        Old(s.duty_spell, s.duty_spell.c.ended_at, sa.true(), s.duty_spell.c.person_id),
        Old(s.contact_check, _check.at, _check.closed_at.is_not(None), _check.person_id),
    ),
    DataKind.KEPT_APART: (Old(keep_apart, keep_apart.c.removed_at, sa.true()),),
}


@dataclass(frozen=True)
class Found:
    """Keys of rows that are past their time, and the time of the latest of them."""

    keys: Sequence[Sequence[Any]] = ()
    upto: datetime | None = None


class RetentionRows(Rows):
    def find(self, old: Old, prison_id: str, before: datetime) -> Found:
        """The oldest first. A look, without a lock."""
        keys = tuple(old.table.primary_key)
        mine = _old(old, before) & free(old.table) & _of_prison(old, prison_id)
        wanted = sa.select(*keys, old.at.label("at")).where(mine).order_by(old.at, *keys).limit(BATCH)
        if old.table is t.message:
            # SQLite would look at every message of the prison and sort them, each time.
            wanted = wanted.with_hint(t.message, "INDEXED BY ix_message_at", "sqlite")
        rows = self.session.execute(wanted).all()
        return Found([tuple(row[:-1]) for row in rows], rows[-1].at if rows else None)

    def take(self, old: Old, found: Found, prison_id: str, before: datetime, day: date) -> int:
        """Deletes these rows with what belongs to them, or wipes their words. How many it were.

        `day` is that of `before`, by the prison's clock.
        """
        which = _among(old.table, found.keys) & _old(old, before)
        if old.table is t.safety_record:
            link, between = safety_words.c.entry_id, (t.safety_entry.c.id, t.safety_entry.c.record_id)
            # Named once: when its words are gone a record is no longer one that has some.
            mine = sa.select(old.table.c.id).where(which & free(old.table))
            taken = [(one,) for one in self.session.scalars(mine)]
            these = _among(old.table, taken)
            delete_parts(self.session, safety_words, old.table, link, these, between)
            wipe(self.session, old.table, these, {"first_name": ""})
            return len(taken)
        if old.table is t.audit:
            between = (t.audit.c.id, t.audit.c.seq)
            return delete_parts(self.session, audit_words, t.audit, audit_words.c.entry_id, which, between)
        if old.table is t.request:
            # Of that day itself some requests go now and the rest later: it is not counted anew either.
            self.make_final(prison_id, day + timedelta(days=1))
            for part in (t.request_event, request_offer):
                delete_parts(self.session, part, old.table, part.c.request_id, which)
        return delete(self.session, old.table, which)

    def make_final(self, prison_id: str, day: date) -> None:
        """What was counted of earlier days stays as it is: some of what it was counted from has gone."""
        mine = report_final.c.prison_id == prison_id
        known = self.session.scalar(sa.select(report_final.c.before).where(mine).with_for_update())
        if known is None:
            self.insert(report_final, {"prison_id": prison_id, "before": day})
        elif known < day:
            self.session.execute(sa.update(report_final).where(mine).values(before=day))

    def helper_days(self, prison_id: str, before: date) -> int:
        """Contacts of each supporter by day, as reports count them."""
        table = report_helper_day
        return delete(self.session, table, (table.c.prison_id == prison_id) & (table.c.day < before))

    def removed(self, prison_id: str) -> int:
        """What somebody took away while a hold kept it, and none does any more."""
        return delete_removed(self.session, prison_id)

    def note_who_left(self, prison_id: str, now: datetime) -> int:
        """Since when somebody is away, as far as the worker can see; who came back begins anew."""
        person, known = t.person.c, sa.select(person_left.c.person_id)
        back = sa.select(person.id).where(person.active & (person.prison_id == prison_id))
        delete_anyway(self.session, person_left, person_left.c.person_id.in_(back))
        gone = sa.select(person.id).where(~person.active & (person.prison_id == prison_id))
        new = list(self.session.scalars(gone.where(person.id.not_in(known)).limit(BATCH)))
        if new:
            self.session.execute(
                sa.insert(person_left), [{"person_id": one, "since": now, "cleared_at": None} for one in new]
            )
        return len(new)

    def left_long_ago(self, prison_id: str, before: datetime) -> Sequence[str]:
        """Of whom nothing else is kept any more, and who need not be kept apart from anybody."""
        person = t.person
        mine = (person.c.prison_id == prison_id) & ~person.c.active & (person_left.c.since < before)
        mine &= person_left.c.cleared_at.is_(None) & free(person_left)
        for column in _NAMED_IN:
            mine &= ~sa.exists().where(column == person.c.id)
        with_words = sa.exists().where((t.safety_record.c.person_id == person.c.id) & _record_with_words())
        joined = sa.select(person.c.id).join(person_left, person_left.c.person_id == person.c.id)
        return list(self.session.scalars(joined.where(mine & ~with_words).order_by(person.c.id).limit(BATCH)))

    def clear_person(self, person_id: str, now: datetime) -> int:
        """What is left of somebody is an id, by which the chain still tells one person from another."""
        # Locked first: somebody who came back since this was found keeps everything.
        gone = sa.select(t.person.c.id).where((t.person.c.id == person_id) & ~t.person.c.active)
        if self.session.scalar(gone.with_for_update(key_share=True)) is None:
            return 0
        mine = person_left.c.person_id == person_id
        if not wipe(
            self.session, person_left, mine & person_left.c.cleared_at.is_(None), {"cleared_at": now}
        ):
            return 0
        for table in (marked_day, s.rota_exception, s.rota, t.supporter):
            delete_anyway(self.session, table, table.c.person_id == person_id)
        values = {
            **dict.fromkeys(("first_name", "wing", "landing", "cell", "pin_hash", "language"), ""),
            "number": f"gone {person_id}",
            **dict.fromkeys(("welcomed_at", "cell_said_at", "wait_until")),
            "failed_pins": 0,
        }
        cleared = sa.update(t.person).where((t.person.c.id == person_id) & ~t.person.c.active).values(values)
        return int(self.session.execute(cleared).rowcount)  # type: ignore[attr-defined]


# A person who stands in one of these is not cleared yet.
_NAMED_IN: tuple[_Column, ...] = (
    t.message.c.person_id,
    t.request.c.person_id,
    t.request.c.supporter_id,
    request_offer.c.supporter_id,
    t.person_session.c.person_id,
    keep_apart.c.first_id,
    keep_apart.c.second_id,
    s.pressure_report.c.person_id,
    s.duty_spell.c.person_id,
    s.contact_check.c.person_id,
    s.debrief.c.person_id,
    s.application.c.person_id,
    s.letter_request.c.person_id,
    s.swap.c.asker_id,
    s.swap.c.asked_of,
    s.swap.c.taken_by,
)


def _of_prison(old: Old, prison_id: str) -> _Column:
    if old.person is None and "prison_id" in old.table.c:
        return old.table.c.prison_id == prison_id
    if old.person is None:
        staff = sa.select(t.staff.c.id).where(t.staff.c.prison_id == prison_id)
        return old.table.c.staff_id.in_(staff)
    return old.person.in_(sa.select(t.person.c.id).where(t.person.c.prison_id == prison_id))


def _among(table: sa.Table, keys: Sequence[Sequence[Any]]) -> _Column:
    columns = tuple(table.primary_key)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return sa.or_(
        *(sa.and_(*(column == value for column, value in zip(columns, key, strict=True))) for key in keys)
    )
