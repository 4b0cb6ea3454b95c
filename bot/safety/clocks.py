"""A clock that was set back: an alert does not wait for a time that lies far ahead before it climbs."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.queue.clocks import TOLERANCE
from bot.safety.model import Level
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import RecordState


def set_right(work: SafetyWork, prison: Climbing, *, now: datetime, limit: int = 50) -> int:
    """Alerts that would climb too late get the time that they would have now, never a later one.

    The next step counts, not when the words came: an alert from before the jump may have climbed in it.
    Returns how many.
    """
    until = {step: now + allowance for step, allowance in _longest(prison).items()}
    latest = {step: at + TOLERANCE for step, at in until.items()}
    ahead = work.safety.climb_too_late(prison.id, latest, limit)
    for record in ahead:
        work.safety.save_record(replace(record, climb_at=until[record.state, record.level]))
    return len(ahead)


def _longest(prison: Climbing) -> dict[tuple[RecordState, Level], timedelta]:
    """How far ahead the next step of an alert may lie, by its state and level."""
    levels = [level for level in Level if level > Level.NONE]
    sounding = {(RecordState.OPEN, level): prison.alert_allowance(level) for level in levels}
    return sounding | {(RecordState.ACKNOWLEDGED, level): prison.check_allowance(level) for level in levels}
