"""Deadlines that passed: recorded, told to the next role of the prison's chain, and counted anew."""

from datetime import datetime

from bot.people.model import SYSTEM
from bot.queue.changing import apply
from bot.queue.matching import is_for_supporters
from bot.queue.model import Change, State, Urgency
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.words import Words


def miss_deadlines(work: QueueWork, deadlines: Deadlines, *, now: datetime, limit: int = 50) -> int:
    """Records each missed deadline, tells the next role, and sets the next one. Returns how many.

    Only those of this prison: another one's hours and chain are another worker's. It is more urgent from now
    on, and the next deadline is counted so while somebody is left in the chain who has not heard of it. Then
    a plain time of its kind counts again: whoever is told the same each half hour stops reading it. What
    danger made urgent keeps its own time.
    """
    late = work.requests.overdue(deadlines.id, now, limit)
    for request in late:
        role = deadlines.next_role(request.escalated_to)
        level = max(request.urgency, Urgency.RAISED)
        all_told = deadlines.next_role(role) == role
        pace = Urgency.NORMAL if all_told and level is Urgency.RAISED else level
        # More urgent now, so everybody who fits is asked: by the worker's next step.
        waits = request.state is State.WAITING and is_for_supporters(request)
        apply(
            work,
            request,
            Change.DEADLINE_MISSED,
            SYSTEM,
            now,
            Words(reason=role),
            escalated_to=role,
            missed_at=request.due_at,
            urgency=level,
            due_at=now + deadlines.allowance(request.kind, pace, now),
            look_at=now if waits else request.look_at,
        )
    return len(late)
