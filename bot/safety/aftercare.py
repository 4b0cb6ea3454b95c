"""After danger: one question at a time, its answer, and "it was a mistake". None of it closes anything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.people.model import SYSTEM, Actor, ActorKind, Person
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.safety.ports import SafetyWork
from bot.safety.record import Entry, EntryKind, SafetyRecord, new_entry

# Where a verdict comes from that no screen gave: the person's own "no".
ANSWER: Final = "answer"
_ABOUT_ANOTHER = frozenset({Risk.CONCERN_FOR_OTHER.value, Risk.CHILD_AT_RISK.value})
_CARE = frozenset({EntryKind.ASKED, EntryKind.ANSWERED})


class Question(StrEnum):
    """What is asked; ids as in the safety log."""

    SAFE_NOW = "safe_now"
    THEY_SAFE_NOW = "they_safe_now"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"


def question_for(record: SafetyRecord) -> Question:
    """Somebody else's safety is asked about where the danger is only about somebody else."""
    about_another = bool(record.risks) and set(record.risks) <= _ABOUT_ANOTHER
    return Question.THEY_SAFE_NOW if about_another else Question.SAFE_NOW


def ask(
    work: SafetyWork, record: SafetyRecord, entries: Sequence[Entry], question: Question, *, now: datetime
) -> bool:
    """Notes that the question is put, so that silence after it can be read. False while it is open already.

    Another question takes the place of the one that is open: it is what stands on the page, and is answered.
    """
    if is_open(entries) and asked_last(entries, record) is question:
        return False
    _note(work, record, EntryKind.ASKED, SYSTEM, {"question": question.value}, now)
    return True


def asked_last(entries: Sequence[Entry], record: SafetyRecord) -> Question:
    """What an answer answers."""
    asked = [str(entry.body.get("question")) for entry in entries if entry.kind is EntryKind.ASKED]
    return Question(asked[-1]) if asked and asked[-1] in set(Question) else question_for(record)


def is_open(entries: Sequence[Entry]) -> bool:
    """Whether the last question stands without an answer."""
    care = [entry for entry in entries if entry.kind in _CARE]
    return bool(care) and care[-1].kind is EntryKind.ASKED


def answer(
    work: SafetyWork,
    record: SafetyRecord,
    person: Person,
    question: Question,
    said: Answer,
    words: str,
    *,
    now: datetime,
) -> None:
    """An entry for staff to read. "Yes" and "I will not say" change nothing; for "no" see `not_safe`."""
    body = {"question": question.value, "answer": said.value}
    _note(work, record, EntryKind.ANSWERED, Actor(ActorKind.PERSON, person.id), body, now, words)


def deny(work: SafetyWork, record: SafetyRecord, person: Person, words: str, *, now: datetime) -> None:
    """The person says that it was a mistake. Believed and noted; what is open stays open, and sounds on."""
    _note(work, record, EntryKind.DENIED, Actor(ActorKind.PERSON, person.id), {}, now, words)


def not_safe(record: SafetyRecord, why: str, screened: Verdict) -> Verdict:
    """The verdict of a "no": urgent at least, of the same kind of danger, and never less than the screen's.

    `why` says in staff's words what was asked and answered.
    """
    known = {risk.value: risk for risk in Risk}
    risks = (*screened.risks, *(known[risk] for risk in record.risks if risk in known))
    reason = Reason(None, Level.URGENT, why, ANSWER)
    return replace(
        screened,
        level=max(Level.URGENT, screened.level),
        risks=tuple(dict.fromkeys(risks)),
        reasons=(*screened.reasons, reason),
    )


def _note(
    work: SafetyWork,
    record: SafetyRecord,
    kind: EntryKind,
    by: Actor,
    body: dict[str, Any],
    now: datetime,
    words: str = "",
) -> None:
    work.safety.append(new_entry(record.id, kind, now, by.kind, by.id, body, {"text": words}))
    if kind is not EntryKind.ASKED:
        # For open boards. It is no alert: nothing sounds, and nobody outside is woken by it.
        work.outbox.put("care", record.prison_id, record.id, now, {"entry": kind.value})
