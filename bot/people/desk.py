"""Staff sign in at the desk; every session belongs to one account and ends when idle."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.checked import Matcher
from bot.people.lock_model import HalfSignIn, Lock, Stage
from bot.people.model import Staff, StaffSession
from bot.people.ports import PeopleWork
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.people.throttle import Gate
from bot.people.tokens import hash_of, new_token

_HALF_LIVES = timedelta(minutes=10)


class WrongNameOrPassword(SignInError):
    """No such account here, or another password: one answer for both."""


@dataclass(frozen=True)
class Policy:
    """`by_provider`: who signs in with the provider has no password here; emergency accounts have."""

    second_step: bool = False
    by_provider: bool = False


PLAIN = Policy()


@dataclass(frozen=True)
class StaffSignedIn:
    """`told` is what an administrator did to the account since its owner was last here."""

    staff: Staff
    session: StaffSession
    token: str
    told: str = ""


@dataclass(frozen=True)
class HalfWay:
    """The password was right, and something more is asked for."""

    staff: Staff
    half: HalfSignIn
    token: str


def tidy_name(username: str) -> str:
    return username.strip().lower()


def sign_in(
    work: PeopleWork,
    prison_id: str,
    username: str,
    password: str,
    hasher: Matcher,
    *,
    address: str = "",
    policy: Policy = PLAIN,
    now: datetime,
) -> StaffSignedIn | HalfWay | SignInError:
    """A failure is returned, not raised: the count of wrong passwords must be committed."""
    gate = Gate.of(prison_id, tidy_name(username), address)
    staff = work.staff.find_by_username(prison_id, tidy_name(username))
    held = gate.held_until(work.tries, now)
    if held is not None:
        return WaitFirst(held)
    lock = work.locks.get(staff.id) if staff is not None else None
    hashed = staff.password_hash if staff is not None and lock and _may(staff, lock, policy) else None
    if not hasher.matches(hashed, password) or staff is None or lock is None:
        return failed(work, gate, staff, now=now)
    stage = next_stage(lock, policy, code_given=False)
    if stage is not None:
        return begin_half(work, staff, stage, now=now)
    gate.went_well(work.tries, now)
    return open_session(work, staff, now=now)


def _may(staff: Staff, lock: Lock, policy: Policy) -> bool:
    """Whether this account has a password that counts."""
    return staff.active and bool(staff.password_hash) and (lock.emergency or not policy.by_provider)


def failed(
    work: PeopleWork, gate: Gate, staff: Staff | None, *, now: datetime
) -> WrongNameOrPassword | WaitFirst:
    """A wrong password or a wrong code: it counts, and for a known account it is in the audit."""
    until = gate.failed(work.tries, now)
    if staff is not None:
        work.audit.put(staff.prison_id, staff.id, "sign_in_failed", "", now)
    return WaitFirst(until) if until else WrongNameOrPassword()


def next_stage(lock: Lock, policy: Policy, *, code_given: bool) -> Stage | None:
    """What is asked for next; None when nothing is."""
    if not code_given and lock.has_second_step:
        return Stage.CODE
    if not code_given and policy.second_step:
        return Stage.SET_UP
    return Stage.REASON if lock.emergency else None


def begin_half(work: PeopleWork, staff: Staff, stage: Stage, *, now: datetime) -> HalfWay:
    token = new_token()
    half = HalfSignIn(uuid.uuid4().hex, hash_of(token), staff.id, stage, now, now + _HALF_LIVES)
    work.half_sign_ins.add(half)
    return HalfWay(staff, half, token)


def resume_half(
    work: PeopleWork, token: str, stage: Stage, prison_id: str, *, now: datetime
) -> tuple[Staff, HalfSignIn]:
    """Whose password was right a moment ago. Raises SessionEnded, also at another stage."""
    half = work.half_sign_ins.find(hash_of(token)) if token else None
    if half is None or half.ended_at is not None or now >= half.ends_at or half.stage is not stage:
        raise SessionEnded
    staff = work.staff.get(half.staff_id)
    if staff is None or not staff.active or staff.prison_id != prison_id:
        raise SessionEnded
    return staff, half


def go_on(
    work: PeopleWork, staff: Staff, half: HalfSignIn, policy: Policy, gate: Gate, *, now: datetime
) -> StaffSignedIn | HalfWay:
    """The code was right: a session, or the next question under a new token."""
    work.half_sign_ins.save(replace(half, ended_at=now))
    stage = next_stage(work.locks.look(staff.id), policy, code_given=True)
    if stage is not None:
        return begin_half(work, staff, stage, now=now)
    gate.went_well(work.tries, now)
    return open_session(work, staff, now=now)


def open_session(
    work: PeopleWork, staff: Staff, *, how: str = "password", ends_at: datetime | None = None, now: datetime
) -> StaffSignedIn:
    """Always under a new token: one that was put into a browser before is worth nothing."""
    token = new_token()
    session = StaffSession(uuid.uuid4().hex, hash_of(token), staff.id, now, now, ends_at=ends_at, how=how)
    work.staff.add_session(session)
    work.audit.put(staff.prison_id, staff.id, "signed_in", session.id, now)
    return StaffSignedIn(staff, session, token, work.locks.look(staff.id).told)


def is_over(session: StaffSession, *, idle: timedelta, longest: timedelta, now: datetime) -> bool:
    if session.ended_at is not None or (session.ends_at is not None and now >= session.ends_at):
        return True
    return now - session.last_seen_at > idle or now - session.started_at > longest


def resume(
    work: PeopleWork, token: str, *, idle: timedelta, longest: timedelta, now: datetime
) -> tuple[Staff, StaffSession]:
    """The account whose session this is. Raises SessionEnded."""
    session = work.staff.find_session(hash_of(token)) if token else None
    if session is None or is_over(session, idle=idle, longest=longest, now=now):
        raise SessionEnded
    staff = work.staff.get(session.staff_id)
    if staff is None or not staff.active:
        raise SessionEnded
    return staff, session


def touch(work: PeopleWork, session: StaffSession, *, now: datetime) -> None:
    work.staff.save_session(replace(session, last_seen_at=now))


def sign_out(work: PeopleWork, staff: Staff, session: StaffSession, *, now: datetime) -> None:
    work.staff.save_session(replace(session, ended_at=now))
    work.audit.put(staff.prison_id, staff.id, "signed_out", session.id, now)
