"""Who read what, out of the audit: pages of it by filters, and the counts that show unusual reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.people.model import ActorKind
from bot.people.reading import HourOfReading, PagesRefused, PersonOfReading, WingOfReading
from bot.store import supporter_tables as s
from bot.store import tables as t
from bot.store.reading_tables import BY_REF, BY_STAFF, READ
from bot.store.rows import Rows
from bot.store.types import UtcTime

_A: Final = t.audit.c
_RECORD: Final = ("safety_record_viewed", "alert_viewed", "verdict_viewed", "conversation_viewed")
_PERSON: Final = ("person_viewed", "on_behalf_viewed", "rota_viewed")
_REQUEST: Final = ("request_viewed",)
# SQLite would walk all that each account ever read.
_BY_TIME: Final = f"INDEXED BY {READ.name}"
_REFUSED: Final = "page_refused"
# Read, though not called so: sheets and files that were taken along, and sealed reasons.
_ALSO: Final = ("keep_apart_reason_read", "handover_printed", "branch_list_exported")


@dataclass(frozen=True)
class Asked:
    """All that is given must hold."""

    prison_id: str
    staff_id: str = ""
    person_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Reading:
    seq: int
    id: str
    staff_id: str
    action: str
    ref: str
    at: datetime


@dataclass(frozen=True)
class About:
    """Whom a page was about, and where that person was then, or is."""

    person_id: str
    first_name: str
    number: str
    wing: str


class ReadingRows(Rows):
    def find(
        self, asked: Asked, *, after: tuple[datetime, int] | None = None, limit: int = 50
    ) -> Sequence[Reading]:
        """The latest first; also what was refused."""
        rules = [_A.prison_id == asked.prison_id, _is_reading() | (_A.action == _REFUSED)]
        if asked.staff_id:
            rules.append(_A.staff_id == asked.staff_id)
        if asked.person_id:
            rules.append(_A.ref.in_(_refs_of(asked.person_id)))
        if asked.since is not None:
            rules.append(_A.at >= asked.since)
        if asked.until is not None:
            rules.append(_A.at < asked.until)
        if after is not None:
            at, seq = sa.literal(after[0], UtcTime), sa.literal(after[1])
            rules += [_A.at <= at, sa.tuple_(_A.at, _A.seq) < sa.tuple_(at, seq)]
        found = sa.select(_A.seq, _A.id, _A.staff_id, _A.action, _A.ref, _A.at).where(*rules)
        found = found.with_hint(t.audit, f"INDEXED BY {_index_for(asked)}", "sqlite")
        ordered = found.order_by(_A.at.desc(), _A.seq.desc()).limit(limit)
        return [Reading(**row) for row in self.all(ordered)]

    def about(self, refs: Iterable[str]) -> Mapping[str, About]:
        """Whom each of these pages was about; what is about nobody is left out."""
        ids = set(refs)
        person = t.person.c
        parts = [
            sa.select(table.c.id.label("ref"), person.id, person.first_name, person.number, wing)
            .join_from(table, t.person, link == person.id)
            .where(table.c.id.in_(ids))
            for table, link, wing in (
                (t.safety_record, t.safety_record.c.person_id, t.safety_record.c.wing),
                (t.request, t.request.c.person_id, t.request.c.wing),
                (s.letter_request, s.letter_request.c.person_id, person.wing),
                (s.pressure_report, s.pressure_report.c.person_id, person.wing),
            )
        ]
        own = sa.select(person.id.label("ref"), person.id, person.first_name, person.number, person.wing)
        rows = self.session.execute(sa.union_all(own.where(person.id.in_(ids)), *parts))
        return {ref: About(*rest) for ref, *rest in rows}

    def hours(self, prison_id: str, since: datetime) -> Sequence[HourOfReading]:
        hour = self._hour()
        counted = (
            sa.select(_A.staff_id, hour, sa.func.count(sa.distinct(_A.ref)))
            .where(_A.prison_id == prison_id, _A.at >= since, _is_reading())
            .group_by(_A.staff_id, hour)
            .with_hint(t.audit, _BY_TIME, "sqlite")
        )
        return [
            HourOfReading(staff_id, datetime.fromisoformat(f"{each}:00:00+00:00"), pages)
            for staff_id, each, pages in self.session.execute(counted)
        ]

    def wings(self, prison_id: str, begin: datetime, since: datetime) -> Sequence[WingOfReading]:
        """From `begin` on, counted apart before and after `since`."""
        found: dict[tuple[str, str], list[int]] = {}
        for table, actions in _KINDS:
            new = sa.func.sum(sa.case((_A.at >= since, 1), else_=0))
            counted = (
                sa.select(_A.staff_id, table.c.wing, sa.func.count(), new)
                .join_from(t.audit, table, table.c.id == _A.ref)
                .where(_A.prison_id == prison_id, _A.at >= begin, _A.action.in_(actions))
                .group_by(_A.staff_id, table.c.wing)
                .with_hint(t.audit, _BY_TIME, "sqlite")
            )
            for staff_id, wing, count, lately in self.session.execute(counted):
                mine = found.setdefault((staff_id, wing), [0, 0])
                mine[0] += int(count) - int(lately)
                mine[1] += int(lately)
        return [WingOfReading(*key, *counts) for key, counts in found.items()]

    def persons(self, prison_id: str, since: datetime, least: int) -> Sequence[PersonOfReading]:
        """Who opened pages about the same person so often at least."""
        parts = [
            sa.select(_A.staff_id, link.label("person_id"), _A.at)
            .join_from(t.audit, table, table.c.id == _A.ref)
            .where(_A.prison_id == prison_id, _A.at >= since, _A.action.in_(actions))
            .with_hint(t.audit, _BY_TIME, "sqlite")
            for table, actions, link in (
                (*_KINDS[0], t.safety_record.c.person_id),
                (*_KINDS[1], t.person.c.id),
                (*_KINDS[2], t.request.c.person_id),
            )
        ]
        each = sa.union_all(*parts).subquery()
        counted = (
            sa.select(each.c.staff_id, each.c.person_id, sa.func.count(), sa.func.max(each.c.at))
            .group_by(each.c.staff_id, each.c.person_id)
            .having(sa.func.count() >= least)
        )
        return [PersonOfReading(*row) for row in self.session.execute(counted)]

    def refused(self, prison_id: str, since: datetime) -> Sequence[PagesRefused]:
        counted = (
            sa.select(_A.staff_id, sa.func.count(sa.distinct(_A.ref)), sa.func.max(_A.at))
            .where(_A.prison_id == prison_id, _A.at >= since, _A.action == _REFUSED)
            .group_by(_A.staff_id)
            .with_hint(t.audit, _BY_TIME, "sqlite")
        )
        return [PagesRefused(*row) for row in self.session.execute(counted)]

    def concerned(self, pairs: Iterable[tuple[str, str]], since: datetime) -> set[tuple[str, str]]:
        """Of these pairs of account and person, those where the account did something about the person."""
        return {pair for pair in pairs if self._acted(*pair, since)}

    def _acted(self, staff_id: str, person_id: str, since: datetime) -> bool:
        by_staff = ActorKind.STAFF.value
        entry, event = t.safety_entry, t.request_event
        in_log = (
            sa.select(entry.c.id)
            .join_from(t.safety_record, entry, entry.c.record_id == t.safety_record.c.id)
            .where(t.safety_record.c.person_id == person_id, entry.c.at >= since)
            .where(entry.c.actor_kind == by_staff, entry.c.actor_id == staff_id, entry.c.kind != "opened")
        )
        in_queue = (
            sa.select(event.c.seq)
            .join_from(t.request, event, event.c.request_id == t.request.c.id)
            .where(t.request.c.person_id == person_id, event.c.at >= since)
            .where(event.c.actor_kind == by_staff, event.c.actor_id == staff_id)
        )
        return any(self.one(each.limit(1)) is not None for each in (in_log, in_queue))

    def _hour(self) -> "sa.ColumnElement[str]":
        if self.session.get_bind().dialect.name == "sqlite":
            return sa.func.substr(sa.type_coerce(_A.at, sa.String), 1, 13)
        return sa.func.to_char(sa.func.timezone("UTC", _A.at), sa.literal_column("'YYYY-MM-DD HH24'"))


_KINDS: Final[tuple[tuple[sa.Table, tuple[str, ...]], ...]] = (
    (t.safety_record, _RECORD),
    (t.person, _PERSON),
    (t.request, _REQUEST),
)


def _is_reading() -> "sa.ColumnElement[bool]":
    return _A.action.like("%\\_viewed", escape="\\") | _A.action.in_(_ALSO)


def _index_for(asked: Asked) -> str:
    if asked.person_id:
        return str(BY_REF.name)
    return str(BY_STAFF.name if asked.staff_id else READ.name)


def _refs_of(person_id: str) -> Any:
    """The ids of all that has a page and is about this person."""
    tables = (t.safety_record, t.request, s.letter_request, s.pressure_report)
    return sa.union_all(
        sa.select(sa.literal(person_id)),
        *(sa.select(table.c.id).where(table.c.person_id == person_id) for table in tables),
    )
