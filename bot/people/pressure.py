"""A supporter reports pressure or threats: privately, outside the queue, to those who look after them."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.people.ports import Audit


@dataclass(frozen=True)
class PressureReport:
    """`words` and `done` are sealed: only the seal's keys open them. `form_key` makes a form count once."""

    id: str
    prison_id: str
    person_id: str
    form_key: str
    words: str
    at: datetime
    seen_at: datetime | None = None
    seen_by: str | None = None
    done: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None


class NoSuchReport(Exception):
    """There is no such report here, or it is closed."""


class NothingSaid(Exception):
    """A report is closed only with a word on what was done."""


class Seals(Protocol):
    def seal(self, words: str) -> str: ...


class PressureReports(Protocol):
    def find_sent(self, person_id: str, form_key: str) -> PressureReport | None: ...

    def get_for_change(self, report_id: str) -> PressureReport | None: ...

    def add(self, report: PressureReport) -> None: ...

    def save(self, report: PressureReport) -> None: ...


class PressureWork(Protocol):
    @property
    def pressure(self) -> PressureReports: ...

    @property
    def audit(self) -> Audit: ...


def report(
    work: PressureWork, prison_id: str, person_id: str, sealed: str, form_key: str, *, now: datetime
) -> PressureReport:
    """The same form twice is one report. The caller holds the person's lock."""
    earlier = work.pressure.find_sent(person_id, form_key)
    if earlier is not None:
        return earlier
    made = PressureReport(uuid.uuid4().hex, prison_id, person_id, form_key, sealed, now)
    work.pressure.add(made)
    return made


def view(
    work: PressureWork, report_id: str, staff_id: str, *, prison_id: str, now: datetime
) -> PressureReport:
    """Every look at the words is in the audit; the first one is noted in the report."""
    found = work.pressure.get_for_change(report_id)
    if found is None or found.prison_id != prison_id:
        raise NoSuchReport(report_id)
    if found.seen_at is None:
        found = replace(found, seen_at=now, seen_by=staff_id)
        work.pressure.save(found)
    work.audit.put(prison_id, staff_id, "pressure_report_viewed", report_id, now)
    return found


def close(
    work: PressureWork,
    report_id: str,
    staff_id: str,
    done: str,
    *,
    seals: Seals,
    prison_id: str,
    now: datetime,
) -> PressureReport:
    """Raises NoSuchReport or NothingSaid."""
    found = work.pressure.get_for_change(report_id)
    if found is None or found.prison_id != prison_id or found.closed_at is not None:
        raise NoSuchReport(report_id)
    if not done.strip():
        raise NothingSaid(report_id)
    changed = replace(found, done=seals.seal(done.strip()), closed_at=now, closed_by=staff_id)
    work.pressure.save(changed)
    work.audit.put(prison_id, staff_id, "pressure_report_closed", report_id, now)
    return changed
