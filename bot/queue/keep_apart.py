"""Who must not be alone together: kept by staff, seen by no prisoner, the reason sealed."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.people.model import Actor, ActorKind
from bot.people.ports import Audit
from bot.queue.changing import apply
from bot.queue.model import AT_WORK, NOT_MET, Change, QueueError, ReasonNeeded, Request
from bot.queue.ports import QueueWork
from bot.queue.words import NO_WORDS


class AlreadyKeptApart(QueueError):
    """There is an entry for these two, and it is in force."""


class SamePerson(QueueError):
    """Nobody is kept apart from him- or herself."""


class UnknownEntry(QueueError):
    """No such entry here, or it was removed already."""


@dataclass(frozen=True)
class KeepApart:
    """`first_id` is the lesser of the two ids. In force until it is removed; never deleted."""

    id: str
    prison_id: str
    first_id: str
    second_id: str
    sealed_reason: str
    added_by: str
    added_at: datetime
    removed_by: str | None = None
    removed_at: datetime | None = None
    sealed_removal: str = ""


class Seal(Protocol):
    def seal(self, words: str) -> str: ...

    def open(self, sealed: str) -> str: ...


class KeepApartList(Protocol):
    def get_for_change(self, entry_id: str) -> KeepApart | None: ...

    def in_force(self, one: str, other: str) -> KeepApart | None: ...

    def add(self, entry: KeepApart) -> None: ...

    def save(self, entry: KeepApart) -> None: ...

    def held_between(self, one: str, other: str) -> list[Request]:
        """What one of the two has accepted of the other and not finished, locked."""

    def held_in_spite(self, limit: int) -> list[tuple[Request, KeepApart]]:
        """Accepted and not met, though an entry is in force between the two; claimed."""

    def withdraw_between(self, one: str, other: str, now: datetime) -> None:
        """Open offers of a request of either to the other."""


class KeepApartWork(QueueWork, Protocol):
    """The part of a unit of work that the list uses."""

    @property
    def keep_apart(self) -> KeepApartList: ...

    @property
    def audit(self) -> Audit: ...


def add(
    work: KeepApartWork,
    prison_id: str,
    one: str,
    other: str,
    reason: str,
    by: Actor,
    *,
    seal: Seal,
    now: datetime,
) -> KeepApart:
    """From now on neither is offered a request of the other. What is on offer is withdrawn, and what one of
    them accepted of the other and not begun is handed back. Who is there already is for staff to see to.

    Raises SamePerson, AlreadyKeptApart, ReasonNeeded.
    """
    if one == other:
        raise SamePerson
    if not reason.strip():
        raise ReasonNeeded(prison_id)
    first, second = sorted((one, other))
    # The order of locks is request, then supporter; who accepts at this moment waits here, and then finds
    # the entry.
    held = work.keep_apart.held_between(first, second)
    for person_id in (first, second):
        work.supporters.get(person_id)
    if work.keep_apart.in_force(first, second) is not None:
        raise AlreadyKeptApart
    entry = KeepApart(
        uuid.uuid4().hex, prison_id, first, second, seal.seal(reason.strip()), by.id, added_at=now
    )
    work.keep_apart.add(entry)
    work.keep_apart.withdraw_between(first, second, now)
    for request in held:
        _part(work, request, by, now)
    work.audit.put(prison_id, by.id, "keep_apart_added", entry.id, now)
    work.outbox.put("keep_apart", prison_id, entry.id, now, {"change": "added"})
    return entry


def remove(
    work: KeepApartWork, entry_id: str, reason: str, by: Actor, *, prison_id: str, seal: Seal, now: datetime
) -> KeepApart:
    """Raises UnknownEntry, ReasonNeeded. The row stays, with who removed it and why."""
    entry = _there(work, entry_id, prison_id)
    if entry.removed_at is not None:
        raise UnknownEntry(entry_id)
    if not reason.strip():
        raise ReasonNeeded(entry_id)
    gone = replace(entry, removed_by=by.id, removed_at=now, sealed_removal=seal.seal(reason.strip()))
    work.keep_apart.save(gone)
    work.audit.put(prison_id, by.id, "keep_apart_removed", entry_id, now)
    work.outbox.put("keep_apart", prison_id, entry_id, now, {"change": "removed"})
    return gone


def read_reasons(
    work: KeepApartWork, entry_id: str, by: Actor, *, prison_id: str, seal: Seal, now: datetime
) -> tuple[str, str]:
    """Why it was added, and why removed. Each look is a row of the audit, written before the words are read.

    Raises UnknownEntry, and what the seal raises where no key opens them.
    """
    entry = _there(work, entry_id, prison_id)
    work.audit.put(prison_id, by.id, "keep_apart_reason_read", entry_id, now)
    removal = seal.open(entry.sealed_removal) if entry.sealed_removal else ""
    return seal.open(entry.sealed_reason), removal


def part_all(work: KeepApartWork, *, now: datetime, limit: int = 50) -> int:
    """The worker's step: what was accepted at the very moment that an entry was added is handed back."""
    found = work.keep_apart.held_in_spite(limit)
    for request, entry in found:
        _part(work, request, Actor(ActorKind.STAFF, entry.added_by), now)
    return len(found)


def _part(work: KeepApartWork, request: Request, by: Actor, now: datetime) -> None:
    """No reason is written into the history: it is read by many, and a part of it by the person."""
    if request.state in AT_WORK & NOT_MET:
        apply(work, request, Change.HANDED_BACK, by, now, NO_WORDS, supporter_id=None)


def _there(work: KeepApartWork, entry_id: str, prison_id: str) -> KeepApart:
    entry = work.keep_apart.get_for_change(entry_id)
    if entry is None or entry.prison_id != prison_id:
        raise UnknownEntry(entry_id)
    return entry
