"""Legal holds: nothing about a person and period is deleted until a second member of staff lifts the hold."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from bot.people.model import Person

LONGEST_REASON: Final = 1_000


class HoldError(Exception):
    """A rule of holds was broken; nothing was changed."""


class UnknownHold(HoldError):
    """There is no such hold in this prison."""


class UnknownHeldPerson(HoldError):
    """Nobody of this number was ever in this prison."""


class AlreadyLifted(HoldError):
    """A colleague was faster."""


class SecondPersonNeeded(HoldError):
    """Whoever placed a hold cannot lift it."""


class ReasonMissing(HoldError):
    """A hold is placed and lifted with a reason in words, of a length that can be read."""


class BadPeriod(HoldError):
    """The period ends before it begins."""


@dataclass(frozen=True)
class Hold:
    """`begins_at` and `ends_at` are empty where all before, or after, is held too. `number` is the prison
    number: it stays with a person who is added anew in another prison of the same database."""

    id: str
    prison_id: str
    person_id: str
    number: str
    reason: str
    placed_by: str
    placed_at: datetime
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str = ""

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None


class HoldStore(Protocol):
    def add(self, hold: Hold) -> None: ...

    def save(self, hold: Hold) -> None: ...

    def get(self, hold_id: str) -> Hold | None: ...

    def get_for_change(self, hold_id: str) -> Hold | None: ...

    def list_of(self, prison_id: str) -> Sequence[Hold]: ...


class HoldPeople(Protocol):
    def find_by_number(self, prison_id: str, number: str) -> Person | None: ...


class HoldAudit(Protocol):
    def put(self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime) -> object: ...


class HoldWork(Protocol):
    """The part of a unit of work that holds use."""

    @property
    def holds(self) -> HoldStore: ...

    @property
    def persons(self) -> HoldPeople: ...

    @property
    def audit(self) -> HoldAudit: ...


def place(
    work: HoldWork,
    prison_id: str,
    number: str,
    reason: str,
    by: str,
    *,
    now: datetime,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Hold:
    """From the commit on nothing of the person and period is deleted. The same again is one more hold: two
    inquiries may ask, and the first to end must not free what the other needs."""
    reason = _reason(reason)
    if begins_at is not None and ends_at is not None and ends_at <= begins_at:
        raise BadPeriod(number)
    person = work.persons.find_by_number(prison_id, number)
    if person is None:
        raise UnknownHeldPerson(number)
    hold = Hold(
        id=uuid.uuid4().hex,
        prison_id=prison_id,
        person_id=person.id,
        number=person.number,
        reason=reason,
        placed_by=by,
        placed_at=now,
        begins_at=begins_at,
        ends_at=ends_at,
    )
    work.holds.add(hold)
    work.audit.put(prison_id, by, "hold_placed", hold.id, now)
    return hold


def lift(work: HoldWork, hold_id: str, reason: str, by: str, *, prison_id: str, now: datetime) -> Hold:
    """What is past its time goes with the worker's next round, unless another hold keeps it."""
    reason = _reason(reason)
    hold = work.holds.get_for_change(hold_id)
    if hold is None or hold.prison_id != prison_id:
        raise UnknownHold(hold_id)
    if not hold.is_in_force:
        raise AlreadyLifted(hold_id)
    if hold.placed_by == by:
        raise SecondPersonNeeded(hold_id)
    lifted = replace(hold, lifted_by=by, lifted_at=now, lift_reason=reason)
    work.holds.save(lifted)
    work.audit.put(prison_id, by, "hold_lifted", hold.id, now)
    return lifted


def _reason(words: str) -> str:
    kept = words.strip()
    if not 0 < len(kept) <= LONGEST_REASON:
        raise ReasonMissing
    return kept
