"""Accounts of staff: who gets one, with which roles and wings, and how one is taken away.

Nobody changes the own account here, so that no administrator gives himself or herself more. Administrating
stands alone: an account has that role and no other, so that who hands out rights sees no board and no record.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.people.lock_model import Lock
from bot.people.model import Staff, StaffRole
from bot.people.ports import PeopleWork
from bot.people.second_step import cleared
from bot.people.throttle import Gate
from bot.people.tokens import hash_of, new_long_code, tidy_long_code

CODE_LIVES: Final = timedelta(hours=48)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class AccountError(Exception):
    """Nothing was changed. The class says why."""


class BadAccount(AccountError):
    """No user name, no name, no role, or a wing that is not here."""


class NameTaken(AccountError):
    """Another account here has this user name."""


class OwnAccount(AccountError):
    """Nobody changes the own roles, wings or standing."""


class StandsAlone(AccountError):
    """Administrating goes with no other role."""


class LastAdministrator(AccountError):
    """Nobody would be left who administrates the whole prison."""


class NoSuchAccount(AccountError):
    """Not here, or not for this administrator to see: one answer for both."""


def may_manage(by: Staff, staff: Staff) -> bool:
    """An administrator of some wings looks after accounts of those wings only."""
    if by.prison_id != staff.prison_id:
        return False
    return not by.wings or (bool(staff.wings) and set(staff.wings) <= set(by.wings))


def add(
    work: PeopleWork,
    by: Staff,
    username: str,
    name: str,
    roles: Sequence[StaffRole],
    wings: Sequence[str],
    *,
    now: datetime,
) -> tuple[Staff, str]:
    """An account without a password, and the code with which its owner sets one. The code is shown once."""
    username = username.strip().lower()
    if not _NAME.fullmatch(username) or not name.strip() or len(name) > 60:
        raise BadAccount
    _check_roles(roles)
    staff = Staff(uuid.uuid4().hex, by.prison_id, username, name.strip(), "", tuple(roles), tuple(wings))
    if not may_manage(by, staff):
        raise BadAccount
    if work.staff.find_by_username(by.prison_id, username) is not None:
        raise NameTaken
    work.staff.add(staff)
    work.audit.put(by.prison_id, by.id, "account_added", staff.id, now)
    return staff, _new_code(work, staff, now)


def set_roles(
    work: PeopleWork,
    by: Staff,
    staff_id: str,
    roles: Sequence[StaffRole],
    wings: Sequence[str],
    *,
    now: datetime,
) -> Staff:
    """Every session of the account ends: what it may do is looked up at the next sign-in."""
    staff = _others(work, by, staff_id)
    _check_roles(roles)
    changed = replace(staff, roles=tuple(roles), wings=tuple(wings))
    if not may_manage(by, changed):
        raise BadAccount
    _keep_one(work, changed)
    work.staff.save(changed)
    _end_all(work, staff, now)
    work.audit.put(by.prison_id, by.id, "account_roles_changed", staff.id, now)
    return changed


def set_active(work: PeopleWork, by: Staff, staff_id: str, *, active: bool, now: datetime) -> Staff:
    """Closed: out at once. Opened again: with a new password, set by a code."""
    staff = _others(work, by, staff_id)
    changed = replace(staff, active=active)
    _keep_one(work, changed)
    work.staff.save(replace(changed, password_hash="") if active else changed)
    _end_all(work, staff, now)
    work.audit.put(by.prison_id, by.id, "account_opened" if active else "account_closed", staff.id, now)
    return changed


def reset_password(work: PeopleWork, by: Staff, staff_id: str, *, now: datetime) -> str:
    """The old password ends at once, and so do all sessions. The new code is shown once.

    The owner reads at the next sign-in that this was done: a reset by stealth is noticed.
    """
    staff = _others(work, by, staff_id)
    work.staff.save(replace(staff, password_hash=""))
    _end_all(work, staff, now)
    work.audit.put(by.prison_id, by.id, "password_reset", staff.id, now)
    return _new_code(work, staff, now, told="password")


def reset_second_step(work: PeopleWork, by: Staff, staff_id: str, *, now: datetime) -> None:
    """For a telephone that was lost."""
    staff = _others(work, by, staff_id)
    work.locks.put(replace(cleared(work.locks.get(staff.id)), told="second_step"))
    _end_all(work, staff, now)
    work.audit.put(by.prison_id, by.id, "second_step_off", staff.id, now)


def set_emergency(work: PeopleWork, by: Staff, staff_id: str, *, on: bool, now: datetime) -> None:
    """Whether this account signs in with a password although others sign in with the provider."""
    staff = _others(work, by, staff_id)
    work.locks.put(replace(work.locks.get(staff.id), emergency=on))
    _end_all(work, staff, now)
    action = "emergency_account_made" if on else "emergency_account_ended"
    work.audit.put(by.prison_id, by.id, action, staff.id, now)


def end_sessions(work: PeopleWork, by: Staff, staff_id: str, *, now: datetime) -> int:
    staff = _seen(work, by, staff_id)
    work.half_sign_ins.end_all_of(staff.id, now)
    ended = work.staff.end_sessions_of(staff.id, now)
    work.audit.put(by.prison_id, by.id, "sessions_ended", staff.id, now)
    return ended


def owner_of_code(
    work: PeopleWork, prison_id: str, username: str, typed: str, gate: Gate, *, now: datetime
) -> Staff | None:
    """Whose first password may be set with this code. A wrong one counts as a wrong password does."""
    staff = work.staff.find_by_username(prison_id, username.strip().lower())
    lock = work.locks.get(staff.id) if staff is not None else Lock("")
    right = bool(lock.code_hash) and lock.code_hash == hash_of(tidy_long_code(typed))
    in_time = lock.code_until is not None and now < lock.code_until
    if staff is None or not staff.active or not right or not in_time:
        gate.failed(work.tries, now)
        return None
    return staff


def set_first_password(work: PeopleWork, staff: Staff, hashed: str, *, now: datetime) -> None:
    """The code is used up. Raises LookupError when there is none any more."""
    lock = work.locks.get(staff.id)
    if not lock.code_hash:
        raise LookupError("the code was used")
    work.locks.put(replace(lock, code_hash="", code_until=None))
    change_password(work, staff, hashed, now=now)


def change_password(work: PeopleWork, staff: Staff, hashed: str, *, now: datetime) -> None:
    """Every session ends, also the one it was changed from: the caller opens a new one."""
    fresh = work.staff.get(staff.id) or staff
    work.staff.save(replace(fresh, password_hash=hashed))
    _end_all(work, staff, now)
    Gate.of(staff.prison_id, staff.username, "").forget(work.tries)
    work.audit.put(staff.prison_id, staff.id, "password_changed", staff.id, now)


def _check_roles(roles: Sequence[StaffRole]) -> None:
    if not roles:
        raise BadAccount
    if StaffRole.ADMIN in roles and len(roles) > 1:
        raise StandsAlone


def _keep_one(work: PeopleWork, changed: Staff) -> None:
    """Under the lock of every account of the prison: two administrators cannot take each other away."""
    after = [changed if each.id == changed.id else each for each in work.staff.lock_all(changed.prison_id)]
    if not any(each.active and StaffRole.ADMIN in each.roles and not each.wings for each in after):
        raise LastAdministrator


def _seen(work: PeopleWork, by: Staff, staff_id: str) -> Staff:
    staff = work.staff.get(staff_id)
    if staff is None or not may_manage(by, staff):
        raise NoSuchAccount
    return staff


def _others(work: PeopleWork, by: Staff, staff_id: str) -> Staff:
    """Read under the lock, so that of two administrators neither writes over what the other did."""
    staff = next((each for each in work.staff.lock_all(by.prison_id) if each.id == staff_id), None)
    if staff is None or not may_manage(by, staff):
        raise NoSuchAccount
    if staff.id == by.id:
        raise OwnAccount
    return staff


def _end_all(work: PeopleWork, staff: Staff, now: datetime) -> None:
    work.half_sign_ins.end_all_of(staff.id, now)
    work.staff.end_sessions_of(staff.id, now)


def _new_code(work: PeopleWork, staff: Staff, now: datetime, *, told: str = "") -> str:
    code = new_long_code()
    lock = work.locks.get(staff.id)
    work.locks.put(replace(lock, code_hash=hash_of(code), code_until=now + CODE_LIVES, told=told))
    return code
