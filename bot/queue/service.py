"""Every change to a request goes through here, with its history row and its notice in one transaction."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.people.model import SYSTEM, Actor, ActorKind, Person
from bot.queue import matching
from bot.queue.model import (
    ALLOWED,
    Change,
    Event,
    Kind,
    NotAllowedNow,
    NotOffered,
    NotOnOffer,
    NotYours,
    Request,
    Rule,
    State,
    UnknownRequest,
    Urgency,
)
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.references import new_reference
from bot.queue.words import NO_WORDS, Words, check_words

# These carry more than a state, and have functions of their own.
_NOT_PLAIN = frozenset(
    {Change.ASKED_AGAIN, Change.REACHED, Change.NOT_REACHED, Change.DEADLINE_MISSED}
    | {Change.MOVED, Change.CLOCK_SET}
)
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
    by: Actor | None = None,
    words: Words = NO_WORDS,
) -> Request:
    """Opens a request, or strengthens the open one of the same kind and role: never a second row.

    `by` is a member of staff who asks in the person's stead. Raises NotOffered for whom the prison does not
    offer at this hour, unless staff say in a note why all the same. Who asked in time may ask again.
    """
    by = by or (SYSTEM if record_id else Actor(ActorKind.PERSON, person.id))
    already = work.requests.open_of(person.id, kind, role)
    if already is not None:
        return _strengthen(work, already, person, urgency, record_id, deadlines, now, by, words)
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
    )
    work.requests.add(request)
    _tell(work, request, Change.ASKED, None, by, now, words)
    return request


def _strengthen(
    work: QueueWork,
    request: Request,
    person: Person,
    urgency: Urgency,
    record_id: str | None,
    deadlines: Deadlines,
    now: datetime,
    by: Actor,
    words: Words,
) -> Request:
    level = max(urgency, request.urgency)
    due = min(request.due_at, now + deadlines.allowance(request.kind, level, now))
    return _apply(
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
    )


def accept(work: QueueWork, request_id: str, supporter_id: str, *, now: datetime) -> Request:
    """A supporter takes a request. Of two at once the second gets NotAllowedNow."""
    request = _locked(work, request_id)
    by = Actor(ActorKind.SUPPORTER, supporter_id)
    # Before the match: who was slower is told so, and not that the request is none of his.
    _rule(request, Change.ACCEPTED, by)
    supporter = work.supporters.get(supporter_id)
    if supporter is None or not matching.fits(supporter, request, work.requests.count_held_by(supporter_id)):
        raise NotOnOffer(request_id)
    return _apply(work, request, Change.ACCEPTED, by, now, NO_WORDS, supporter_id=supporter_id)


def move(
    work: QueueWork, request_id: str, change: Change, by: Actor, *, now: datetime, words: Words = NO_WORDS
) -> Request:
    """The plain steps: taken by staff, arranged, begun, finished, handed back, cancelled, could not, seen.

    Nobody takes back or gives up a request that a safety record raised: no one in danger silences it, or is
    made to.
    """
    request = _locked(work, request_id)
    _check_who(request, by)
    if change not in _PLAIN or (change in _CLOSED_BY_ALERT and request.record_id is not None):
        raise NotAllowedNow(f"{change} of {request_id}")
    if change is Change.SEEN and request.seen_at is not None:
        return request
    if change is Change.COULD_NOT:
        check_words(words, request_id)
    fields: dict[str, Any] = {}
    if change is Change.SEEN:
        fields["seen_at"] = now
    if change in (Change.HANDED_BACK, Change.CANCELLED, Change.COULD_NOT):
        fields["supporter_id"] = None
    if change is Change.FINISHED:
        # An answer from before it was opened again is none to this time.
        fields["came"] = None
    return _apply(work, request, change, by, now, words, **fields)


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
    request = _locked(work, request_id)
    by = Actor(ActorKind.PERSON, person_id)
    _check_who(request, by)
    if _said_already(request, came, now):
        return request
    if came:
        return _apply(
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
            _apply(work, newer, Change.NOT_REACHED, by, now, NO_WORDS, **up)
            fields = {"came": False, "came_at": now}
        else:
            fields |= {"state": State.WAITING, "supporter_id": None, "seen_at": None}
    return _apply(work, request, Change.NOT_REACHED, by, now, NO_WORDS, **fields)


def miss_deadlines(work: QueueWork, deadlines: Deadlines, *, now: datetime, limit: int = 50) -> int:
    """Records each missed deadline, tells the next role, and sets the next one. Returns how many."""
    late = work.requests.overdue(now, limit)
    for request in late:
        role = deadlines.next_role(request.escalated_to)
        _apply(
            work,
            request,
            Change.DEADLINE_MISSED,
            SYSTEM,
            now,
            Words(reason=role),
            escalated_to=role,
            missed_at=request.due_at,
            urgency=max(request.urgency, Urgency.RAISED),
            due_at=now + deadlines.allowance(request.kind, request.urgency, now),
        )
    return len(late)


def release_all_of(work: QueueWork, supporter_id: str, by: Actor, *, now: datetime) -> int:
    """Hands back everything that a supporter holds: he or she was suspended. Returns how many."""
    held = work.requests.held_by(supporter_id)
    for request in held:
        _apply(work, request, Change.HANDED_BACK, by, now, NO_WORDS, supporter_id=None)
    return len(held)


def _locked(work: QueueWork, request_id: str) -> Request:
    request = work.requests.get_for_change(request_id)
    if request is None:
        raise UnknownRequest(request_id)
    return request


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


def _rule(request: Request, change: Change, by: Actor) -> Rule:
    """What the table says about this change. Raises NotAllowedNow."""
    rule = ALLOWED[change]
    if request.state not in rule.start or by.kind not in rule.by:
        raise NotAllowedNow(f"{change} from {request.state}")
    return rule


def _apply(
    work: QueueWork, request: Request, change: Change, by: Actor, now: datetime, words: Words, **fields: Any
) -> Request:
    """The one place where a request changes: checked against the table, stored with who and when."""
    rule = _rule(request, change, by)
    state = fields.pop("state", rule.end or request.state)
    changed = replace(request, state=state, changed_at=now, version=request.version + 1, **fields)
    work.requests.save(changed)
    _tell(work, changed, change, request.state, by, now, words)
    return changed


# For the queue's own other modules: a change that carries more than a state, through the same one place.
change = _apply


def _tell(
    work: QueueWork,
    request: Request,
    change: Change,
    start: State | None,
    by: Actor,
    now: datetime,
    words: Words,
) -> None:
    event = Event(
        request_id=request.id,
        at=now,
        change=change,
        start=start,
        end=request.state,
        actor_kind=by.kind,
        actor_id=by.id,
        reason=words.reason,
        offered=words.offered.strip(),
        note=words.note.strip(),
    )
    work.requests.add_event(event)
    facts = {"change": change.value, "kind": request.kind.value, "urgency": request.urgency.name.lower()}
    work.outbox.put("request", request.prison_id, request.id, now, facts)
