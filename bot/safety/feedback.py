"""What staff say of the screen's verdicts: each mark an entry in the log and a row beside the others."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.people.model import Actor, ActorKind
from bot.safety.model import Level, Risk, Verdict
from bot.safety.ports import SafetyLog, SafetyWork
from bot.safety.record import Entry, EntryKind, SafetyRecord, new_entry
from bot.safety.verdict_words import verdict_in

VERDICTS = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


class Opinion(StrEnum):
    """MISSED is no mark on a verdict but a report: danger was there that the screen did not see as such."""

    RIGHT = "right"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    WRONG_KIND = "wrong_kind"
    MISSED = "missed"


class FeedbackError(Exception):
    """A rule was broken; nothing was written."""


class UnknownVerdict(FeedbackError):
    """There is no such verdict in this prison, or it is not one of the screen's that can be read."""


class NotWhole(FeedbackError):
    """The level or the kind is missing, or is the one that the screen gave."""


class SaidAlready(FeedbackError):
    """This person's last word on this verdict was the same."""


@dataclass(frozen=True)
class Judged:
    """What somebody makes of a message. `level` and `risk` as they should have been; `words` for the log."""

    opinion: Opinion
    level: Level | None = None
    risk: Risk | None = None
    words: str = ""


@dataclass(frozen=True)
class Mark:
    """One person's word on one verdict, beside everybody else's. `said_level`, `said_risk`: the screen's.

    `entry_id` and `record_id` are empty where danger was reported and nobody could find out who wrote it.
    """

    id: str
    prison_id: str
    record_id: str
    entry_id: str
    staff_id: str
    at: datetime
    opinion: Opinion
    level: Level
    risk: str
    said_level: Level
    said_risk: str
    language: str
    version: str
    example_id: str = ""


class FeedbackLog(SafetyLog, Protocol):
    def get(self, record_id: str) -> SafetyRecord | None: ...

    def entry(self, entry_id: str) -> Entry | None: ...


class Marks(Protocol):
    def add(self, mark: Mark) -> None: ...

    def of_entry(self, entry_id: str) -> Sequence[Mark]:
        """Every mark on this verdict, the oldest first."""


class FeedbackWork(SafetyWork, Protocol):
    @property
    def safety(self) -> FeedbackLog: ...

    @property
    def verdicts(self) -> Marks: ...


def can_be_marked(entry: Entry) -> bool:
    """Only a verdict of the screen: what staff reported themselves teaches nothing about the screen."""
    return entry.kind in VERDICTS and entry.actor_kind is ActorKind.SYSTEM and verdict_in(entry) is not None


def mark(
    work: FeedbackWork, entry_id: str, by: Actor, judged: Judged, *, prison_id: str, now: datetime
) -> Mark:
    """A further entry in the safety log and a row beside it. It sends nobody, and changes no record."""
    entry = work.safety.entry(entry_id)
    # Locked, so that the same word sent twice at once is taken once.
    record = None if entry is None else work.safety.get_for_change(entry.record_id)
    if entry is None or record is None or record.prison_id != prison_id or not can_be_marked(entry):
        raise UnknownVerdict(entry_id)
    verdict = verdict_in(entry)
    assert verdict is not None, "can_be_marked has read it"
    level, risk = _as_it_should_be(judged, verdict)
    made = mark_of(judged.opinion, record, entry_id, verdict, by, level, risk, now)
    refuse_the_same_again(work, made)
    work.verdicts.add(made)
    body = {
        "entry_id": entry_id,
        "opinion": judged.opinion.value,
        "level": level.value,
        "risk": risk,
    }
    # Not "text": that is always a person's own.
    note = {"note": judged.words.strip()}
    work.safety.append(new_entry(record.id, EntryKind.MARKED, now, by.kind, by.id, body, note))
    return made


def _as_it_should_be(judged: Judged, verdict: Verdict) -> tuple[Level, str]:
    said = verdict.risks[0].value if verdict.risks else ""
    match judged.opinion:
        case Opinion.RIGHT:
            return verdict.level, said
        case Opinion.TOO_HIGH if judged.level is not None and judged.level < verdict.level:
            return judged.level, "" if judged.level is Level.NONE else said
        case Opinion.TOO_LOW if judged.level is not None and judged.level > verdict.level:
            return judged.level, said
        case Opinion.WRONG_KIND if judged.risk is not None and judged.risk.value != said:
            return verdict.level, judged.risk.value
    raise NotWhole(judged.opinion)


def mark_of(
    opinion: Opinion,
    record: SafetyRecord,
    entry_id: str,
    verdict: Verdict,
    by: Actor,
    level: Level,
    risk: str,
    now: datetime,
) -> Mark:
    return Mark(
        id=uuid.uuid4().hex,
        prison_id=record.prison_id,
        record_id=record.id,
        entry_id=entry_id,
        staff_id=by.id,
        at=now,
        opinion=opinion,
        level=level,
        risk=risk,
        said_level=verdict.level,
        said_risk=verdict.risks[0].value if verdict.risks else "",
        language=verdict.language,
        version=verdict.version,
    )


def refuse_the_same_again(work: FeedbackWork, made: Mark) -> None:
    own = [m for m in work.verdicts.of_entry(made.entry_id) if m.staff_id == made.staff_id]
    last = own[-1] if own else None
    if last and (last.opinion, last.level, last.risk) == (made.opinion, made.level, made.risk):
        raise SaidAlready(made.entry_id)
