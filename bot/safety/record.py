"""The safety log: append-only entries chained by hash, and the state of each record that they add up to."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.people.model import ActorKind, Place
from bot.safety.model import Level

GENESIS = "0" * 64


class EntryKind(StrEnum):
    NOTICED = "noticed"
    STRENGTHENED = "strengthened"
    ACKNOWLEDGED = "acknowledged"
    CHECKED = "checked"
    REVIEWED = "reviewed"
    CLIMBED = "climbed"
    # Somebody is on the way; and what staff know of whether the person is conscious and breathing.
    GOING = "going"
    BREATHING = "breathing"
    # What the person was asked afterwards, and said: none of these closes anything.
    ASKED = "asked"
    ANSWERED = "answered"
    DENIED = "denied"
    MARKED = "marked"
    # The person went to another cell, wing or prison, and the record with him or her.
    MOVED = "moved"
    # The review: looked at again by another person, a note for the file, handed on by whom it concerns, late,
    # and the conversation around a message opened with a reason.
    SECOND_LOOK = "second_look"
    NOTED = "noted"
    HANDED_ON = "handed_on"
    OVERDUE = "overdue"
    OPENED = "opened"


class RecordState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CHECKED = "checked"
    REVIEWED = "reviewed"


class SecondLook(StrEnum):
    """Whether another person is to look at the review, and has."""

    NOT_WANTED = ""
    WANTED = "wanted"
    AGREED = "agreed"


@dataclass(frozen=True)
class Entry:
    """One line of the log. `body` holds only JSON values; `hash` covers everything else in it."""

    id: str
    record_id: str
    kind: EntryKind
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    body: Mapping[str, Any] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""


@dataclass(frozen=True)
class SafetyRecord:
    """Where a record stands now: what the entries say, kept beside them so that a board can be quick."""

    id: str
    prison_id: str
    person_id: str
    first_name: str
    place: Place
    level: Level
    risks: tuple[str, ...]
    noticed_at: datetime
    latest_at: datetime
    state: RecordState = RecordState.OPEN
    times: int = 1
    acknowledged_at: datetime | None = None
    checked_at: datetime | None = None
    reviewed_at: datetime | None = None
    climb_at: datetime | None = None
    climbed_to: str = ""
    # Who reviewed it last, with what outcome; and by when the review, or the second look, is due. When nobody
    # did it in time it climbs: `review_with` is the role that has it now.
    reviewer_id: str = ""
    outcome: str = ""
    second_look: SecondLook = SecondLook.NOT_WANTED
    second_look_at: datetime | None = None
    review_due_at: datetime | None = None
    review_climb_at: datetime | None = None
    review_with: str = ""

    @property
    def waits_for_review(self) -> bool:
        return self.state is RecordState.CHECKED

    @property
    def waits_for_second_look(self) -> bool:
        return self.state is RecordState.REVIEWED and self.second_look is SecondLook.WANTED

    @property
    def is_sounding(self) -> bool:
        """Nobody has said yet that he or she has seen it."""
        return self.state is RecordState.OPEN


class ChainBroken(Exception):
    """The safety log was changed after it was written. Says where."""

    def __init__(self, number: int, entry_id: str, why: str) -> None:
        super().__init__(f"entry {number} ({entry_id}): {why}")
        self.number = number
        self.entry_id = entry_id
        self.why = why


def new_entry(
    record_id: str,
    kind: EntryKind,
    at: datetime,
    actor_kind: ActorKind,
    actor_id: str,
    body: Mapping[str, Any],
) -> Entry:
    """An entry that is not chained yet; the store links it while it holds the head of the chain."""
    return Entry(uuid.uuid4().hex, record_id, kind, at, actor_kind, actor_id, dict(body))


def canonical(entry: Entry) -> bytes:
    """What is hashed: JSON with sorted keys, no spaces, UTF-8, time in UTC to the microsecond."""
    form = {
        "id": entry.id,
        "record_id": entry.record_id,
        "kind": entry.kind.value,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind.value,
        "actor_id": entry.actor_id,
        "body": entry.body,
        "previous": entry.previous,
    }
    return json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(entry: Entry) -> str:
    return hashlib.sha256(canonical(entry)).hexdigest()


def verify(entries: Iterable[Entry], head: str) -> int:
    """Walks the whole chain in order and returns its length. Raises ChainBroken at the first bad entry."""
    previous, number, last_id = GENESIS, 0, "none"
    for number, entry in enumerate(entries, start=1):
        if entry.previous != previous:
            raise ChainBroken(number, entry.id, "does not follow the entry before it")
        if digest(entry) != entry.hash:
            raise ChainBroken(number, entry.id, "its content was changed")
        previous, last_id = entry.hash, entry.id
    if previous != head:
        raise ChainBroken(number, last_id, "entries are missing at the end")
    return number
