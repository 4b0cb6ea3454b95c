"""The conversation around a message in danger: opened with a reason, for a short window, and written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot.people.model import Actor
from bot.safety.feedback import VERDICTS, SaidAlready
from bot.safety.message import Direction, Message
from bot.safety.ports import Messages, SafetyLog, SafetyWork
from bot.safety.record import Entry, EntryKind, SafetyRecord, new_entry
from bot.safety.reports import written_at
from bot.safety.review import UnknownRecord, WordsNeeded
from bot.safety.verdict_words import verdict_in

# So long before and after the message; and no more lines than these, whatever was written.
WINDOW: Final = timedelta(minutes=30)
MOST_LINES: Final = 200


class Purpose(StrEnum):
    """Why somebody reads on; ids as in the log."""

    TO_UNDERSTAND = "to_understand"
    TO_PLAN = "to_plan"
    TO_JUDGE_THE_SCREEN = "to_judge_the_screen"
    PERSON_ASKED = "person_asked"
    INQUIRY = "inquiry"


@dataclass(frozen=True)
class Opened:
    """`whole` is False where more was written than is shown."""

    messages: Sequence[Message]
    message_id: str
    since: datetime
    until: datetime
    whole: bool


class AllMessages(Messages, Protocol):
    def between(self, person_id: str, since: datetime, until: datetime, limit: int) -> Sequence[Message]:
        """What was written from and to this person, the oldest first."""

    def find(self, person_id: str, message_id: str) -> Message | None: ...


class ReadingLog(SafetyLog, Protocol):
    def entry(self, entry_id: str) -> Entry | None: ...


class ReadingWork(SafetyWork, Protocol):
    @property
    def safety(self) -> ReadingLog: ...

    @property
    def messages(self) -> AllMessages: ...


def open_around(
    work: ReadingWork,
    record_id: str,
    entry_id: str,
    by: Actor,
    purpose: Purpose,
    why: str,
    *,
    prison_id: str,
    now: datetime,
) -> Opened:
    """The caller puts it into the audit too, in the same transaction. Each opening is an entry of its own."""
    if not why.strip():
        raise WordsNeeded(record_id)
    record = work.safety.get_for_change(record_id)
    entry = work.safety.entry(entry_id)
    if record is None or record.prison_id != prison_id:
        raise UnknownRecord(record_id)
    if entry is None or entry.record_id != record_id or entry.kind not in VERDICTS:
        raise UnknownRecord(entry_id)
    at = written_at(entry)
    since, until = at - WINDOW, at + WINDOW
    found = work.messages.between(record.person_id, since, until, MOST_LINES + 1)
    body = {
        "entry_id": entry_id,
        "reason": purpose.value,
        "minutes": int(WINDOW.total_seconds() // 60),
    }
    words = {"why": why.strip()}
    work.safety.append(new_entry(record_id, EntryKind.OPENED, now, by.kind, by.id, body, words))
    message_id = str(entry.body.get("message_id", ""))
    return Opened(found[:MOST_LINES], message_id, since, until, len(found) <= MOST_LINES)


def passed_over(work: ReadingWork, record: SafetyRecord, message_id: str, by: Actor) -> tuple[Message, str]:
    """A message that the person wrote and nobody noticed, and the language around it.

    Only from a conversation that `by` has opened: who reports reads no more than that. The person is locked
    first, so that of two reports at once the second finds the first. Raises UnknownRecord, and SaidAlready
    where an entry tells of the message.
    """
    work.people.lock(record.person_id)
    entries = [*work.safety.entries_of(record.id, words=False)]
    message = work.messages.find(record.person_id, message_id)
    if message is None or message.direction is not Direction.FROM_PERSON:
        raise UnknownRecord(message_id)
    looked = {e.body.get("entry_id") for e in entries if e.kind is EntryKind.OPENED and e.actor_id == by.id}
    around = [e for e in entries if e.id in looked and abs(written_at(e) - message.at) <= WINDOW]
    sounding = work.safety.open_of(record.person_id)
    if sounding is not None and sounding.id != record.id:
        entries += work.safety.entries_of(sounding.id, words=False)
    if message.record_id or any(entry.body.get("message_id") == message_id for entry in entries):
        raise SaidAlready(message_id)
    if not around:
        raise UnknownRecord(message_id)
    verdict = verdict_in(around[0])
    return message, verdict.language if verdict else "en"
