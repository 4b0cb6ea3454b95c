"""The safety log: append-only entries chained by hash, and the state of each record that they add up to."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from bot.people.model import ActorKind, Place
from bot.safety.model import Level

GENESIS = "0" * 64

# Entries of the first form hold words in their body; those of the second hold only commitments to them.
WORDS_INSIDE: Final = 1
WORDS_APART: Final = 2
# What the words of the first form were called in its body, and are called since.
_FIRST_NAMES: Final = {"words": "text", "response": "response", "note": "note"}


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
    """One line of the log. `body` holds only JSON values; `hash` covers everything that stays for ever.

    What anybody typed is in `words`, by name, and stands apart: the chain holds only `commitments` to it,
    each the hash of a `salt` and the words. So words can be taken away when their time is over, and the chain
    still holds. A name that has a commitment and no words was taken away; if it is in `locked`, its words are
    there but none of the keys opens them.
    """

    id: str
    record_id: str
    kind: EntryKind
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    body: Mapping[str, Any] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""
    form: int = WORDS_APART
    commitments: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    salts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    locked: frozenset[str] = frozenset()

    def said(self, name: str = "text") -> str:
        """The words of this name, or nothing where there are none to be read."""
        return self.words.get(name, "")

    def lost(self, name: str = "text") -> str:
        """Why words that were said cannot be read: "locked", "gone", or empty where nothing is lost."""
        if name in self.locked:
            return "locked"
        return "gone" if name in self.commitments and name not in self.words else ""


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
    words: Mapping[str, str] | None = None,
) -> Entry:
    """An entry that is not chained yet; the store links it while it holds the head of the chain.

    `words` is what anybody typed, by name; a name without words is left out.
    """
    made = Entry(uuid.uuid4().hex, record_id, kind, at, actor_kind, actor_id, dict(body))
    said = {name: whole(text) for name, text in (words or {}).items() if text}
    salts = {name: secrets.token_bytes(32) for name in said}
    commitments = {name: commitment(salts[name], text) for name, text in said.items()}
    return replace(made, words=said, salts=salts, commitments=commitments)


def commitment(salt: bytes, words: str) -> str:
    """Tells nothing of the words to who has not the salt, and fits no other words."""
    return hashlib.sha256(salt + words.encode()).hexdigest()


def whole(text: str) -> str:
    """Halves of a character, which no UTF-8 can hold, become a mark: an entry must never fail for one."""
    return text.encode("utf-8", "replace").decode()


def first_form_words(body: Mapping[str, Any]) -> dict[str, str]:
    """The words in the body of an entry of the first form, by the names that they have since."""
    return {name: str(body[old]) for old, name in _FIRST_NAMES.items() if body.get(old)}


def canonical(entry: Entry) -> bytes:
    """What is hashed: JSON with sorted keys, no spaces, UTF-8, time in UTC to the microsecond."""
    form: dict[str, Any] = {
        "id": entry.id,
        "record_id": entry.record_id,
        "kind": entry.kind.value,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind.value,
        "actor_id": entry.actor_id,
        "body": entry.body,
        "previous": entry.previous,
    }
    if entry.form != WORDS_INSIDE:
        form |= {"form": entry.form, "words": entry.commitments}
    return plain_json(form).encode()


def plain_json(value: object) -> str:
    """JSON as it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(entry: Entry) -> str:
    return hashlib.sha256(canonical(entry)).hexdigest()
