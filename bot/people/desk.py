"""Staff sign in at the desk; every session belongs to one account and ends when idle."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.checked import Matcher
from bot.people.model import Staff, StaffSession
from bot.people.ports import PeopleWork
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.people.throttle import next_wait
from bot.people.tokens import hash_of, new_token

FREE_TRIES = 4


class WrongNameOrPassword(SignInError):
    """No such account here, or another password: one answer for both."""


@dataclass(frozen=True)
class StaffSignedIn:
    staff: Staff
    session: StaffSession
    token: str


def sign_in(
    work: PeopleWork, prison_id: str, username: str, password: str, hasher: Matcher, *, now: datetime
) -> StaffSignedIn | SignInError:
    """A failure is returned, not raised: the count of wrong passwords must be committed."""
    staff = work.staff.find_by_username(prison_id, username.strip().lower())
    if staff is None or not staff.active:
        hasher.matches(None, password)
        return WrongNameOrPassword()
    if staff.wait_until is not None and now < staff.wait_until:
        return WaitFirst(staff.wait_until)
    if not hasher.matches(staff.password_hash, password):
        failed = staff.failed_sign_ins + 1
        wait = next_wait(failed, FREE_TRIES)
        work.staff.save(replace(staff, failed_sign_ins=failed, wait_until=now + wait if wait else None))
        work.audit.put(prison_id, staff.id, "sign_in_failed", "", now)
        return WaitFirst(now + wait) if wait else WrongNameOrPassword()
    work.staff.save(replace(staff, failed_sign_ins=0, wait_until=None))
    token = new_token()
    session = StaffSession(uuid.uuid4().hex, hash_of(token), staff.id, now, now)
    work.staff.add_session(session)
    work.audit.put(prison_id, staff.id, "signed_in", session.id, now)
    return StaffSignedIn(staff, session, token)


def resume(
    work: PeopleWork, token: str, *, idle: timedelta, longest: timedelta, now: datetime
) -> tuple[Staff, StaffSession]:
    """The account whose session this is. Raises SessionEnded."""
    session = work.staff.find_session(hash_of(token)) if token else None
    if session is None or session.ended_at is not None:
        raise SessionEnded
    if now - session.last_seen_at > idle or now - session.started_at > longest:
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
