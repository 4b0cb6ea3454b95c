"""After the check: the second look by another person, handing on, notes, and reviews that are late."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.people.model import SYSTEM, Actor
from bot.safety.concern import Concern, ConcernsYou, concern_of, concern_of_second
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import EntryKind, RecordState, SafetyRecord, SecondLook, new_entry
from bot.safety.review import NotInThisState, UnknownRecord, WordsNeeded

# A notice that a review is late, or was handed on: for the role that has it now. It rings no board.
TOPIC: Final = "review"


def look_again(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    note: str,
    *,
    agrees: bool,
    prison_id: str,
    prison: Climbing,
    now: datetime,
) -> SafetyRecord:
    """Another person than the reviewer agrees with the review, or says why not: then it is open again, with
    its whole time, and whoever reviews it next is looked at again."""
    if not agrees and not note.strip():
        raise WordsNeeded(record_id)
    record = _locked(work, record_id, prison_id)
    if not record.waits_for_second_look:
        raise NotInThisState(f"{record_id} waits for no second look")
    why = concern_of_second(work.safety.entries_of(record_id, words=False), by.id, record.reviewer_id)
    if why is not None:
        raise ConcernsYou(why)
    if agrees:
        changed = replace(record, second_look=SecondLook.AGREED, second_look_at=now, **_no_limit())
    else:
        due = now + prison.reviews.limits[record.level]
        changed = replace(
            record,
            state=RecordState.CHECKED,
            reviewed_at=None,
            reviewer_id="",
            outcome="",
            second_look=SecondLook.NOT_WANTED,
            **limit_from(due),
        )
    body = {"agrees": agrees, "reviewer": record.reviewer_id, "outcome": record.outcome}
    return _write(work, changed, EntryKind.SECOND_LOOK, by, now, body, {"note": note.strip()})


def hand_on(
    work: SafetyWork,
    record_id: str,
    by: Actor,
    note: str,
    *,
    prison_id: str,
    prison: Climbing,
    now: datetime,
) -> SafetyRecord:
    """ "This concerns me": from now on this person can neither review the record nor look at it again. What
    waits for its review goes to the next role, and that role hears of it."""
    if not note.strip():
        raise WordsNeeded(record_id)
    record = _locked(work, record_id, prison_id)
    is_over = record.state is RecordState.REVIEWED and not record.waits_for_second_look
    if is_over or concern_of(work.safety.entries_of(record_id, words=False), by.id) is Concern.HANDED_ON:
        raise NotInThisState(record_id)
    if not (record.waits_for_review or record.waits_for_second_look):
        return _write(work, record, EntryKind.HANDED_ON, by, now, {}, {"note": note.strip()})
    role = prison.next_reviewer(record.review_with)
    changed = replace(record, review_with=role)
    _write(work, changed, EntryKind.HANDED_ON, by, now, {"to": role}, {"note": note.strip()})
    _tell(work, changed, EntryKind.HANDED_ON, now)
    return changed


def add_note(
    work: SafetyWork, record_id: str, by: Actor, note: str, *, prison_id: str, now: datetime
) -> SafetyRecord:
    """Words for the file, at any time. Like every entry they are never changed; a later note puts right."""
    if not note.strip():
        raise WordsNeeded(record_id)
    record = _locked(work, record_id, prison_id)
    return _write(work, record, EntryKind.NOTED, by, now, {}, {"note": note.strip()})


def climb(work: SafetyWork, prison: Climbing, *, now: datetime, limit: int = 50) -> int:
    """Reviews and second looks that nobody did in time go to the next role, and the log says each step once.
    At the top they stay, and the work list goes on saying so. Returns how many went on."""
    late = work.safety.reviews_due(prison.id, now, limit)
    return sum(_climb(work, prison, record, now) for record in late)


def _climb(work: SafetyWork, prison: Climbing, record: SafetyRecord, now: datetime) -> bool:
    limits = prison.reviews.limits if record.waits_for_review else prison.reviews.second_look_limits
    if record.review_due_at is None:
        # Checked by a version that gave the review no time.
        due = (record.checked_at or now) + limits[record.level]
        record = replace(record, **limit_from(due))
        work.safety.save_record(record)
    if record.review_climb_at is None or record.review_climb_at > now:
        return False
    role = prison.next_reviewer(record.review_with)
    if role == record.review_with:
        work.safety.save_record(replace(record, review_climb_at=None))
        return False
    changed = replace(record, review_with=role, review_climb_at=now + limits[record.level])
    step = "review" if record.waits_for_review else "second_look"
    body = {"to": role, "step": step, "last": prison.next_reviewer(role) == role}
    _write(work, changed, EntryKind.OVERDUE, SYSTEM, now, body, {})
    _tell(work, changed, EntryKind.OVERDUE, now)
    return True


def limit_from(due: datetime) -> dict[str, Any]:
    """What a record carries while a review, or a second look, is to be done by then."""
    return {"review_due_at": due, "review_climb_at": due, "review_with": ""}


def _no_limit() -> dict[str, Any]:
    return {"review_due_at": None, "review_climb_at": None, "review_with": ""}


def _locked(work: SafetyWork, record_id: str, prison_id: str) -> SafetyRecord:
    record = work.safety.get_for_change(record_id)
    if record is None or record.prison_id != prison_id:
        raise UnknownRecord(record_id)
    return record


def _tell(work: SafetyWork, record: SafetyRecord, kind: EntryKind, now: datetime) -> None:
    facts = {"level": record.level.value, "entry": kind.value}
    work.outbox.put(TOPIC, record.prison_id, record.id, now, facts)


def _write(
    work: SafetyWork,
    record: SafetyRecord,
    kind: EntryKind,
    by: Actor,
    now: datetime,
    body: dict[str, Any],
    words: dict[str, str],
) -> SafetyRecord:
    work.safety.save_record(record)
    work.safety.append(new_entry(record.id, kind, now, by.kind, by.id, body, words))
    return record
