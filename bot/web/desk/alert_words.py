"""What a safety record's entries say, ready to show: words, reasons, and what staff did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.safety.faults import judged_by_nothing
from bot.safety.model import FAULT, Level
from bot.safety.record import Entry, EntryKind
from bot.safety.reports import written_at
from bot.safety.verdict_words import FROM_STAFF, verdict_in
from bot.web.desk.desk import Desk
from bot.web.desk.marking import Piece, marked

_SAID = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


@dataclass(frozen=True)
class Said:
    """A message that was noticed. An entry that cannot be understood has no reasons and `readable` False.

    `parts` are what in the words made the screen speak. `unjudged`: the screen was broken altogether. `lost`
    says why the words are not there, where they are not.
    """

    words: str
    at: datetime
    cell: str
    level: str
    reasons: tuple[str, ...]
    readable: bool = True
    fault: bool = False
    unjudged: bool = False
    parts: tuple[str, ...] = ()
    version: str = ""
    entry_id: str = ""
    lost: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return marked(self.words, self.parts)


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
    words, cell, verdict = entry.said(), str(entry.body.get("cell", "")), verdict_in(entry)
    if verdict is None:
        return Said(
            words, written_at(entry), cell, "", (), readable=False, entry_id=entry.id, lost=entry.lost()
        )
    # A fault has the desk's own words, see `reasons_in_words`.
    heard = [reason for reason in verdict.reasons if reason.words and reason.source != FAULT]
    return Said(
        words,
        written_at(entry),
        cell,
        verdict.level.value,
        tuple(dict.fromkeys(reason.words for reason in heard)),
        fault=verdict.fault,
        unjudged=judged_by_nothing(verdict),
        parts=tuple(dict.fromkeys(reason.part for reason in verdict.reasons if reason.part)),
        # Where staff reported it themselves, no screen judged.
        version="" if verdict.version == FROM_STAFF else verdict.version,
        entry_id=entry.id,
        lost=entry.lost(),
    )


def words_of(desk: Desk, entry: Entry, name: str = "text") -> str:
    """What was said, or a sentence in brackets where it cannot be read any more."""
    lost = entry.lost(name)
    return desk.wording.say(f"words_{lost}") if lost else entry.said(name)


def reasons_in_words(desk: Desk, said: Said) -> tuple[str, ...]:
    say = desk.wording.say
    lost = (say(f"words_{said.lost}"),) if said.lost else ()
    if not said.readable:
        return (*lost, say("reason_unreadable"))
    if said.unjudged:
        return (*lost, *said.reasons, say("reason_unjudged"))
    return (*lost, *said.reasons, *((say("reason_fault"),) if said.fault else ()))


def version_in_words(desk: Desk, said: Iterable[Said]) -> str:
    """Which screen judged: phrases and model. Empty where no verdict could be read."""
    versions = dict.fromkeys(one.version for one in said if one.version)
    return desk.wording.say("alert_version", version=", ".join(versions)) if versions else ""
