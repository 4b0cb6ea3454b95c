"""The safety log's rows: entries are only ever added, under a lock on the head of the chain."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.people.model import ActorKind
from bot.safety.model import Level
from bot.safety.record import (
    WORDS_INSIDE,
    Entry,
    EntryKind,
    RecordState,
    SafetyRecord,
    SecondLook,
    digest,
    first_form_words,
)
from bot.store import tables as t
from bot.store.proof_tables import safety_words
from bot.store.review_tables import bits_of
from bot.store.rows import Rows, place_of, to_row
from bot.store.sealed import Sealer
from bot.store.words import entry_row, opened, word_rows

# A database takes only so many values in one question.
_AT_ONCE = 500
_NOT_CHECKED = [RecordState.OPEN.value, RecordState.ACKNOWLEDGED.value]


class SafetyRows(Rows):
    def __init__(self, session: Session, seals: Callable[[], Sealer]) -> None:
        super().__init__(session)
        self._seals = seals

    @property
    def seals(self) -> Sealer:
        return self._seals()

    def append(self, entry: Entry) -> Entry:
        # The head is locked before it is read: two writers cannot both follow the same entry.
        head = self.session.scalar(sa.select(t.chain_head.c.hash).with_for_update(key_share=True))
        if head is None:
            raise LookupError("the safety log has no head; run the migrations")
        linked = replace(entry, previous=head)
        linked = replace(linked, hash=digest(linked))
        self.insert(t.safety_entry, entry_row(linked))
        self.session.execute(sa.update(t.chain_head).values(hash=linked.hash))
        if linked.words:
            self.session.execute(sa.insert(safety_words), word_rows(linked, self.seals))
        return linked

    def entries_of(self, record_id: str, *, words: bool = True) -> Sequence[Entry]:
        """Without `words` it is quicker, for who asks only what happened."""
        mine = t.safety_entry.c.record_id == record_id
        rows = self.all(sa.select(t.safety_entry).where(mine).order_by(t.safety_entry.c.seq))
        return self._with_words(rows) if words else [_entry(row) for row in rows]

    def entries_of_each(self, record_ids: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries of several records, in one look; every id has its list."""
        found: dict[str, list[Entry]] = {record_id: [] for record_id in record_ids}
        mine = t.safety_entry.c.record_id.in_(record_ids)
        rows = self.all(sa.select(t.safety_entry).where(mine).order_by(t.safety_entry.c.seq))
        for entry in self._with_words(rows):
            found[entry.record_id].append(entry)
        return found

    def entry(self, entry_id: str) -> Entry | None:
        row = self.one(sa.select(t.safety_entry).where(t.safety_entry.c.id == entry_id))
        return self._with_words([row])[0] if row else None

    def _with_words(self, rows: list[dict[str, Any]]) -> list[Entry]:
        """The entries with what was said in them, as far as it is there and can be opened."""
        entries = [_entry(row) for row in rows]
        ids = [entry.id for entry in entries if entry.commitments]
        kept: dict[str, list[dict[str, Any]]] = {}
        for at in range(0, len(ids), _AT_ONCE):
            mine = safety_words.c.entry_id.in_(ids[at : at + _AT_ONCE])
            for row in self.all(sa.select(safety_words).where(mine)):
                kept.setdefault(row["entry_id"], []).append(row)
        return [opened(entry, kept.get(entry.id, ()), self._seals) for entry in entries]

    def add_record(self, record: SafetyRecord) -> None:
        self.insert(t.safety_record, _row(record))

    def save_record(self, record: SafetyRecord) -> None:
        self.change(t.safety_record, _row(record))

    def get(self, record_id: str) -> SafetyRecord | None:
        return self._record(sa.select(t.safety_record).where(t.safety_record.c.id == record_id))

    def get_for_change(self, record_id: str) -> SafetyRecord | None:
        mine = sa.select(t.safety_record).where(t.safety_record.c.id == record_id)
        return self._record(mine.with_for_update(key_share=True))

    def open_of(self, person_id: str) -> SafetyRecord | None:
        record = t.safety_record
        mine = (record.c.person_id == person_id) & record.c.state.in_(_NOT_CHECKED)
        return self._record(sa.select(record).where(mine).limit(1).with_for_update(key_share=True))

    def has_open(self, person_id: str) -> bool:
        """The same without a lock, for who only asks."""
        record = t.safety_record
        mine = (record.c.person_id == person_id) & record.c.state.in_(_NOT_CHECKED)
        return self.one(sa.select(record.c.id).where(mine).limit(1)) is not None

    def sounding_of_cell(
        self, prison_id: str, wing: str, cell: str, until: datetime, limit: int
    ) -> Sequence[SafetyRecord]:
        mine = _sounding_of_cell(prison_id, wing, cell, until)
        # In one order for all who ask: of two at once the second waits and then finds nothing.
        statement = sa.select(t.safety_record).where(mine).order_by(t.safety_record.c.id).limit(limit)
        return self._records(statement.with_for_update(key_share=True))

    def count_sounding_of_cell(self, prison_id: str, wing: str, cell: str, until: datetime) -> int:
        counted = sa.select(sa.func.count()).select_from(t.safety_record)
        return self.session.scalar(counted.where(_sounding_of_cell(prison_id, wing, cell, until))) or 0

    def due_to_climb(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        record = t.safety_record
        late = record.c.state.in_(_NOT_CHECKED) & (record.c.climb_at <= now)
        late |= (record.c.state == RecordState.ACKNOWLEDGED.value) & record.c.climb_at.is_(None)
        mine = sa.select(record).where((record.c.prison_id == prison_id) & late)
        statement = mine.order_by(record.c.climb_at).limit(limit)
        return self._records(statement.with_for_update(key_share=True, skip_locked=True))

    def reviews_due(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        record = t.safety_record
        timeless = (record.c.state == RecordState.CHECKED.value) & record.c.review_due_at.is_(None)
        late = (record.c.review_climb_at <= now) | timeless
        mine = sa.select(record).where((record.c.prison_id == prison_id) & late)
        statement = mine.order_by(record.c.review_climb_at).limit(limit)
        return self._records(statement.with_for_update(key_share=True, skip_locked=True))

    def climb_too_late(
        self, prison_id: str, latest: Mapping[tuple[RecordState, Level], datetime], limit: int
    ) -> Sequence[SafetyRecord]:
        record = t.safety_record
        ahead = sa.or_(
            *(
                (record.c.state == state.value) & (record.c.level == level.value) & (record.c.climb_at > at)
                for (state, level), at in latest.items()
            )
        )
        mine = sa.select(record).where((record.c.prison_id == prison_id) & ahead)
        ordered = mine.order_by(record.c.climb_at.desc()).limit(limit)
        return self._records(ordered.with_for_update(key_share=True, skip_locked=True))

    def alerts_in(self, prison_id: str, wings: Sequence[str] = ()) -> Sequence[SafetyRecord]:
        """What nobody has checked yet, for the board: gravest first, then longest waiting."""
        record = t.safety_record
        mine = (record.c.prison_id == prison_id) & record.c.state.in_(_NOT_CHECKED)
        if wings:
            mine &= record.c.wing.in_(wings)
        gravest = sa.case({"emergency": 0, "urgent": 1}, value=record.c.level, else_=2)
        return self._records(sa.select(record).where(mine).order_by(gravest, record.c.noticed_at))

    def messages_by_cell(self, prison_id: str, since: datetime) -> dict[tuple[str, str], int]:
        """How many messages in danger came of late from each wing and cell, answered ones too."""
        record = t.safety_record
        recent = (record.c.prison_id == prison_id) & (record.c.latest_at >= since)
        counted = sa.select(record.c.wing, record.c.cell, sa.func.sum(record.c.times)).where(recent)
        rows = self.session.execute(counted.group_by(record.c.wing, record.c.cell))
        return {(wing, cell): int(times) for wing, cell, times in rows}

    def list_of(
        self,
        prison_id: str,
        state: RecordState | None = None,
        *,
        wings: Sequence[str] = (),
        limit: int = 200,
    ) -> Sequence[SafetyRecord]:
        """The latest records, newest first."""
        record = t.safety_record
        mine = record.c.prison_id == prison_id
        if state is not None:
            mine &= record.c.state == state.value
        if wings:
            mine &= record.c.wing.in_(wings)
        return self._records(sa.select(record).where(mine).order_by(record.c.latest_at.desc()).limit(limit))

    def _record(self, statement: "sa.Select[Any]") -> SafetyRecord | None:
        found = self._records(statement)
        return found[0] if found else None

    def _records(self, statement: "sa.Select[Any]") -> list[SafetyRecord]:
        return [record_of(row) for row in self.all(statement)]


def _sounding_of_cell(prison_id: str, wing: str, cell: str, until: datetime) -> "sa.ColumnElement[bool]":
    record = t.safety_record
    mine = (record.c.prison_id == prison_id) & (record.c.wing == wing) & (record.c.cell == cell)
    return mine & (record.c.state == RecordState.OPEN.value) & (record.c.latest_at <= until)


def _row(record: SafetyRecord) -> dict[str, Any]:
    return to_row(record) | {"risk_bits": bits_of(record.risks)}


def record_of(row: dict[str, Any]) -> SafetyRecord:
    place = place_of(row)
    for part in ("wing", "landing", "cell", "risk_bits"):
        del row[part]
    row["second_look"] = SecondLook(row["second_look"])
    row["level"] = Level(row["level"])
    row["risks"] = tuple(row["risks"])
    row["state"] = RecordState(row["state"])
    return SafetyRecord(place=place, **row)


def _entry(row: dict[str, Any]) -> Entry:
    del row["seq"]
    row["kind"] = EntryKind(row["kind"])
    row["actor_kind"] = ActorKind(row["actor_kind"])
    row["body"] = json.loads(row["body"])
    row["commitments"] = json.loads(row["commitments"])
    if row["form"] == WORDS_INSIDE:
        row["words"] = first_form_words(row["body"])
    return Entry(**row)
