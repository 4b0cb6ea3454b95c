"""Rows about those who help: time on duty, checks after contacts, talks, reports, applications, letters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.applying import Application, ApplicationState
from bot.people.care import Check, Debrief, DebriefState, Felt
from bot.people.duty import Spell
from bot.people.model import PeerRole
from bot.people.own_record import LetterRequest
from bot.people.pressure import PressureReport
from bot.store import supporter_tables as t
from bot.store.deleting import delete, standing, take_away, wipe
from bot.store.rows import Rows, to_row
from bot.store.tables import person


class SpellRows(Rows):
    def begin(self, person_id: str, now: datetime) -> None:
        at = (t.duty_spell.c.person_id == person_id) & (t.duty_spell.c.began_at == now)
        lasting = (t.duty_spell.c.person_id == person_id) & t.duty_spell.c.ended_at.is_(None)
        if self.one(sa.select(t.duty_spell.c.person_id).where(lasting | at)) is None:
            self.insert(t.duty_spell, to_row(Spell(person_id, now)))
        else:
            # On again in the very moment of going off: it lasts.
            self.session.execute(sa.update(t.duty_spell).where(at).values(ended_at=None))

    def end(self, person_id: str, now: datetime) -> None:
        lasting = (t.duty_spell.c.person_id == person_id) & t.duty_spell.c.ended_at.is_(None)
        self.session.execute(sa.update(t.duty_spell).where(lasting).values(ended_at=now))

    def of_person(self, person_id: str) -> Sequence[Spell]:
        mine = sa.select(t.duty_spell).where(t.duty_spell.c.person_id == person_id)
        return [Spell(**row) for row in self.all(mine.order_by(t.duty_spell.c.began_at))]


class CheckRows(Rows):
    def add(self, check: Check) -> None:
        self.insert(t.contact_check, to_row(check))

    def get_for_change(self, check_id: str) -> Check | None:
        mine = sa.select(t.contact_check).where(t.contact_check.c.id == check_id)
        row = self.one(mine.with_for_update(key_share=True))
        return _check(row) if row else None

    def save(self, check: Check) -> None:
        self.change(t.contact_check, to_row(check))

    def find(self, person_id: str, check_id: str) -> Check | None:
        mine = (t.contact_check.c.person_id == person_id) & (t.contact_check.c.id == check_id)
        row = self.one(sa.select(t.contact_check).where(mine))
        return _check(row) if row else None

    def unanswered_of(self, person_id: str, since: datetime) -> Check | None:
        """The latest that is still open and no older than this."""
        mine = (t.contact_check.c.person_id == person_id) & t.contact_check.c.closed_at.is_(None)
        recent = mine & (t.contact_check.c.at >= since)
        row = self.one(sa.select(t.contact_check).where(recent).order_by(t.contact_check.c.at.desc()))
        return _check(row) if row else None

    def times_of(self, person_id: str) -> Sequence[datetime]:
        mine = sa.select(t.contact_check.c.at).where(t.contact_check.c.person_id == person_id)
        return [row["at"] for row in self.all(mine.order_by(t.contact_check.c.at))]

    def forget_answers(self, before: datetime) -> int:
        """How a contact was is forgotten; that there was one stays in the supporter's own record."""
        c = t.contact_check.c
        said = c.felt.is_not(None) | c.wants_rest.is_not(None) | c.wants_talk.is_not(None)
        wiped = {"felt": None, "wants_rest": None, "wants_talk": None, "closed_at": before}
        return wipe(self.session, t.contact_check, (c.at < before) & said, wiped)


class DebriefRows(Rows):
    def open_of(self, person_id: str) -> Debrief | None:
        mine = (t.debrief.c.person_id == person_id) & _not_done()
        row = self.one(sa.select(t.debrief).where(mine))
        return _debrief(row) if row else None

    def get_for_change(self, debrief_id: str) -> Debrief | None:
        row = self.one(
            sa.select(t.debrief).where(t.debrief.c.id == debrief_id).with_for_update(key_share=True)
        )
        return _debrief(row) if row else None

    def open_in(self, prison_id: str) -> Sequence[Debrief]:
        """Longest waiting first; those that are arranged already come last."""
        mine = sa.select(t.debrief).where((t.debrief.c.prison_id == prison_id) & _not_done())
        arranged = t.debrief.c.state == DebriefState.ARRANGED.value
        return [_debrief(row) for row in self.all(mine.order_by(arranged, t.debrief.c.asked_at))]

    def count_asked(self, prison_id: str, wings: Sequence[str] = ()) -> int:
        """Of supporters of these wings; of all where none is named."""
        asked = (t.debrief.c.state == DebriefState.ASKED.value) & (t.debrief.c.prison_id == prison_id)
        mine = sa.select(sa.func.count()).select_from(t.debrief)
        return self.session.scalar(mine.where(asked, _of_wings(t.debrief.c.person_id, wings))) or 0

    def for_branch_since(self, prison_id: str, since: datetime) -> int:
        mine = (t.debrief.c.prison_id == prison_id) & t.debrief.c.for_branch.is_(True)
        counted = sa.select(sa.func.count()).select_from(t.debrief)
        return self.session.scalar(counted.where(mine & (t.debrief.c.asked_at >= since))) or 0

    def add(self, debrief: Debrief) -> None:
        self.insert(t.debrief, to_row(debrief))

    def save(self, debrief: Debrief) -> None:
        self.change(t.debrief, to_row(debrief))

    def forget(self, before: datetime) -> int:
        return delete(self.session, t.debrief, ~_not_done() & (t.debrief.c.changed_at < before))


class PressureRows(Rows):
    def find_sent(self, person_id: str, form_key: str) -> PressureReport | None:
        c = t.pressure_report.c
        row = self.one(
            sa.select(t.pressure_report).where((c.person_id == person_id) & (c.form_key == form_key))
        )
        return PressureReport(**row) if row else None

    def get_for_change(self, report_id: str) -> PressureReport | None:
        mine = sa.select(t.pressure_report).where(t.pressure_report.c.id == report_id)
        row = self.one(mine.with_for_update(key_share=True))
        return PressureReport(**row) if row else None

    def list_of(self, prison_id: str, closed_since: datetime) -> Sequence[PressureReport]:
        """Open ones first, the oldest of them on top; of the closed only the latest."""
        c = t.pressure_report.c
        shown = c.closed_at.is_(None) | (c.closed_at >= closed_since)
        mine = sa.select(t.pressure_report).where((c.prison_id == prison_id) & shown)
        order = (c.closed_at.is_not(None), c.at)
        return [PressureReport(**row) for row in self.all(mine.order_by(*order))]

    def count_open(self, prison_id: str, wings: Sequence[str] = ()) -> int:
        """Of supporters of these wings; of all where none is named."""
        c = t.pressure_report.c
        mine = sa.select(sa.func.count()).select_from(t.pressure_report)
        its_open = (c.prison_id == prison_id) & c.closed_at.is_(None)
        return self.session.scalar(mine.where(its_open, _of_wings(c.person_id, wings))) or 0

    def of_person(self, person_id: str) -> Sequence[PressureReport]:
        c = t.pressure_report.c
        mine = sa.select(t.pressure_report).where(c.person_id == person_id).order_by(c.at.desc())
        return [PressureReport(**row) for row in self.all(mine)]

    def add(self, report: PressureReport) -> None:
        self.insert(t.pressure_report, to_row(report))

    def save(self, report: PressureReport) -> None:
        self.change(t.pressure_report, to_row(report))

    def forget(self, before: datetime) -> int:
        return delete(self.session, t.pressure_report, t.pressure_report.c.closed_at < before)


class ApplicationRows(Rows):
    def open_of(self, person_id: str, role: PeerRole) -> Application | None:
        c = t.application.c
        mine = (c.person_id == person_id) & (c.role == role.value)
        row = self.one(sa.select(t.application).where(mine & (c.state == ApplicationState.OPEN.value)))
        return _application(row) if row else None

    def get_for_change(self, application_id: str) -> Application | None:
        mine = sa.select(t.application).where(t.application.c.id == application_id)
        row = self.one(mine.with_for_update(key_share=True))
        return _application(row) if row else None

    def of_person(self, person_id: str) -> Sequence[Application]:
        """The latest first."""
        mine = sa.select(t.application).where(t.application.c.person_id == person_id)
        rows = self.all(mine.order_by(t.application.c.changed_at.desc(), t.application.c.id))
        return [_application(row) for row in rows]

    def open_in(self, prison_id: str) -> Sequence[Application]:
        c = t.application.c
        mine = (c.prison_id == prison_id) & (c.state == ApplicationState.OPEN.value)
        return [
            _application(row) for row in self.all(sa.select(t.application).where(mine).order_by(c.asked_at))
        ]

    def add(self, application: Application) -> None:
        self.insert(t.application, to_row(application))

    def save(self, application: Application) -> None:
        self.change(t.application, to_row(application))

    def forget(self, before: datetime) -> int:
        c = t.application.c
        over = (c.state != ApplicationState.OPEN.value) & (c.changed_at < before)
        return delete(self.session, t.application, over)


class LetterRows(Rows):
    def open_of(self, person_id: str) -> LetterRequest | None:
        c = t.letter_request.c
        row = self.one(_letters((c.person_id == person_id) & c.done_at.is_(None)))
        return LetterRequest(**row) if row else None

    def get_for_change(self, letter_id: str) -> LetterRequest | None:
        row = self.one(_letters(t.letter_request.c.id == letter_id).with_for_update(key_share=True))
        return LetterRequest(**row) if row else None

    def open_in(self, prison_id: str) -> Sequence[LetterRequest]:
        c = t.letter_request.c
        mine = _letters((c.prison_id == prison_id) & c.done_at.is_(None))
        return [LetterRequest(**row) for row in self.all(mine.order_by(c.asked_at))]

    def add(self, letter: LetterRequest) -> None:
        self.insert(t.letter_request, to_row(letter))

    def save(self, letter: LetterRequest) -> None:
        self.change(t.letter_request, to_row(letter))

    def remove(self, letter_id: str, now: datetime) -> None:
        take_away(self.session, t.letter_request, t.letter_request.c.id == letter_id, now)

    def forget(self, before: datetime) -> int:
        return delete(self.session, t.letter_request, t.letter_request.c.done_at < before)


def _letters(which: "sa.ColumnElement[bool]") -> "sa.Select[Any]":
    """Of those that nobody took back."""
    return standing(t.letter_request).where(which)


class HelpingRows(Rows):
    """What one person has open as a helper, or as one who would like to be."""

    def take_along(self, person_id: str, prison_id: str) -> None:
        open_ones = (
            (t.debrief, _not_done()),
            (t.pressure_report, t.pressure_report.c.closed_at.is_(None)),
            (t.application, t.application.c.state == ApplicationState.OPEN.value),
            (t.letter_request, t.letter_request.c.done_at.is_(None)),
        )
        for table, is_open in open_ones:
            mine = (table.c.person_id == person_id) & is_open
            self.session.execute(sa.update(table).where(mine).values(prison_id=prison_id))


def _of_wings(person_id: "sa.ColumnElement[str]", wings: Sequence[str]) -> "sa.ColumnElement[bool]":
    if not wings:
        return sa.true()
    return person_id.in_(sa.select(person.c.id).where(person.c.wing.in_(wings)))


def _not_done() -> "sa.ColumnElement[bool]":
    return t.debrief.c.state != DebriefState.DONE.value


def _check(row: dict[str, Any]) -> Check:
    return Check(**{**row, "felt": Felt(row["felt"]) if row["felt"] else None})


def _debrief(row: dict[str, Any]) -> Debrief:
    return Debrief(**{**row, "state": DebriefState(row["state"])})


def _application(row: dict[str, Any]) -> Application:
    return Application(**{**row, "role": PeerRole(row["role"]), "state": ApplicationState(row["state"])})
