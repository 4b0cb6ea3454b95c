"""Emergency access: wider rights for a short time, with a reason; told at once, reviewed afterwards."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.people.lock_model import Emergency, Seal
from bot.people.model import Staff, StaffRole, StaffSession
from bot.people.ports import Audit, Emergencies

# The rights of the orderly officer, for the whole prison: who acts for everybody at night. Never those of an
# administrator, so that nobody hands out rights under the name of an emergency.
ROLES: Final = (StaffRole.ORDERLY,)
TOPIC: Final = "emergency"
SHORTEST_REASON: Final = 10


class NoReason(Exception):
    """A reason in words is what others look at afterwards."""


class CannotReview(Exception):
    """It is one's own, it was looked at already, or it is not there."""


class Outbox(Protocol):
    def put(self, topic: str, prison_id: str, ref: str, now: datetime, facts: Mapping[str, str]) -> None: ...


class EmergencyWork(Protocol):
    @property
    def emergencies(self) -> Emergencies: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def audit(self) -> Audit: ...


def take(
    work: EmergencyWork,
    staff: Staff,
    reason: str,
    seal: Seal,
    *,
    lasts: timedelta,
    roles: Sequence[StaffRole] = ROLES,
    now: datetime,
) -> Emergency:
    """Begins at once, and others are told in the same transaction. Raises NoReason.

    Whoever has one that lasts keeps that one: it grows no longer by being asked for again.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise NoReason
    lasting = [each for each in work.emergencies.of_staff(staff.id, now) if roles and each.roles]
    if lasting:
        return lasting[0]
    emergency = Emergency(
        uuid.uuid4().hex,
        staff.prison_id,
        staff.id,
        tuple(role.value for role in roles),
        seal.seal(reason.strip()),
        now,
        now + lasts,
    )
    work.emergencies.add(emergency)
    work.outbox.put(TOPIC, staff.prison_id, emergency.id, now, {"entry": "taken"})
    work.audit.put(staff.prison_id, staff.id, "emergency_taken", emergency.id, now)
    return emergency


def take_with_account(
    work: EmergencyWork, staff: Staff, reason: str, seal: Seal, *, lasts: timedelta, now: datetime
) -> Emergency:
    """An emergency account got in: with its own rights, and for a short time too."""
    return take(work, staff, reason, seal, lasts=lasts, roles=(), now=now)


def widened(
    work: EmergencyWork, staff: Staff, session: StaffSession, now: datetime
) -> tuple[Staff, Emergency | None]:
    """The account as it is now: every wing and more roles while an emergency lasts. It ends by itself."""
    lasting = [each for each in work.emergencies.of_staff(staff.id, now) if each.lasts(now)]
    wide = next((each for each in lasting if each.roles), None)
    if wide is None:
        return staff, (lasting[0] if lasting and session.how == "emergency" else None)
    more = tuple(StaffRole(role) for role in wide.roles)
    return replace(staff, wings=(), roles=tuple(dict.fromkeys((*staff.roles, *more)))), wide


def end(work: EmergencyWork, emergency_id: str, by: Staff, *, may_end_others: bool, now: datetime) -> bool:
    """False when it is not there, or not for this account to end. What has ended stays as it ended."""
    found = work.emergencies.get(emergency_id)
    if found is None or found.prison_id != by.prison_id:
        return False
    if found.staff_id != by.id and not may_end_others:
        return False
    if found.lasts(now):
        work.emergencies.save(replace(found, ended_at=now))
        work.outbox.put(TOPIC, found.prison_id, found.id, now, {"entry": "ended"})
        work.audit.put(found.prison_id, by.id, "emergency_ended", found.id, now)
    return True


def review(
    work: EmergencyWork, emergency_id: str, by: Staff, note: str, seal: Seal, *, now: datetime
) -> None:
    """Raises CannotReview, or NoReason when nothing was written. Of two at once one does it."""
    if len(note.strip()) < SHORTEST_REASON:
        raise NoReason
    found = work.emergencies.get(emergency_id)
    mine = found is None or found.prison_id != by.prison_id or found.staff_id == by.id
    if found is None or mine or found.reviewed_at is not None:
        raise CannotReview
    reviewed = replace(found, reviewed_by=by.id, reviewed_at=now, review=seal.seal(note.strip()))
    # Looked at is not ended: but nobody reviews what goes on.
    if found.lasts(now):
        reviewed = replace(reviewed, ended_at=now)
    work.emergencies.save(reviewed)
    work.outbox.put(TOPIC, found.prison_id, found.id, now, {"entry": "reviewed"})
    work.audit.put(found.prison_id, by.id, "emergency_reviewed", found.id, now)
