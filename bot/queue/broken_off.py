"""What is handed back waits again; who was in the middle of it is alone again, and comes before others."""

from datetime import datetime
from typing import Any

from bot.people.model import Actor
from bot.queue.changing import apply
from bot.queue.model import Change, Request, State, Urgency
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.words import NO_WORDS


def handed_back(request: Request, deadlines: Deadlines | None, now: datetime) -> dict[str, Any]:
    """The fields of a request that its helper does not have any more. A contact that was broken off is
    raised, and its deadline comes nearer, never later: so it needs the prison's `deadlines`."""
    if request.state is not State.WITH_PERSON:
        return {"supporter_id": None}
    if deadlines is None:
        raise ValueError("a contact that is broken off is counted by the prison's deadlines")
    level = max(request.urgency, Urgency.RAISED)
    due = min(request.due_at, now + deadlines.allowance(request.kind, level, now))
    return {"supporter_id": None, "urgency": level, "due_at": due}


def release_all_of(
    work: QueueWork, supporter_id: str, by: Actor, *, deadlines: Deadlines, now: datetime
) -> int:
    """Hands back everything that a supporter holds, and withdraws what is on offer: he or she was suspended.
    Whose contact was broken off comes before others. Returns how many were handed back."""
    # Requests before offers, as everybody locks them.
    held = work.requests.held_by(supporter_id)
    work.offers.withdraw_of_supporter(supporter_id, now)
    for request in held:
        apply(work, request, Change.HANDED_BACK, by, now, NO_WORDS, **handed_back(request, deadlines, now))
    return len(held)
