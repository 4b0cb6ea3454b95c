"""A person goes to another cell, wing or prison: all that is open goes along, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.people.duty import Spells, suspend
from bot.people.model import Actor, Person, Place
from bot.people.ports import Audit, Persons, PersonSessions
from bot.people.swaps import Rotas, Swaps
from bot.people.swaps import end_all_of as end_swaps_of
from bot.queue import moving
from bot.queue import service as queue
from bot.queue.ports import Deadlines
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import EntryKind, RecordState, SafetyRecord, new_entry


class Helping(Protocol):
    def take_along(self, person_id: str, prison_id: str) -> None:
        """What the person has open as a helper, or as one who would like to be, is for that prison now: a
        wish to talk, a report of pressure, an application, a letter."""


class MovingWork(SafetyWork, Protocol):
    """The part of a unit of work that a move uses."""

    @property
    def helping(self) -> Helping: ...

    @property
    def spells(self) -> Spells: ...

    @property
    def swaps(self) -> Swaps: ...

    @property
    def rotas(self) -> Rotas: ...

    @property
    def persons(self) -> Persons: ...

    @property
    def person_sessions(self) -> PersonSessions: ...

    @property
    def audit(self) -> Audit: ...


class MoveError(Exception):
    """The person cannot be moved like that; nothing was changed."""


class AlreadyThere(MoveError):
    """The person is in this place."""


class NumberTaken(MoveError):
    """Somebody with this prison number is on the list of the other prison."""


@dataclass(frozen=True)
class Moved:
    """How much went along, or ended, and whether an alert that nobody has checked is open."""

    requests: int
    alert: bool


def move(
    work: MovingWork,
    person: Person,
    prison_id: str,
    place: Place,
    by: Actor,
    *,
    here: Deadlines,
    there: Climbing,
    now: datetime,
) -> Moved:
    """From the prison `here` to the one `there`, often the same. The person is locked by the caller.

    Sessions end: whoever types on the tablet of the old cell must not be taken for this person.
    """
    if (person.prison_id, person.place) == (prison_id, place):
        raise AlreadyThere(person.id)
    left = person.prison_id != prison_id
    if left:
        # All requests before any supporter, as everybody locks them.
        work.requests.held_by(person.id)
    if left and work.persons.find_by_number(prison_id, person.number) is not None:
        raise NumberTaken(person.id)
    gone = replace(person, prison_id=prison_id, place=place, cell_said_at=None)
    work.persons.save(gone)
    work.person_sessions.end_all_of(person_id=person.id, now=now)
    record = work.safety.open_of(person.id)
    if record is not None:
        _take_record_along(work, record, gone, by, there, now)
    moved = moving.take_along(work, gone, by, now=now, there=there)
    if left:
        work.helping.take_along(person.id, prison_id)
        _stops_helping(work, gone, by, here, now)
    work.audit.put(person.prison_id, by.id, "person_moved", person.id, now)
    return Moved(moved, record is not None)


def leave(
    work: MovingWork, person: Person, by: Actor, offered: str, *, here: Deadlines, now: datetime
) -> Moved:
    """The person left for where this database does not reach. Requests end; an alert stands until a check.

    Raises ReasonNeeded where requests would end without a word on what was offered instead.
    """
    work.requests.held_by(person.id)  # requests before supporters, as everybody locks them
    work.persons.save(replace(person, active=False))
    work.person_sessions.end_all_of(person_id=person.id, now=now)
    record = work.safety.open_of(person.id)
    if record is not None:
        _note(work, record, by, {"from": _plain(person), "left": True}, now)
    closed = moving.close_for_who_left(work, person, by, offered, now=now)
    _stops_helping(work, person, by, here, now)
    work.audit.put(person.prison_id, by.id, "person_left", person.id, now)
    return Moved(closed, record is not None)


def follow_to_tablet(work: SafetyWork, person: Person, by: Actor, *, now: datetime) -> int:
    """The person signed in on the tablet of another cell: requests follow.

    An alert does not: who signs in might not be the person, and staff go to where the words were typed until
    staff, or further words, say otherwise.
    """
    return moving.take_along(work, person, by, now=now)


def _take_record_along(
    work: SafetyWork, record: SafetyRecord, person: Person, by: Actor, there: Climbing, now: datetime
) -> None:
    body = {
        "from": {"prison": record.prison_id, "wing": record.place.wing, "cell": record.place.cell},
        "to": _plain(person),
    }
    changed = replace(record, place=person.place)
    if record.prison_id == person.prison_id:
        work.safety.save_record(changed)
        _note(work, changed, by, body, now)
        return
    # Nobody there has heard of it, whatever staff here had done: it sounds anew, at the foot of the chain.
    changed = replace(
        changed,
        prison_id=person.prison_id,
        state=RecordState.OPEN,
        acknowledged_at=None,
        climbed_to="",
        climb_at=now + there.alert_allowance(record.level),
    )
    work.safety.save_record(changed)
    _note(work, record, by, body, now)
    facts = {"level": record.level.value, "entry": EntryKind.MOVED.value}
    work.outbox.put("alert", person.prison_id, record.id, now, facts)


def _note(
    work: SafetyWork, record: SafetyRecord, by: Actor, body: Mapping[str, object], now: datetime
) -> None:
    work.safety.append(new_entry(record.id, EntryKind.MOVED, now, by.kind, by.id, body))
    # For open boards. It is no alert: nothing sounds, and nobody outside is woken by it.
    work.outbox.put("care", record.prison_id, record.id, now, {"entry": EntryKind.MOVED.value})


def _stops_helping(work: MovingWork, person: Person, by: Actor, here: Deadlines, now: datetime) -> None:
    """What a supporter of another prison had goes back to waiting. The roles hold no more until staff of the
    new prison restore them."""
    # Requests before the supporter, as everybody locks them.
    queue.release_all_of(work, person.id, by, deadlines=here, now=now)
    supporter = work.supporters.get(person.id)
    if supporter is None:
        return
    if supporter.prison_id != person.prison_id:
        work.rotas.remove(person.id)
    end_swaps_of(work, person.id, now=now)
    work.supporters.put(replace(supporter, prison_id=person.prison_id, wings=()))
    suspend(work, person.id, by.id, suspended=True, now=now)


def _plain(person: Person) -> dict[str, str]:
    return {"prison": person.prison_id, "wing": person.place.wing, "cell": person.place.cell}
