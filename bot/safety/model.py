"""What the danger screen says about a message: a level, the risks, and the reasons in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import total_ordering
from typing import Any, Self


@total_ordering
class Level(Enum):
    """How fast a human answers, lowest first. Never a score of a person, never a prediction."""

    NONE = "none"
    CONCERN = "concern"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return _ORDER.index(self) < _ORDER.index(other)


_ORDER = tuple(Level)


class Risk(StrEnum):
    """What the danger is. Nothing else is looked for."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    MEDICAL = "medical"
    FIRE = "fire"
    HARM_TO_OTHERS = "harm_to_others"
    HARM_FROM_OTHERS = "harm_from_others"
    SEXUAL_HARM = "sexual_harm"
    CONCERN_FOR_OTHER = "concern_for_other"
    NOT_EATING = "not_eating"
    CHILD_AT_RISK = "child_at_risk"


HEAD = "head"
FAULT = "fault"


@dataclass(frozen=True)
class Reason:
    """Why the screen spoke, in words for staff. `source` is `phrase:<id>`, `head` or `fault`.

    A fault is about no risk in particular: its `risk` is None. `part` is the clause of the message that says
    it, empty where the whole message does; `together` means that it is said only with the messages before.
    """

    risk: Risk | None
    level: Level
    words: str
    source: str
    part: str = ""
    together: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "risk": None if self.risk is None else self.risk.value,
            "level": self.level.value,
            "words": self.words,
            "source": self.source,
            "part": self.part,
            "together": self.together,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        risk = None if data["risk"] is None else Risk(data["risk"])
        return cls(
            risk,
            Level(data["level"]),
            str(data["words"]),
            str(data["source"]),
            part=str(data.get("part", "")),  # records of the first versions have neither
            together=bool(data.get("together", False)),
        )


@dataclass(frozen=True)
class Verdict:
    """The screen's answer. `fault` says that a part of the screen was broken when it was given.

    `before` is what was read together with the message, where that made a difference. NONE means that nothing
    was noticed. It proves nothing.
    """

    level: Level
    risks: tuple[Risk, ...]
    reasons: tuple[Reason, ...]
    language: str
    version: str
    fault: bool = False
    before: tuple[str, ...] = ()

    @property
    def is_danger(self) -> bool:
        return self.level > Level.NONE

    def to_json(self) -> dict[str, Any]:
        return {
            "level": self.level.value,
            "risks": [risk.value for risk in self.risks],
            "reasons": [reason.to_json() for reason in self.reasons],
            "language": self.language,
            "version": self.version,
            "fault": self.fault,
            "before": list(self.before),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError for anything that `to_json` did not write."""
        return cls(
            level=Level(data["level"]),
            risks=tuple(Risk(risk) for risk in data["risks"]),
            reasons=tuple(Reason.from_json(reason) for reason in data["reasons"]),
            language=str(data["language"]),
            version=str(data["version"]),
            fault=bool(data["fault"]),
            before=tuple(map(str, data.get("before", ()))),
        )
