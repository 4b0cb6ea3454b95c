"""Every change to a request goes through here, with its history row and its notice in one transaction."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.people.model import SYSTEM, Actor, ActorKind, Person
from bot.queue import offers
from bot.queue.broken_off import handed_back, release_all_of
from bot.queue.changing import apply, locked, rule_of
from bot.queue.late import miss_deadlines
from bot.queue.matching import cap_of, moment_of
from bot.queue.model import (
    ABOUT_OFFERS,
    ALLOWED,
    Change,
    Kind,
    NotAllowedNow,
    NotOffered,
    NotOnOffer,
    NotYours,
    Request,
    State,
    UnknownRequest,
    Urgency,
)
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.references import new_reference
from bot.queue.telling import tell
from bot.queue.words import NO_WORDS, Words, check_words

__all__ = ["Words", "accept", "ask", "miss_deadlines", "move", "release_all_of", "somebody_came"]

# These carry more than a state, and have functions of their own.
_NOT_PLAIN = ABOUT_OFFERS | {
    *(Change.ASKED_AGAIN, Change.REACHED, Change.NOT_REACHED, Change.DEADLINE_MISSED),
    *(Change.MOVED, Change.CLOCK_SET),
}
_PLAIN = frozenset(ALLOWED) - _NOT_PLAIN
# A request that danger raised ends by a check at the cell, not by a word on a page.
_CLOSED_BY_ALERT = frozenset({Change.CANCELLED, Change.COULD_NOT})


def ask(
    work: QueueWork,
    person: Person,
    kind: Kind,
    *,
    deadlines: Deadlines,
    now: datetime,
    role: str = "",
    urgency: Urgency = Urgency.NORMAL,
    record_id: str | None = None,
    wish: str = "",
    by: Actor | None = None,
    words: Words = NO_WORDS,
) -> Request:
    """Opens a request, or strengthens the open one of the same kind and role: never a second row. The
    supporters whose turn it is are asked in the same transaction.

    `by` is a member of staff who asks in the person's stead. Raises NotOffered for whom the prison does not
    offer at this hour, unless staff say in a note why all the same. Who asked in time may ask again.
    """
    by = by or (SYSTEM if record_id else Actor(ActorKind.PERSON, person.id))
    already = work.requests.open_of(person.id, kind, role)
    if already is not None:
        return _strengthen(work, already, person, urgency, record_id, wish, deadlines, now, by, words)
    overrides = by.kind is ActorKind.STAFF and bool(words.note.strip())
    if not overrides and not deadlines.may_ask(kind, role, now):
        raise NotOffered(f"{kind} {role}".strip())
    request = Request(
        id=uuid.uuid4().hex,
        reference=new_reference(kind),
        prison_id=person.prison_id,
        person_id=person.id,
        first_name=person.first_name,
        place=person.place,
        kind=kind,
        role=role,
        state=State.WAITING,
        urgency=urgency,
        asked_at=now,
        due_at=now + deadlines.allowance(kind, urgency, now),
        changed_at=now,
        record_id=record_id,
        wish=wish,
        language=person.language,
    )
    work.requests.add(request)
    tell(work, request, Change.ASKED, None, by, now, words)
    return offers.look(work, request, deadlines, now=now)


def _strengthen(
    work: QueueWork,
    request: Request,
    person: Person,
    urgency: Urgency,
    record_id: str | None,
    wish: str,
    deadlines: Deadlines,
    now: datetime,
    by: Actor,
    words: Words,
) -> Request:
    level = max(urgency, request.urgency)
    due = min(request.due_at, now + deadlines.allowance(request.kind, level, now))
    wish = wish or request.wish
    if request.state is State.WAITING and (person.place, wish) != (request.place, request.wish):
        # Another cell or another wish: who was asked may not be the one to go.
        work.offers.withdraw_of_request(request.id)
    changed = apply(
        work,
        request,
        Change.ASKED_AGAIN,
        by,
        now,
        words,
        urgency=level,
        due_at=due,
        place=person.place,
        times_asked=request.times_asked + 1,
        record_id=record_id or request.record_id,
        wish=wish,
        language=person.language,
    )
    return offers.look(work, changed, deadlines, now=now)


def accept(
    work: QueueWork,
    request_id: str,
    supporter_id: str,
    *,
    deadlines: Deadlines,
    now: datetime,
    staff: Actor | None = None,
    words: Words = NO_WORDS,
) -> Request:
    """A supporter takes a request that is on offer. Of two at once the second gets NotAllowedNow.

    With `staff` the supporter is sent by them: no offer is needed, and what speaks against it needs a reason
    in words. Raises NotOnOffer when the offer is over or does not fit any more, ReasonNeeded.
    """
    request = locked(work, request_id)
    by = staff or Actor(ActorKind.SUPPORTER, supporter_id)
    # Before the match: who was slower is told so, and not that the request is none of his.
    rule_of(request, Change.ACCEPTED, by)
    found = work.supporters.candidate(supporter_id, request.person_id)
    if found is None:
        raise NotOnOffer(request_id)
    moment = moment_of(deadlines, now)
    offer = work.offers.open_of(request_id, supporter_id)
    if staff is not None:
        sent = offers.sent_by(staff, request, found, moment, words)
        work.offers.settle(request_id, "")
        work.offers.add_all([sent])
    elif offer is None or not offer.stands(now) or not offers.still_fits(offer, found, request, moment):
        raise NotOnOffer(request_id)
    else:
        work.offers.settle(request_id, offer.id)
    taken = apply(work, request, Change.ACCEPTED, by, now, words, supporter_id=supporter_id)
    if found.held + 1 >= cap_of(found.supporter, moment.rules):
        # Asked for nothing else: others are, in his or her place.
        offers.left(work, supporter_id, prison=deadlines, now=now)
    return taken


def move(
    work: QueueWork,
    request_id: str,
    change: Change,
    by: Actor,
    *,
    now: datetime,
    deadlines: Deadlines | None = None,
    words: Words = NO_WORDS,
) -> Request:
    """The plain steps: taken by staff, arranged, begun, finished, handed back, cancelled, could not, seen.
    Only a contact that is handed back needs `deadlines`.

    Nobody takes back or gives up a request that a safety record raised: no one in danger silences it, or is
    made to.
    """
    request = locked(work, request_id)
    _check_who(request, by)
    if change not in _PLAIN or (change in _CLOSED_BY_ALERT and request.record_id is not None):
        raise NotAllowedNow(f"{change} of {request_id}")
    if change is Change.SEEN and request.seen_at is not None:
        return request
    if change is Change.COULD_NOT:
        check_words(words, request_id)
    fields = _fields_of(request, change, deadlines, now)
    changed = apply(work, request, change, by, now, words, **fields)
    if request.supporter_id is None:
        return changed
    if change is Change.BEGUN and (supporter := work.supporters.get(request.supporter_id)) is not None:
        # Who is with somebody is asked last next time.
        work.supporters.put(replace(supporter, last_contact_at=now))
    if change is Change.HANDED_BACK:
        # Somebody is free again.
        work.requests.look_again(request.prison_id, now)
    return changed


def somebody_came(
    work: QueueWork,
    request_id: str,
    person_id: str,
    *,
    came: bool,
    deadlines: Deadlines,
    now: datetime,
) -> Request:
    """The person's own answer. "No" opens the request again and moves it up; the same answer twice is one."""
    request = locked(work, request_id)
    by = Actor(ActorKind.PERSON, person_id)
    _check_who(request, by)
    if _said_already(request, came, now):
        return request
    if came:
        return apply(
            work, request, Change.REACHED, by, now, NO_WORDS, state=State.DONE, came=True, came_at=now
        )
    level = max(request.urgency, Urgency.RAISED)
    due = now + deadlines.allowance(request.kind, level, now)
    fields: dict[str, Any] = {"urgency": level, "due_at": due, "came": False, "came_at": now}
    if request.is_open:
        # Saying that nobody came never puts the deadline off.
        fields |= {"due_at": min(request.due_at, due), "came": None}
    else:
        # The one open request of this kind may have been asked anew meanwhile: then that one is moved up.
        newer = work.requests.open_of(person_id, request.kind, request.role)
        if newer is not None:
            up = {"urgency": max(level, newer.urgency), "due_at": min(due, newer.due_at)}
            moved_up = apply(work, newer, Change.NOT_REACHED, by, now, NO_WORDS, **up)
            offers.look(work, moved_up, deadlines, now=now)
            fields = {"came": False, "came_at": now}
        else:
            fields |= {"state": State.WAITING, "supporter_id": None, "seen_at": None}
    changed = apply(work, request, Change.NOT_REACHED, by, now, NO_WORDS, **fields)
    return offers.look(work, changed, deadlines, now=now)


def _fields_of(
    request: Request, change: Change, deadlines: Deadlines | None, now: datetime
) -> dict[str, Any]:
    match change:
        case Change.SEEN:
            return {"seen_at": now}
        case Change.HANDED_BACK:
            return handed_back(request, deadlines, now)
        case Change.CANCELLED | Change.COULD_NOT:
            return {"supporter_id": None}
        case Change.FINISHED:
            # An answer from before it was opened again is none to this time.
            return {"came": None}
        case _:
            return {}


def _check_who(request: Request, by: Actor) -> None:
    if by.kind is ActorKind.PERSON and by.id != request.person_id:
        raise UnknownRequest(request.id)
    if by.kind is ActorKind.SUPPORTER and by.id != request.supporter_id:
        raise NotYours(request.id)


def _said_already(request: Request, came: bool, now: datetime) -> bool:
    """The same answer once more, with nothing in between."""
    if request.asks_whether_somebody_came(now):
        return False
    again = request.is_open and not came and request.came_at == request.changed_at
    return request.came is came or again
