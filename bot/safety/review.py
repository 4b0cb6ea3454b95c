"""What staff do about a safety record: acknowledge, check, review. Each is a further entry, never an edit."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.people.model import SYSTEM, Actor
from bot.queue import service as queue
from bot.queue.model import Change, Kind, State
from bot.safety.concern import ConcernsYou, concern_of
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import EntryKind, RecordState, SafetyRecord, SecondLook
from bot.safety.steps import UNANSWERED, UNCHECKED, facts, write


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


class WordsSince(ReviewError):
    """The person wrote again after the page was made: no step on what stood there before may calm."""


@dataclass(frozen=True)
class Check:
    """A welfare check at the cell. `response` is what the person said or did, in staff's words.

    `outcome` is what staff at the cell did about it, where they say so; the review stands beside it.
    """

    seen: bool
    spoke: bool
    response: str
    outcome: Outcome | None = None


# In the entry of a check: it was sent on words from before, and closes nothing.
WORDS_SINCE = "words_since"

_MAY_ACKNOWLEDGE = frozenset({RecordState.OPEN})
_MAY_CHECK = frozenset({RecordState.OPEN, RecordState.ACKNOWLEDGED})
_MAY_REVIEW = frozenset({RecordState.CHECKED})


def is_behind(record: SafetyRecord, read: int | None) -> bool:
    """Whether the person wrote in danger again after these `read` messages; None where no page was read."""
    return read is not None and record.times > read


def acknowledge(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    *,
    prison_id: str,
    prison: Climbing,
    now: datetime,
    together: int = 1,
    read: int | None = None,
) -> SafetyRecord:
    """Somebody has seen the alert and is going. It stops sounding, and the time for the check begins.

    Raises WordsSince. `together` is with how many others of its cell one press acknowledged it.
    """
    record = _at_step(work, record_id, prison_id, _MAY_ACKNOWLEDGE)
    if is_behind(record, read):
        raise WordsSince(record_id)
    record = _taken(record, prison, now)
    _carry_to_request(work, record, (Change.SEEN,), by, now)
    body = {"together": together} if together > 1 else {}
    return write(work, record, EntryKind.ACKNOWLEDGED, by, now, body)


def go(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    *,
    prison_id: str,
    prison: Climbing,
    now: datetime,
    read: int | None = None,
) -> SafetyRecord:
    """Somebody is on the way, and says who. Where nobody had acknowledged the alert, this does.

    Saying so again puts the check off no further. Words that came since sound on: nobody has read them.
    """
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    if record.state is RecordState.OPEN and not is_behind(record, read):
        record = _taken(record, prison, now)
        _carry_to_request(work, record, (Change.SEEN,), by, now)
    return write(work, record, EntryKind.GOING, by, now, {})


def note_breathing(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    well: bool,
    *,
    prison_id: str,
    now: datetime,
    read: int | None = None,
) -> SafetyRecord:
    """Staff know whether the person is conscious and breathing. It silences nothing and closes nothing.

    A "yes" of before further words says nothing of now: it raises WordsSince. A "no" is always kept.
    """
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    if well and is_behind(record, read):
        raise WordsSince(record_id)
    return write(work, record, EntryKind.BREATHING, by, now, {"conscious_and_breathing": well})


def check(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    done: Check,
    *,
    prison_id: str,
    prison: Climbing,
    now: datetime,
    read: int | None = None,
) -> SafetyRecord:
    """The person was checked on. "Not seen" is an answer too: the record stays open, with a time anew.

    Where the person wrote again since, the check is kept and the record stands as it stood: it may have been
    before those words, so they go on sounding, and climb.
    """
    if not done.response.strip():
        raise WordsNeeded(record_id)
    record = _at_step(work, record_id, prison_id, _MAY_CHECK)
    body: dict[str, Any] = {"seen": done.seen, "spoke": done.spoke}
    words = {"response": done.response.strip()}
    if done.outcome is not None:
        body["outcome"] = done.outcome.value
    if is_behind(record, read):
        return write(work, record, EntryKind.CHECKED, by, now, {**body, WORDS_SINCE: True}, words)
    changed = replace(record, acknowledged_at=record.acknowledged_at or now, climb_at=None)
    if done.seen:
        due = now + prison.reviews.limits[record.level]
        changed = replace(changed, state=RecordState.CHECKED, checked_at=now)
        changed = replace(changed, review_due_at=due, review_climb_at=due, review_with="")
        _carry_to_request(work, changed, (Change.SEEN, Change.BEGUN, Change.FINISHED), by, now)
    else:
        until = now + prison.check_allowance(record.level)
        changed = replace(changed, state=RecordState.ACKNOWLEDGED, climb_at=until, climbed_to="")
    return write(work, changed, EntryKind.CHECKED, by, now, body, words)


def review(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    outcome: Outcome,
    note: str,
    *,
    prison_id: str,
    prison: Climbing,
    now: datetime,
) -> SafetyRecord:
    """The record is looked at as a whole and given an outcome, with words for the file.

    Every mistaken alarm, a sample, and what was reviewed before and not agreed with waits for a second look.
    """
    if not note.strip():
        raise WordsNeeded(record_id)
    record = _at_step(work, record_id, prison_id, _MAY_REVIEW)
    entries = work.safety.entries_of(record_id, words=False)
    why = concern_of(entries, by.id)
    if why is not None:
        raise ConcernsYou(why)
    again = any(entry.kind is EntryKind.SECOND_LOOK for entry in entries)
    wanted = again or outcome is Outcome.MISTAKEN_ALARM or prison.reviews.is_in_sample(record_id)
    due = now + prison.reviews.second_look_limits[record.level] if wanted else None
    changed = replace(
        record,
        state=RecordState.REVIEWED,
        reviewed_at=now,
        reviewer_id=by.id,
        outcome=outcome.value,
        second_look=SecondLook.WANTED if wanted else SecondLook.NOT_WANTED,
        review_due_at=due,
        review_climb_at=due,
        review_with="",
    )
    body, words = {"outcome": outcome.value}, {"note": note.strip()}
    return write(work, changed, EntryKind.REVIEWED, by, now, body, words)


def climb(work: SafetyWork, prison: Climbing, *, now: datetime, limit: int = 50) -> int:
    """Alerts that nobody acknowledged in time, or nobody checked in time after that, go to the next role, and
    the log says each step once.

    At the top nobody is left to pass them to: they go on sounding, and who hears of them outside hears again.
    Returns how many climbed.
    """
    return sum(
        _climb(work, prison, record, now) for record in work.safety.due_to_climb(prison.id, now, limit)
    )


def _climb(work: SafetyWork, prison: Climbing, record: SafetyRecord, now: datetime) -> bool:
    unchecked = not record.is_sounding
    allowance = prison.check_allowance if unchecked else prison.alert_allowance
    if record.climb_at is None:
        # Acknowledged by a version that gave the check no time.
        record = replace(record, climb_at=(record.acknowledged_at or now) + allowance(record.level))
        work.safety.save_record(record)
    if record.climb_at is None or record.climb_at > now:
        return False
    role = prison.next_role(record.climbed_to)
    changed = replace(record, climbed_to=role, climb_at=now + allowance(record.level))
    mark = {UNCHECKED: True} if unchecked else {}
    if role == record.climbed_to:
        work.safety.save_record(changed)
        work.outbox.put("alert", record.prison_id, record.id, now, facts(record, UNANSWERED, mark))
        return False
    body = {"to": role, "last": prison.next_role(role) == role, **mark}
    write(work, changed, EntryKind.CLIMBED, SYSTEM, now, body)
    return True


def _taken(record: SafetyRecord, prison: Climbing, now: datetime) -> SafetyRecord:
    """Acknowledged. Unless somebody checks in time it climbs again, from the foot of the chain."""
    until = now + prison.check_allowance(record.level)
    return replace(record, state=RecordState.ACKNOWLEDGED, acknowledged_at=now, climb_at=until, climbed_to="")


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
