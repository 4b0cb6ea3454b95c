"""Applying to become a supporter: step by step to a yes or a no, and the applicant sees which."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.people.model import PeerRole, Person, Supporter
from bot.people.ports import Audit, SupportersStore


class ApplicationState(StrEnum):
    OPEN = "open"
    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Application:
    """`step` counts the prison's steps that are done. No reason, and no words of the applicant."""

    id: str
    prison_id: str
    person_id: str
    role: PeerRole
    state: ApplicationState
    step: int
    asked_at: datetime
    changed_at: datetime
    staff_id: str | None = None


class HasRole(Exception):
    """This person has the role already."""


class NotOpenNow(Exception):
    """There is no such application, or it is decided, or was moved on meanwhile."""


class StepsLeft(Exception):
    """A yes comes after the last step, and not before."""


class Applications(Protocol):
    def open_of(self, person_id: str, role: PeerRole) -> Application | None: ...

    def get_for_change(self, application_id: str) -> Application | None: ...

    def add(self, application: Application) -> None: ...

    def save(self, application: Application) -> None: ...


class ApplyWork(Protocol):
    @property
    def supporters(self) -> SupportersStore: ...

    @property
    def applications(self) -> Applications: ...

    @property
    def audit(self) -> Audit: ...


def apply(work: ApplyWork, person: Person, role: PeerRole, *, now: datetime) -> Application:
    """Asked twice, it is one application. Raises HasRole. The caller holds the person's lock."""
    supporter = work.supporters.get(person.id)
    if supporter is not None and role in supporter.roles:
        raise HasRole(role)
    already = work.applications.open_of(person.id, role)
    if already is not None:
        return already
    made = Application(
        uuid.uuid4().hex, person.prison_id, person.id, role, ApplicationState.OPEN, 0, now, now
    )
    work.applications.add(made)
    return made


def withdraw(work: ApplyWork, application_id: str, person_id: str, *, now: datetime) -> Application:
    found = work.applications.get_for_change(application_id)
    if found is None or found.person_id != person_id or found.state is not ApplicationState.OPEN:
        raise NotOpenNow(application_id)
    return _save(work, replace(found, state=ApplicationState.WITHDRAWN, changed_at=now))


def step_done(
    work: ApplyWork,
    application_id: str,
    staff_id: str,
    steps: Sequence[str],
    *,
    done: int,
    prison_id: str,
    now: datetime,
) -> Application:
    """The next step is done. `done` is what the page showed, so that two at once do not take two steps."""
    found = _open(work, application_id, prison_id)
    if found.step != done or done >= len(steps):
        raise NotOpenNow(application_id)
    work.audit.put(prison_id, staff_id, "application_step", application_id, now)
    return _save(work, replace(found, step=done + 1, changed_at=now, staff_id=staff_id))


def decide(
    work: ApplyWork,
    application_id: str,
    staff_id: str,
    steps: Sequence[str],
    *,
    yes: bool,
    prison_id: str,
    now: datetime,
) -> Application:
    """A yes gives the role, off duty. A no may come at any step. Raises NotOpenNow or StepsLeft."""
    found = _open(work, application_id, prison_id)
    if yes and found.step < len(steps):
        raise StepsLeft(application_id)
    state = ApplicationState.YES if yes else ApplicationState.NO
    work.audit.put(prison_id, staff_id, f"application_{state.value}", application_id, now)
    if yes:
        current = work.supporters.get(found.person_id) or Supporter(found.person_id, prison_id, ())
        if found.role not in current.roles:
            work.supporters.put(replace(current, roles=(*current.roles, found.role)))
    return _save(work, replace(found, state=state, changed_at=now, staff_id=staff_id))


def _open(work: ApplyWork, application_id: str, prison_id: str) -> Application:
    found = work.applications.get_for_change(application_id)
    if found is None or found.prison_id != prison_id or found.state is not ApplicationState.OPEN:
        raise NotOpenNow(application_id)
    return found


def _save(work: ApplyWork, application: Application) -> Application:
    work.applications.save(application)
    return application
