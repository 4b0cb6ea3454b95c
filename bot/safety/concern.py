"""Nobody reviews what concerns himself: whom a record concerns, by its own entries."""

from collections.abc import Iterable
from enum import StrEnum

from bot.people.model import ActorKind
from bot.safety.record import Entry, EntryKind


class Concern(StrEnum):
    """Why somebody may not review a record, or not give the second look."""

    WAS_THERE = "was_there"
    HANDED_ON = "handed_on"
    REVIEWED_IT = "reviewed_it"


class ConcernsYou(Exception):
    """The record is about what this person did, or he or she has said that it is. Nothing was written."""

    def __init__(self, why: Concern) -> None:
        super().__init__(why.value)
        self.why = why


# Who went, or recorded the check, was at the cell. Who only acknowledged is not barred: an officer must never
# have a reason to leave an alert sounding so as to be free to review it.
_THERE = frozenset({EntryKind.GOING, EntryKind.CHECKED})


def concern_of(entries: Iterable[Entry], staff_id: str) -> Concern | None:
    """Why this member of staff may not review the record; None where nothing speaks against it.

    Whoever is named in words alone is not seen here: that is what "this concerns me" is for.
    """
    kinds = {entry.kind for entry in entries if _is_by(entry, staff_id)}
    if EntryKind.HANDED_ON in kinds:
        return Concern.HANDED_ON
    return Concern.WAS_THERE if kinds & _THERE else None


def concern_of_second(entries: Iterable[Entry], staff_id: str, reviewer_id: str) -> Concern | None:
    """The same for the second look, which is never the reviewer's own."""
    if staff_id == reviewer_id:
        return Concern.REVIEWED_IT
    return concern_of(entries, staff_id)


def _is_by(entry: Entry, staff_id: str) -> bool:
    return entry.actor_kind is ActorKind.STAFF and entry.actor_id == staff_id
