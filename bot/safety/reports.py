"""Danger that the screen missed and staff saw: a record is opened or strengthened, so that somebody goes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.people.model import Actor
from bot.safety.feedback import (
    VERDICTS,
    FeedbackWork,
    Mark,
    NotWhole,
    Opinion,
    UnknownVerdict,
    mark_of,
    refuse_the_same_again,
)
from bot.safety.intake import noticed
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.safety.ports import Climbing, SafetyWork
from bot.safety.record import Entry, SafetyRecord
from bot.safety.verdict_words import FROM_STAFF, verdict_in


@dataclass(frozen=True)
class Written:
    """A message of a person in which staff saw danger."""

    person_id: str
    message_id: str
    words: str
    at: datetime
    language: str


@dataclass(frozen=True)
class Danger:
    """What a report says. `reason` is read by whoever goes to the cell."""

    level: Level
    risk: Risk
    reason: str


def report(
    work: FeedbackWork,
    entry_id: str,
    by: Actor,
    danger: Danger,
    *,
    prison: Climbing,
    prison_id: str,
    now: datetime,
) -> tuple[Mark, SafetyRecord]:
    """Danger that the screen missed, in a message of a safety record. Somebody goes, as if it had seen it."""
    entry = work.safety.entry(entry_id)
    record = None if entry is None else work.safety.get(entry.record_id)
    if entry is None or record is None or record.prison_id != prison_id or entry.kind not in VERDICTS:
        raise UnknownVerdict(entry_id)
    work.people.lock(record.person_id)
    verdict = verdict_in(entry) or Verdict(Level.NONE, (), (), "en", "")
    made = mark_of(Opinion.MISSED, record, entry_id, verdict, by, danger.level, danger.risk.value, now)
    refuse_the_same_again(work, made)
    written = Written(
        person_id=record.person_id,
        message_id=str(entry.body.get("message_id", "")),
        words=entry.said(),
        at=written_at(entry),
        language=verdict.language,
    )
    work.verdicts.add(made)
    return made, open_for(work, written, by, danger, prison=prison, now=now, entry_id=entry_id)


def open_for(
    work: SafetyWork,
    written: Written,
    by: Actor,
    danger: Danger,
    *,
    prison: Climbing,
    now: datetime,
    entry_id: str = "",
) -> SafetyRecord:
    """Opens or strengthens the writer's record, where he or she is now. Raises NotWhole for no danger."""
    if danger.level is Level.NONE:
        raise NotWhole(written.message_id)
    reason = Reason(danger.risk, danger.level, danger.reason, FROM_STAFF)
    verdict = Verdict(danger.level, (danger.risk,), (reason,), written.language, FROM_STAFF)
    return noticed(
        work,
        work.people.lock(written.person_id),
        written.message_id,
        written.words,
        verdict,
        prison=prison,
        now=now,
        by=by,
        more={"written_at": written.at.isoformat(), "source": FROM_STAFF, "reported_entry": entry_id},
    )


def written_at(entry: Entry) -> datetime:
    """When the words were written: for a report that is earlier than the entry."""
    try:
        return datetime.fromisoformat(str(entry.body["written_at"]))
    except (KeyError, ValueError):
        return entry.at


def missed_in(
    records: Sequence[SafetyRecord],
    danger: Danger,
    by: Actor,
    language: str,
    *,
    prison_id: str,
    now: datetime,
) -> Mark:
    """The mark for danger that was reported in words which show no writer."""
    first = records[0].id if records else ""
    return Mark(
        id=uuid.uuid4().hex,
        prison_id=prison_id,
        record_id=first,
        entry_id="",
        staff_id=by.id,
        at=now,
        opinion=Opinion.MISSED,
        level=danger.level,
        risk=danger.risk.value,
        said_level=Level.NONE,
        said_risk="",
        language=language,
        version="",
    )
