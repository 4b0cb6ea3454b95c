"""A clock that was set back: an alert does not wait for a time that lies far ahead before it climbs."""

from dataclasses import replace
from datetime import datetime

from bot.queue.clocks import TOLERANCE
from bot.safety.ports import Climbing, SafetyWork


def set_right(work: SafetyWork, prison: Climbing, *, now: datetime, limit: int = 50) -> int:
    """Alerts of a time to come get the time that they would have now, never a later one. Returns how many."""
    mended = 0
    for record in work.safety.from_a_time_to_come(prison.id, now + TOLERANCE, limit):
        allowance = prison.alert_allowance if record.is_sounding else prison.check_allowance
        until = now + allowance(record.level)
        if record.climb_at is not None and record.climb_at > until:
            work.safety.save_record(replace(record, climb_at=until))
            mended += 1
    return mended
