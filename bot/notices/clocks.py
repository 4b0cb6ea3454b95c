"""A clock that was set back: no notice waits for a time that was never meant."""

from datetime import datetime, timedelta

from bot.notices.waits import longest_waits
from bot.queue.clocks import TOLERANCE
from bot.store.unit_of_work import UnitOfWork


def set_right(work: UnitOfWork, prison_id: str, lease: timedelta, *, now: datetime) -> int:
    """What is to be tried later than any wait or lease allows is due at once. Returns how many.

    `lease` is the longest of a try. One under way may be made a second time: at least once is the promise.
    """
    latest = [now + wait + TOLERANCE for wait in longest_waits(lease)]
    return work.outbox.set_right(prison_id, now, latest) + work.deliveries.set_right(prison_id, now, latest)
