"""One step of a safety record, written whole: the record, its further entry, and the notice of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.people.model import Actor
from bot.safety.ports import SafetyWork
from bot.safety.record import EntryKind, SafetyRecord, new_entry

# What a notice says where the whole chain was told and nobody has answered. The log says it no second time.
UNANSWERED: Final = "unanswered"
# A fact of a notice: it climbs because nobody has checked, and not because nobody acknowledged it.
UNCHECKED: Final = "unchecked"


def write(
    work: SafetyWork,
    record: SafetyRecord,
    kind: EntryKind,
    by: Actor,
    now: datetime,
    body: dict[str, Any],
    words: Mapping[str, str] | None = None,
) -> SafetyRecord:
    work.safety.save_record(record)
    work.safety.append(new_entry(record.id, kind, now, by.kind, by.id, body, words))
    work.outbox.put("alert", record.prison_id, record.id, now, facts(record, kind.value, body))
    return record


def facts(record: SafetyRecord, entry: str, body: Mapping[str, Any]) -> dict[str, str]:
    """What a notice says: never words of anybody."""
    why = {UNCHECKED: "yes"} if body.get(UNCHECKED) is True else {}
    return {"level": record.level.value, "entry": entry, **why}
