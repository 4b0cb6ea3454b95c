"""A line from which the danger screen may learn, and the manners in which danger is spoken of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.safety.model import Level


class Standing(StrEnum):
    """What became of a proposed line."""

    NEW = "new"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Manner(StrEnum):
    """How danger is spoken of, or what only looks like it: the kinds of data/screen."""

    EXPLICIT = "explicit"
    PASSIVE = "passive"
    PLANNED = "planned"
    HIDDEN = "hidden"
    GOODBYE = "goodbye"
    BURDEN = "burden"
    DATE = "date"
    BAD_NEWS = "bad_news"
    VOICES = "voices"
    DEBT_FEAR = "debt_fear"
    OTHER_PERSON = "other_person"
    SIGNS = "signs"
    OBFUSCATED = "obfuscated"
    BROKEN = "broken"
    TERSE = "terse"
    LONG = "long"
    ORDINARY = "ordinary"
    IDIOM = "idiom"
    QUESTION = "question"
    OBJECT = "object"
    COMPLAINT = "complaint"
    MEDIA = "media"
    JOKE = "joke"
    PAST = "past"
    OTHER = "other"


HARMLESS: Final = (
    Manner.ORDINARY,
    Manner.IDIOM,
    Manner.QUESTION,
    Manner.OBJECT,
    Manner.COMPLAINT,
    Manner.MEDIA,
    Manner.JOKE,
    Manner.PAST,
    Manner.OTHER,
)
DANGEROUS: Final = tuple(manner for manner in Manner if manner not in HARMLESS)


@dataclass(frozen=True)
class DangerExample:
    """`text` is scrubbed. `risk` is empty for no danger; `manner` is chosen by whoever accepts the line."""

    id: str
    prison_id: str
    mark: str
    text: str
    language: str
    level: Level
    risk: str
    proposed_by: str
    proposed_on: date
    manner: str = ""
    state: Standing = Standing.NEW
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Proposal:
    """Words as they were written, and what a member of staff makes of them.

    `parts` are the clauses on which the screen's verdict rests: of a long message only those are learned.
    """

    words: str
    parts: tuple[str, ...]
    language: str
    level: Level
    risk: str
