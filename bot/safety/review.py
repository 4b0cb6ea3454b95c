"""What staff do about a safety record: acknowledge, check, review. Each is a further entry, never an edit."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.people.model import SYSTEM, Actor
from bot.queue import service as queue
from bot.queue.model import Change, Kind, State
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import EntryKind, RecordState, SafetyRecord, new_entry


class Outcome(StrEnum):
    """What came of it; ids as shown in the safety log."""

    ACCT_OPENED = "acct_opened"
    CSIP = "csip"
    HEALTHCARE = "healthcare"
    SUPPORT_OFFERED = "support_offered"
    SPOKE_NO_MORE_NEEDED = "spoke_no_more_needed"
    MISTAKEN_ALARM = "mistaken_alarm"
    OTHER = "other"


class ReviewError(Exception):
    """A rule of the safety log was broken; nothing was written."""


class UnknownRecord(ReviewError):
    """There is no such record in this prison."""


class NotInThisState(ReviewError):
    """The record is not at this step: most often a colleague was faster."""


class WordsNeeded(ReviewError):
    """A check needs seen, spoke and response; a review needs words."""


@dataclass(frozen=True)
class Check:
    """A welfare check at the cell. `response` is what the person said or did, in staff's words.

    `outcome` is what staff at the cell did about it, where they say so; the review stands beside it.
    """

    seen: bool
    spoke: bool
    response: str
    outcome: Outcome | None = None


# What a notice says where the whole chain was told and nobody has answered. The log says it no second time.
UNANSWERED = "unanswered"

_MAY_ACKNOWLEDGE = frozenset({RecordState.OPEN})
_MAY_CHECK = frozenset({RecordState.OPEN, RecordState.ACKNOWLEDGED})
_MAY_REVIEW = frozenset({RecordState.CHECKED})


def acknowledge(
    work: SafetyWork, record_id: str, by: Actor, *, prison_id: str, now: datetime
) -> SafetyRecord:
    """Somebody has seen the alert and is going. It stops sounding; it does not close."""
    record = _at_step(work, record_id, prison_id, _MAY_ACKNOWLEDGE)
    changed = replace(record, state=RecordState.ACKNOWLEDGED, acknowledged_at=now, climb_at=None)
    _carry_to_request(work, changed, (Change.SEEN,), by, now)
    return _write(work, changed, EntryKind.ACKNOWLEDGED, by, now, {})


def go(work: SafetyWork, record_id: str, by: Actor, *, prison_id: str, now: datetime) -> SafetyRecord:
    """Somebody is on the way, and says who. Where nobody had acknowledged the alert, this does."""
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    if record.state is RecordState.OPEN:
        record = replace(record, state=RecordState.ACKNOWLEDGED, acknowledged_at=now, climb_at=None)
        _carry_to_request(work, record, (Change.SEEN,), by, now)
    return _write(work, record, EntryKind.GOING, by, now, {})


def note_breathing(
    work: SafetyWork, record_id: str, by: Actor, well: bool, *, prison_id: str, now: datetime
) -> SafetyRecord:
    """Staff know whether the person is conscious and breathing. It silences nothing and closes nothing."""
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    return _write(work, record, EntryKind.BREATHING, by, now, {"conscious_and_breathing": well})


def check(
    work: SafetyWork, record_id: str, by: Actor, done: Check, *, prison_id: str, now: datetime
) -> SafetyRecord:
    """The person was checked on. "Not seen" is an answer too, and keeps the record open."""
    if not done.response.strip():
        raise WordsNeeded(record_id)
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    body: dict[str, Any] = {"seen": done.seen, "spoke": done.spoke, "response": done.response.strip()}
    if done.outcome is not None:
        body["outcome"] = done.outcome.value
    changed = replace(record, acknowledged_at=record.acknowledged_at or now, climb_at=None)
    if done.seen:
        changed = replace(changed, state=RecordState.CHECKED, checked_at=now)
        _carry_to_request(work, changed, (Change.SEEN, Change.BEGUN, Change.FINISHED), by, now)
    else:
        changed = replace(changed, state=RecordState.ACKNOWLEDGED)
    return _write(work, changed, EntryKind.CHECKED, by, now, body)


def review(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    outcome: Outcome,
    note: str,
    *,
    prison_id: str,
    now: datetime,
) -> SafetyRecord:
    """The record is looked at as a whole and given an outcome, with words for the file."""
    if not note.strip():
        raise WordsNeeded(record_id)
    record = _at_step(work, record_id, prison_id, _MAY_REVIEW)
    body = {"outcome": outcome.value, "note": note.strip()}
    changed = replace(record, state=RecordState.REVIEWED, reviewed_at=now)
    return _write(work, changed, EntryKind.REVIEWED, by, now, body)


def climb(work: SafetyWork, prison: Climbing, *, now: datetime, limit: int = 50) -> int:
    """Alerts that nobody acknowledged in time go to the next role, and the log says each step once.

    At the top nobody is left to pass them to: they go on sounding, and who hears of them outside hears again.
    Returns how many climbed.
    """
    climbed = 0
    for record in work.safety.due_to_climb(now, limit):
        role = prison.next_role(record.climbed_to)
        changed = replace(record, climbed_to=role, climb_at=now + prison.alert_allowance(record.level))
        if role == record.climbed_to:
            work.safety.save_record(changed)
            facts = {"level": record.level.value, "entry": UNANSWERED}
            work.outbox.put("alert", record.prison_id, record.id, now, facts)
            continue
        last = prison.next_role(role) == role
        _write(work, changed, EntryKind.CLIMBED, SYSTEM, now, {"to": role, "last": last})
        climbed += 1
    return climbed


def _at_step(
    work: SafetyWork, record_id: str, prison_id: str, states: frozenset[RecordState]
) -> SafetyRecord:
    record = work.safety.get_for_change(record_id)
    if record is None or record.prison_id != prison_id:
        raise UnknownRecord(record_id)
    if record.state not in states:
        raise NotInThisState(f"{record_id} is {record.state}")
    return record


def _carry_to_request(
    work: SafetyWork, record: SafetyRecord, steps: tuple[Change, ...], by: Actor, now: datetime
) -> None:
    """The request that the record raised follows what staff did, so that the person sees it and is asked."""
    for step in steps:
        request = work.requests.open_of(record.person_id, Kind.STAFF, "")
        if request is None or request.record_id != record.id:
            return
        if step is Change.BEGUN and request.state is State.WITH_PERSON:
            continue
        queue.move(work, request.id, step, by, now=now)


def _write(
    work: SafetyWork,
    record: SafetyRecord,
    kind: EntryKind,
    by: Actor,
    now: datetime,
    body: dict[str, Any],
) -> SafetyRecord:
    work.safety.save_record(record)
    work.safety.append(new_entry(record.id, kind, now, by.kind, by.id, body))
    facts = {"level": record.level.value, "entry": kind.value}
    work.outbox.put("alert", record.prison_id, record.id, now, facts)
    return record
