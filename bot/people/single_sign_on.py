"""People who come by the prison's single sign-on: known by number, and asked once where their cell is."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.people import tablets
from bot.people.model import Device, Person, Place
from bot.people.ports import PeopleWork
from bot.people.tokens import hash_of, new_token

# Nobody asks for anybody from here: first the person says where the cell is.
NOWHERE: Final = Place("", "", "")
# In place of the officer who enrolled a tablet. Such a machine goes where its person goes.
ENROLLED_BY: Final = "single_sign_on"
_NUMBER: Final = re.compile(r"[A-Z0-9]{3,12}")


class NotThisPrison(Exception):
    """The token names another prison, or none."""


@dataclass(frozen=True)
class Named:
    """What the token says of somebody."""

    number: str
    first_name: str


@dataclass(frozen=True)
class CameIn:
    signed_in: tablets.SignedIn
    device: Device
    # Empty where the tablet was known already.
    device_token: str


def read_claims(claims: Mapping[str, Any], agency: str) -> Named:
    """Prison number, first name and prison, as HMPPS Launchpad names them. Raises NotThisPrison."""
    where = claims.get("establishment")
    here = where if isinstance(where, Mapping) else {}
    number = str(claims.get("sub", "")).strip().upper()
    # Both ways of writing it are about.
    if agency not in (here.get("agency_id"), here.get("agencyId")) or not _NUMBER.fullmatch(number):
        raise NotThisPrison
    given = str(claims.get("given_name") or claims.get("name") or "")
    words = "".join(char for char in given if char.isalpha() or char in " '-").split()
    return Named(number, words[0][:40].capitalize() if words else number)


def come_in(work: PeopleWork, prison_id: str, who: Named, device: Device | None, *, now: datetime) -> CameIn:
    """A session for the person with this number; made where nobody has it, active again where somebody left.

    On a tablet that staff enrolled the cell is the tablet's. Anywhere else it is the one that was known.
    """
    person = _person(work, prison_id, who, now)
    token = ""
    if device is None:
        token = new_token()
        device = Device(uuid.uuid4().hex, prison_id, person.place, hash_of(token), ENROLLED_BY, now)
        work.devices.add(device)
    elif device.enrolled_by == ENROLLED_BY:
        device = replace(device, place=person.place)
        work.devices.save(device)
    else:
        person = replace(person, place=device.place, cell_said_at=None)
        work.persons.save(person)
    return CameIn(tablets.open_session(work, person, device, now=now), device, token)


def say_where(work: PeopleWork, person: Person, device: Device, place: Place, *, now: datetime) -> bool:
    """The person's own word, once: from then on staff move people. False when the cell is known."""
    fresh = work.persons.find_by_number(person.prison_id, person.number)
    if fresh is None or fresh.place != NOWHERE:
        return False
    work.persons.save(replace(fresh, place=place, cell_said_at=now))
    work.devices.save(replace(device, place=place))
    work.audit.put(person.prison_id, "", "cell_said_by_person", person.id, now)
    return True


def confirm_where(work: PeopleWork, person: Person, by: str, *, now: datetime) -> bool:
    """Staff looked: the cell is right. The caller locks the person. False when it needs no such word."""
    if person.cell_said_at is None or not person.active:
        return False
    work.persons.save(replace(person, cell_said_at=None))
    work.audit.put(person.prison_id, by, "cell_checked", person.id, now)
    return True


def _person(work: PeopleWork, prison_id: str, who: Named, now: datetime) -> Person:
    known = work.persons.find_by_number(prison_id, who.number)
    if known is None:
        # No PIN: nobody gets in by one until staff set it.
        known = Person(uuid.uuid4().hex, prison_id, who.number, who.first_name, NOWHERE, "")
        work.persons.add(known)
        work.audit.put(prison_id, "", "person_came_by_single_sign_on", known.id, now)
    elif not known.active:
        known = replace(known, active=True, place=NOWHERE, pin_hash="", cell_said_at=None)
        work.persons.save(known)
        work.audit.put(prison_id, "", "person_returned", known.id, now)
    return known
