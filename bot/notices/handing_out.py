"""From the outbox to the channels that want it. Nothing is sent here, so nothing is slow."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from bot.notices.model import ALERT, EMERGENCY, LOG_HEAD, MONTH_REPORT, REQUEST, REVIEW, Channel
from bot.people.model import StaffRole
from bot.people.rights import Right, rights_of
from bot.prison import Prison
from bot.safety.record import EntryKind, RecordState, SafetyRecord
from bot.safety.steps import UNANSWERED
from bot.store.outbox import Notice
from bot.store.unit_of_work import UnitOfWork

# What calls for a human. What staff did themselves is for machines that follow an alert to its end.
_CALLS: Final = (
    *(EntryKind.NOTICED.value, EntryKind.STRENGTHENED.value, EntryKind.CLIMBED.value),
    UNANSWERED,
    # From another prison: nobody here has heard of it.
    EntryKind.MOVED.value,
)
_REVIEWERS: Final = tuple(role.value for role in StaffRole if Right.REVIEW_EMERGENCY in rights_of([role]))
# Fifty messages of one person are one matter: the board sounds for each, a telephone once in this time.
_ONCE_IN: Final = timedelta(minutes=1)


def hand_out(work: UnitOfWork, notice: Notice, channels: Sequence[Channel], prison: Prison) -> int:
    """Writes a delivery for each channel that wants the notice; the caller commits. Returns how many."""
    record = work.safety.get(notice.ref) if notice.topic in (ALERT, REVIEW) else None
    role = _role(record, notice.topic) or prison.chain[0].value
    wanted = [channel for channel in channels if _wants(work, channel, notice, record, role)]
    for channel in wanted:
        work.deliveries.add(_delivery(notice, channel, role))
    return len(wanted)


def _role(record: SafetyRecord | None, topic: str) -> str:
    """Who has it now."""
    if record is None:
        return ""
    return record.review_with if topic == REVIEW else record.climbed_to


def _wants(
    work: UnitOfWork, channel: Channel, notice: Notice, record: SafetyRecord | None, role: str
) -> bool:
    if notice.topic == REQUEST:
        return channel.route.requests
    if notice.topic == LOG_HEAD:
        return channel.route.heads
    if notice.topic == MONTH_REPORT:
        return channel.route.reports
    if notice.topic == REVIEW:
        return channel.route.reviews and channel.route.wants_alert(notice.facts.get("level", ""), role)
    if notice.topic == EMERGENCY:
        told = any(role in channel.route.roles for role in _REVIEWERS)
        return told and (channel.follows or notice.facts.get("entry") == "taken")
    return notice.topic == ALERT and _wants_alert(work, channel, notice, record, role)


def _wants_alert(
    work: UnitOfWork, channel: Channel, notice: Notice, record: SafetyRecord | None, role: str
) -> bool:
    level, entry = notice.facts.get("level", ""), notice.facts.get("entry", "")
    if not channel.route.wants_alert(level, role):
        return False
    if channel.follows:
        return True
    if entry == EntryKind.STRENGTHENED:
        going = record is not None and record.state is not RecordState.OPEN
        since, until = notice.created_at - _ONCE_IN, notice.created_at + _ONCE_IN
        if record is not None and record.acknowledged_at is not None:
            # Whoever acknowledged has heard of what came before, and not of this.
            since = max(since, record.acknowledged_at)
        told = work.deliveries.said_between(channel.name, notice.ref, level, since, until)
        return not going and not told
    return entry in _CALLS


def _delivery(notice: Notice, channel: Channel, role: str) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "notice_seq": notice.seq,
        "prison_id": notice.prison_id,
        "channel": channel.name,
        "topic": notice.topic,
        "ref": notice.ref,
        "facts": dict(notice.facts),
        "level": notice.facts.get("level", ""),
        "role": role if notice.topic in (ALERT, REVIEW) else "",
        "happened_at": notice.created_at,
        "next_at": notice.created_at,
    }
