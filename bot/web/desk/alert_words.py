"""What a safety record's entries say, ready to show: words, reasons, and what staff did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.safety.model import Level, Verdict
from bot.safety.record import Entry, EntryKind

_SAID = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


@dataclass(frozen=True)
class Said:
    """A message that was noticed. An entry that cannot be understood has no reasons and `readable` False."""

    words: str
    at: datetime
    cell: str
    level: str
    reasons: tuple[str, ...]
    readable: bool = True
    fault: bool = False


def said_in(entries: Iterable[Entry]) -> list[Said]:
    """Every message of the record, oldest first."""
    return [said_by(entry) for entry in entries if entry.kind in _SAID]


def words_that_count(entries: Sequence[Entry]) -> tuple[Said, ...]:
    """The gravest message, and below it the latest where that is another one: neither may hide the other."""
    said = said_in(entries)
    if not said:
        return ()
    # What cannot be read counts as the gravest.
    gravest = max(reversed(said), key=lambda one: Level(one.level) if one.level else Level.EMERGENCY)
    return (gravest,) if gravest is said[-1] else (gravest, said[-1])


def said_by(entry: Entry) -> Said:
    """Words are shown even where the verdict beside them cannot be read."""
    words, cell = str(entry.body.get("words", "")), str(entry.body.get("cell", ""))
    try:
        verdict = Verdict.from_json(entry.body["verdict"])
    except (KeyError, ValueError, TypeError):
        return Said(words, entry.at, cell, "", (), readable=False)
    reasons = tuple(dict.fromkeys(reason.words for reason in verdict.reasons if reason.words))
    return Said(words, entry.at, cell, verdict.level.value, reasons, fault=verdict.fault)
