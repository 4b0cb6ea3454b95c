"""Staff whom a provider sends: which account is theirs, and what the provider's groups make of its rights."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.people import desk
from bot.people.desk import StaffSignedIn
from bot.people.model import Staff, StaffRole
from bot.people.ports import PeopleWork

# As accounts are named here.
_USERNAME = re.compile(r"[a-z0-9._-]{1,40}")


class NotKnown(Exception):
    """The provider knows this human; here there is no account, or it is closed."""


class NoRole(Exception):
    """None of the provider's groups gives a role here."""


@dataclass(frozen=True)
class Grant:
    """What one group gives. `wings` empty means the whole prison."""

    roles: tuple[StaffRole, ...]
    wings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arrived:
    """What the provider said of somebody."""

    issuer: str
    subject: str
    username: str
    name: str
    groups: tuple[str, ...]


def read_groups(text: str) -> dict[str, Grant]:
    """From the setting: `group=role,role@wing,wing`, a space between. Raises ValueError."""
    found: dict[str, Grant] = {}
    for part in text.split():
        group, _, gives = part.rpartition("=")
        roles, _, wings = gives.partition("@")
        if not group or not roles:
            raise ValueError(f"{part!r} is not written as group=role,role@wing,wing")
        try:
            named = tuple(StaffRole(role) for role in roles.split(","))
        except ValueError as error:
            raise ValueError(f"{part!r} names a role that is none") from error
        if StaffRole.ADMIN in named and len(named) > 1:
            raise ValueError(f"{part!r}: administrating goes with no other role")
        found[group] = Grant(named, tuple(wing for wing in wings.split(",") if wing))
    return found


def grant_of(given: Mapping[str, Grant], groups: Iterable[str]) -> Grant:
    """All roles together. A group of the whole prison opens it; else the wings together. Raises NoRole.

    Administrating goes with no other role: who is in both groups works with people and administrates nothing.
    """
    mine = [given[group] for group in dict.fromkeys(groups) if group in given]
    if any(grant.roles != (StaffRole.ADMIN,) for grant in mine):
        mine = [grant for grant in mine if grant.roles != (StaffRole.ADMIN,)]
    if not mine:
        raise NoRole
    roles = tuple(role for role in StaffRole if any(role in grant.roles for grant in mine))
    whole = any(not grant.wings for grant in mine)
    wings = () if whole else tuple(dict.fromkeys(wing for grant in mine for wing in grant.wings))
    return Grant(roles, wings)


def arrive(
    work: PeopleWork,
    prison_id: str,
    who: Arrived,
    given: Mapping[str, Grant],
    *,
    make: bool,
    now: datetime,
) -> StaffSignedIn | NotKnown | NoRole:
    """A session for the account of this human, with the rights that the groups give today.

    A failure is returned, not raised: that somebody lost a role must be committed.
    """
    staff = _account_of(work, prison_id, who, now)
    try:
        grant = grant_of(given, who.groups)
    except NoRole as error:
        if staff is not None:
            work.staff.end_sessions_of(staff.id, now)
            work.audit.put(prison_id, staff.id, "sign_in_without_role", "", now)
        return error
    if staff is None:
        if not make:
            return NotKnown()
        staff = _made(work, prison_id, who, grant, now)
    elif not staff.active:
        return NotKnown()
    if (staff.roles, staff.wings) != (grant.roles, grant.wings):
        staff = replace(staff, roles=grant.roles, wings=grant.wings)
        work.staff.save(staff)
        work.staff.end_sessions_of(staff.id, now)
        work.audit.put(prison_id, "", "account_roles_changed", staff.id, now)
    return desk.open_session(work, staff, how="provider", now=now)


def _account_of(work: PeopleWork, prison_id: str, who: Arrived, now: datetime) -> Staff | None:
    """The account that this human had before; else one of the same user name that is nobody's yet.

    An emergency account is never tied to a provider: it is there for when the provider is not.
    """
    known = work.locks.of_subject(who.issuer, who.subject)
    if known is not None:
        staff = work.staff.get(known.staff_id)
        return staff if staff is not None and staff.prison_id == prison_id else None
    staff = work.staff.find_by_username(prison_id, who.username)
    if staff is None:
        return None
    lock = work.locks.get(staff.id)
    if lock.subject or lock.emergency:
        return None
    work.locks.put(replace(lock, issuer=who.issuer, subject=who.subject, told="tied"))
    work.audit.put(prison_id, staff.id, "account_tied_to_provider", staff.id, now)
    return staff


def _made(work: PeopleWork, prison_id: str, who: Arrived, grant: Grant, now: datetime) -> Staff:
    username = who.username
    if not username or work.staff.find_by_username(prison_id, username) is not None:
        username = f"sso-{uuid.uuid4().hex[:12]}"
    staff = Staff(uuid.uuid4().hex, prison_id, username, who.name or username, "", grant.roles, grant.wings)
    work.staff.add(staff)
    work.locks.put(replace(work.locks.get(staff.id), issuer=who.issuer, subject=who.subject))
    work.audit.put(prison_id, "", "account_added", staff.id, now)
    return staff


def username_of(given: str, domains: Iterable[str]) -> str:
    """The user name here that the provider's name stands for; empty where it stands for none.

    Only a domain that is ours is taken off, and capitals are made small. Anything else that a provider may
    write is somebody else: `j.smith@other.test` must never get the account of j.smith.
    """
    name, at, domain = given.strip().lower().partition("@")
    # Some letters outside ASCII become one of it when made small: the Kelvin sign is no k.
    if not given.isascii():
        return ""
    if not _USERNAME.fullmatch(name) or (at and domain not in {each.lower() for each in domains}):
        return ""
    return name


def unknown_wings(given: Mapping[str, Grant], wings: Iterable[str]) -> tuple[str, ...]:
    """Wings that groups give and that this prison does not have."""
    named = dict.fromkeys(wing for grant in given.values() for wing in grant.wings)
    return tuple(wing for wing in named if wing not in set(wings))
