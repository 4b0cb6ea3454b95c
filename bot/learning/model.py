"""A message that was not understood, without its writer, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self


class Fate(StrEnum):
    """What a content owner made of it."""

    NEW = "new"
    ADDED = "added"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Guess:
    """An intent that a message may have had, and how likely it looked, from 0 to 1."""

    intent: str
    confidence: float

    def to_json(self) -> dict[str, Any]:
        return {"intent": self.intent, "confidence": round(self.confidence, 3)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(str(data["intent"]), float(data["confidence"]))


@dataclass(frozen=True)
class NotUnderstood:
    """`text` is scrubbed; `day` is the last day on which it was written; `intent` is set when it was added.

    `mark` is the same for the same words: one row, however many people wrote them.
    """

    id: str
    prison_id: str
    mark: str
    text: str
    language: str
    guesses: tuple[Guess, ...]
    day: date
    count: int = 1
    state: Fate = Fate.NEW
    intent: str = ""


@dataclass(frozen=True)
class Helped:
    """How often the answers of a topic helped, and how often they were not what was asked."""

    topic: str
    yes: int
    no: int
