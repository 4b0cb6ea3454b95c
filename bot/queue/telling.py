"""The history row and the notice that go with every change to a request, in its transaction."""

from dataclasses import dataclass
from datetime import datetime

from bot.people.model import Actor
from bot.queue.model import Change, Event, Request, State
from bot.queue.ports import QueueWork


@dataclass(frozen=True)
class Words:
    """Why a change was made. `reason` is an id from the prison's list; the others are staff's own words."""

    reason: str = ""
    offered: str = ""
    note: str = ""


NO_WORDS = Words()


def tell(
    work: QueueWork,
    request: Request,
    change: Change,
    start: State | None,
    by: Actor,
    now: datetime,
    words: Words = NO_WORDS,
    *,
    count: int = 0,
) -> None:
    """`count` is how many supporters it is about, where it is about supporters."""
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
        count=count,
    )
    work.requests.add_event(event)
    facts = {"change": change.value, "kind": request.kind.value, "urgency": request.urgency.name.lower()}
    work.outbox.put("request", request.prison_id, request.id, now, facts)
