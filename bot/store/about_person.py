"""Everything that is stored about one person, table by table: for a bundle under a hold, and for the person.

Whom a row is about is said in one place (deleting.py), so that what is held is what is handed out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.safety.record import Entry
from bot.store import delivery_tables as d
from bot.store import tables as t
from bot.store.deleting import ABOUT, REMOVABLE, About
from bot.store.edition_tables import content_edition
from bot.store.hold_tables import legal_hold
from bot.store.offer_tables import request_offer
from bot.store.rows import Rows
from bot.store.safety_log import SafetyRows
from bot.store.sealed import UNOPENED, CannotOpen, Sealer
from bot.store.tables import metadata
from bot.store.types import SealedBefore

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Period:
    """Without a begin or an end it has none."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None

    def overlaps(self, about: About) -> "sa.ColumnElement[bool]":
        """As `free` asks it of a hold."""
        if about.begins is None:
            return sa.true()
        ends = about.begins if about.ends is None else sa.func.coalesce(about.ends, about.begins)
        inside: sa.ColumnElement[bool] = sa.true()
        if self.begins_at is not None:
            inside &= sa.type_coerce(ends, about.begins.type) >= self.begins_at
        if self.ends_at is not None:
            inside &= about.begins < self.ends_at
        return inside


EVER = Period()


@dataclass(frozen=True)
class Everything:
    """By table; `entries` are those of the person's safety records, with their words."""

    people: Sequence[Row]
    tables: Mapping[str, Sequence[Row]]
    entries: Sequence[Entry]


class AboutPersonRows(Rows):
    def __init__(self, session: Session, sealer: Sealer, safety: SafetyRows) -> None:
        super().__init__(session)
        self._sealer = sealer
        self._safety = safety

    def ids_of(self, number: str) -> list[str]:
        """Of everybody with this prison number: somebody may have been added anew in another prison."""
        return list(self.session.scalars(sa.select(t.person.c.id).where(t.person.c.number == number)))

    def everything(self, ids: Sequence[str], period: Period = EVER, *, removed: bool = False) -> Everything:
        """`removed` adds what was taken away and only a hold keeps: for its bundle, and for nobody else."""
        found = {
            name: self._rows(
                metadata.tables[name],
                _whose(about, ids) & period.overlaps(about) & _standing(name, removed=removed),
            )
            for name, about in ABOUT.items()
            if about.people
        }
        requests = [row["id"] for row in found["request"]]
        records = [row["id"] for row in found["safety_record"]]
        found["request_event"] = self._rows(t.request_event, t.request_event.c.request_id.in_(requests))
        # Who was asked to go to this person; what the person was asked to go to is there already.
        offers = self._rows(request_offer, request_offer.c.request_id.in_(requests))
        known = {row["id"] for row in found["request_offer"]}
        found["request_offer"] = [*found["request_offer"], *(o for o in offers if o["id"] not in known)]
        sent = d.delivery.c.ref.in_([*requests, *records])
        found["delivery"] = self._rows(d.delivery, sent)
        tries = d.delivery_attempt.c.delivery_seq.in_([row["seq"] for row in found["delivery"]])
        found["delivery_attempt"] = self._rows(d.delivery_attempt, tries)
        found["supporter"] = self._rows(t.supporter, t.supporter.c.person_id.in_(ids))
        found["legal_hold"] = self._rows(legal_hold, legal_hold.c.person_id.in_(ids))
        each = self._safety.entries_of_each(records) if records else {}
        entries = [entry for record_id in records for entry in each[record_id]]
        people = self._rows(t.person, t.person.c.id.in_(ids))
        hidden = ("pin_hash", "token_hash")
        return Everything(
            _without(people, hidden), {k: _without(v, hidden) for k, v in found.items()}, entries
        )

    def looked_at(self, refs: Iterable[str], period: Period = EVER) -> Sequence[Row]:
        """Lines of the audit that name one of these."""
        about = About(begins=t.audit.c.at)
        return self._rows(t.audit, t.audit.c.ref.in_(list(refs)) & period.overlaps(about))

    def editions(self, prison_ids: Iterable[str], period: Period = EVER) -> Sequence[Row]:
        """Every version of a text from before the end of the period: what could be read then."""
        about = About(begins=content_edition.c.at)
        until = Period(None, period.ends_at)
        mine = content_edition.c.prison_id.in_(list(prison_ids)) & until.overlaps(about)
        return self._rows(content_edition, mine)

    def _rows(self, table: sa.Table, which: "sa.ColumnElement[bool]") -> list[dict[str, Any]]:
        statement = sa.select(table).where(which).order_by(*table.primary_key)
        sealed = [column.name for column in table.columns if isinstance(column.type, SealedBefore)]
        return [
            {**row, **{name: self._opened(row[name]) for name in sealed if row[name]}}
            for row in self.all(statement)
        ]

    def _opened(self, sealed: str) -> str:
        try:
            return self._sealer.open(sealed)
        except (CannotOpen, UnicodeEncodeError):
            return UNOPENED


def _standing(name: str, *, removed: bool) -> "sa.ColumnElement[bool]":
    column = metadata.tables[name].c.get("removed_at")
    # Pairs that were kept apart say so until their own time is over.
    if removed or column is None or metadata.tables[name] not in REMOVABLE:
        return sa.true()
    return column.is_(None)


def _whose(about: About, ids: Sequence[str]) -> "sa.ColumnElement[bool]":
    return sa.or_(*(column.in_(ids) for column in about.people))


def _without(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    return [{key: value for key, value in row.items() if key not in names} for row in rows]
