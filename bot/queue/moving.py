"""A person goes elsewhere: the open requests go along, or end where nobody could follow."""

from datetime import datetime
from typing import Any, Final

from bot.people.model import SYSTEM, Actor, ActorKind, Person
from bot.queue.broken_off import handed_back
from bot.queue.changing import apply
from bot.queue.matching import is_for_supporters
from bot.queue.model import Change, ReasonNeeded, Request, State
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.words import Words

# The reason, as the prison's list names it, for what ends or is handed back because somebody was moved.
MOVED: Final = "moved"


def take_along(
    work: QueueWork, person: Person, by: Actor, *, now: datetime, there: Deadlines | None = None
) -> int:
    """The person's open requests go to where he or she is now. Call it with the person's row locked.

    When the person only signed in on another tablet, what a safety record raised stays with its record.
    A supporter who does not cover the new wing, or is of another prison, hands it back; one who is with the
    person stays, unless the prison is another one: then the contact is broken off, and the deadlines of the
    prison `there` count. Others stay as they were: moving nobody makes anybody wait anew. Returns how many
    went along.
    """
    moved = 0
    signed_in = by.kind is ActorKind.PERSON
    for request in work.requests.open_of_person(person.id):
        if signed_in and request.record_id is not None:
            continue
        if (request.prison_id, request.place) == (person.prison_id, person.place):
            continue
        followed = _follows(work, request, person, by, there, now)
        words = Words(note=_way(request, person))
        to: dict[str, Any] = {"place": person.place, "prison_id": person.prison_id}
        if followed.state is State.WAITING and is_for_supporters(followed):
            # Whoever was asked may not be the one to go there; the worker's next step asks anew.
            work.offers.withdraw_of_request(request.id)
            to |= {"look_at": now, "nobody": ()}
        apply(work, followed, Change.MOVED, by, now, words, **to)
        if request.prison_id != person.prison_id:
            # The board that it left must see it go.
            work.outbox.put("request", request.prison_id, request.id, now, {"change": Change.MOVED.value})
        moved += 1
    return moved


def close_for_who_left(work: QueueWork, person: Person, by: Actor, offered: str, *, now: datetime) -> int:
    """The person went where this database does not reach: each open request ends, with what was offered.

    What a safety record raised stays open until somebody has checked. Raises ReasonNeeded where something
    would end without a word on what was offered instead.
    """
    open_ones = [each for each in work.requests.open_of_person(person.id) if each.record_id is None]
    if open_ones and not offered.strip():
        raise ReasonNeeded(person.id)
    for request in open_ones:
        if request.state is State.WITH_PERSON:
            # Somebody was there: that is no failure.
            apply(work, request, Change.FINISHED, by, now, Words(), came=None)
        else:
            words = Words(reason=MOVED, offered=offered)
            apply(work, request, Change.COULD_NOT, by, now, words, supporter_id=None)
    return len(open_ones)


def _follows(
    work: QueueWork, request: Request, person: Person, by: Actor, there: Deadlines | None, now: datetime
) -> Request:
    """Unchanged where nobody has it, or where who has it can go on."""
    if request.supporter_id is None:
        return request
    left = request.prison_id != person.prison_id
    supporter = work.supporters.get(request.supporter_id)
    covers = supporter is not None and supporter.covers(person.place.wing)
    if not left and (covers or request.state is State.WITH_PERSON):
        return request
    # A person who signs in elsewhere hands nothing back: it follows from where he or she is now.
    who = SYSTEM if by.kind is ActorKind.PERSON else by
    fields = handed_back(request, there, now)
    return apply(work, request, Change.HANDED_BACK, who, now, Words(reason=MOVED), **fields)


def _way(request: Request, person: Person) -> str:
    """From where to where, in the prison's own short names."""
    old, new = request.place, person.place
    prison = "" if request.prison_id == person.prison_id else f"{person.prison_id} "
    return f"{old.wing} {old.cell} → {prison}{new.wing} {new.cell}"
