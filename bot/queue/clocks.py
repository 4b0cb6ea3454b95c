"""A clock that was set back: deadlines counted from a time that has not come yet are counted anew."""

from datetime import datetime, timedelta
from typing import Final

from bot.people.model import SYSTEM
from bot.queue.changing import apply
from bot.queue.model import Change
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.words import NO_WORDS

# Machines of one house differ by less.
TOLERANCE: Final = timedelta(minutes=2)


def set_right(work: QueueWork, deadlines: Deadlines, *, now: datetime, limit: int = 50) -> int:
    """Nobody waits a day longer because the clock was a day ahead when they asked. Returns how many.

    A deadline is never put off by it: the earlier of the two counts. A clock that was behind needs nothing:
    deadlines that seem to have passed are recorded and passed on, which is the safe side.
    """
    ahead = work.requests.from_a_time_to_come(deadlines.id, now + TOLERANCE, limit)
    for request in ahead:
        due = min(request.due_at, now + deadlines.allowance(request.kind, request.urgency, now))
        apply(work, request, Change.CLOCK_SET, SYSTEM, now, NO_WORDS, due_at=due)
    return len(ahead)
