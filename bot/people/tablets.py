"""Tablets: a one-time code from staff ties one to a cell, and its person signs in on it."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.checked import Matcher
from bot.people.model import Device, EnrolmentCode, Person, PersonSession, Place
from bot.people.ports import PeopleWork
from bot.people.throttle import FREE_FOR_TABLET, Gate
from bot.people.tokens import hash_of, new_code, new_token, tidy_code

CODE_LIVES = timedelta(minutes=15)


class SignInError(Exception):
    """Signing in did not work; nothing is said about why beyond the class."""


class UnknownCode(SignInError):
    """The enrolment code is wrong, used or too old."""


class WrongNumberOrPin(SignInError):
    """No such person here, or another PIN. Both are one answer, so that numbers cannot be probed."""


class WaitFirst(SignInError):
    """Too many wrong PINs: a pause, never a lock-out."""

    def __init__(self, until: datetime) -> None:
        super().__init__("wait")
        self.until = until


class SessionEnded(SignInError):
    """No session, or one that ended: idle too long, signed out, or of another tablet."""


@dataclass(frozen=True)
class Enrolled:
    device: Device
    token: str


@dataclass(frozen=True)
class SignedIn:
    person: Person
    session: PersonSession
    token: str


def make_code(work: PeopleWork, prison_id: str, place: Place, by: str, *, now: datetime) -> str:
    """A one-time code for the tablet of a cell. Returned once; only its hash is kept."""
    code = new_code()
    work.devices.add_code(
        EnrolmentCode(uuid.uuid4().hex, prison_id, place, hash_of(code), by, now, now + CODE_LIVES)
    )
    work.audit.put(prison_id, by, "tablet_code_made", place.cell, now)
    return code


def enrol(work: PeopleWork, prison_id: str, typed: str, *, now: datetime) -> Enrolled:
    """Ties the tablet that typed this code to the code's cell. A code works once."""
    code = work.devices.find_code(prison_id, hash_of(tidy_code(typed)))
    if code is None or code.used_at is not None or now >= code.expires_at:
        raise UnknownCode
    work.devices.save_code(replace(code, used_at=now))
    token = new_token()
    device = Device(uuid.uuid4().hex, prison_id, code.place, hash_of(token), code.made_by, now)
    work.devices.add(device)
    work.audit.put(prison_id, code.made_by, "tablet_enrolled", device.id, now)
    return Enrolled(device, token)


def revoke(work: PeopleWork, device_id: str, by: str, *, prison_id: str, now: datetime) -> None:
    """A tablet that was moved, lost or broken: its token and its sessions end at once."""
    device = work.devices.get(device_id)
    if device is None or device.prison_id != prison_id:
        raise UnknownCode
    if device.revoked_at is None:
        work.devices.save(replace(device, revoked_at=now))
        work.person_sessions.end_all_of(device_id=device_id, now=now)
        work.audit.put(prison_id, by, "tablet_revoked", device_id, now)


def find_device(work: PeopleWork, token: str) -> Device | None:
    device = work.devices.find_by_token(hash_of(token)) if token else None
    return device if device is not None and device.revoked_at is None else None


def sign_in(
    work: PeopleWork, device: Device, number: str, pin: str, hasher: Matcher, *, now: datetime
) -> SignedIn | SignInError:
    """A person signs in on an enrolled tablet, and any session still open on it ends.

    A failure is returned, not raised: the count of wrong PINs must be committed. Wrong PINs count for the
    person on every tablet, and for the tablet whoever's number was typed; not for who signed in on it lately.
    """
    number = number.strip().upper()
    gate = gate_of(device.prison_id, number, device.id)
    held = gate.held_until(work.tries, now)
    if held is not None:
        return WaitFirst(held)
    person = work.persons.find_by_number(device.prison_id, number)
    hashed = (person.pin_hash or None) if person is not None and person.active else None
    # The same work for nobody as for a real person, so that the time taken tells nothing.
    if not hasher.matches(hashed, pin) or person is None:
        until = gate.failed(work.tries, now)
        return WaitFirst(until) if until else WrongNumberOrPin()
    gate.went_well(work.tries, now)
    person = replace(person, place=device.place, cell_said_at=None)
    work.persons.save(person)
    return open_session(work, person, device, now=now)


def open_session(work: PeopleWork, person: Person, device: Device, *, now: datetime) -> SignedIn:
    """Under a new token; any session still open on the tablet ends."""
    work.person_sessions.end_all_of(device_id=device.id, now=now)
    # And on any other tablet: what is typed there would send staff to the cell of this one.
    work.person_sessions.end_all_of(person_id=person.id, now=now)
    token = new_token()
    session = PersonSession(uuid.uuid4().hex, hash_of(token), person.id, device.id, now, now)
    work.person_sessions.add(session)
    return SignedIn(person, session, token)


def gate_of(prison_id: str, number: str, device_id: str = "") -> Gate:
    return Gate.of(prison_id, f"person {number}", device_id, FREE_FOR_TABLET)


def resume(
    work: PeopleWork, device: Device, token: str, *, idle: timedelta, now: datetime
) -> tuple[Person, PersonSession]:
    """The person whose session this is. Raises SessionEnded: also when it was made on another tablet."""
    session = work.person_sessions.find_by_token(hash_of(token)) if token else None
    if session is None or session.ended_at is not None or session.device_id != device.id:
        raise SessionEnded
    person = work.persons.get(session.person_id)
    if person is None or not person.active or now - session.last_seen_at > idle:
        raise SessionEnded
    return person, session


def touch(work: PeopleWork, session: PersonSession, *, now: datetime) -> None:
    """The person did something: the idle time starts anew."""
    work.person_sessions.save(replace(session, last_seen_at=now))


def sign_out(work: PeopleWork, session: PersonSession, *, now: datetime) -> None:
    work.person_sessions.save(replace(session, ended_at=now))
