"""What another system made of the danger sets, kept on disk so that nothing long is done twice."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from bot.nlu.screen_data import Line
from bot.safety.model import Level, Risk
from evaluation.danger.sets import DangerSet
from evaluation.figures import Times

FORMAT: Final = 1


@dataclass(frozen=True)
class Said:
    """What a system says of one message. `score` orders messages by danger, where it has such a thing."""

    level: Level
    risks: tuple[Risk, ...]
    score: float | None = None


@dataclass(frozen=True)
class Part:
    """On one set; `asked` is the hash of its lines. Never the texts: some are of a test set."""

    asked: str
    said: tuple[Said, ...]
    milliseconds: Times


@dataclass(frozen=True)
class Result:
    """`system_key` and `train_key` are hashes of what it is and of what it learned from."""

    system: str
    system_key: str
    train_key: str
    made: str
    trained_on: int
    training_seconds: float
    parts: Mapping[str, Part]

    def to_json(self) -> dict[str, Any]:
        parts = {
            name: {
                "asked": part.asked,
                "milliseconds": [part.milliseconds.median, part.milliseconds.slowest],
                "said": [[one.level.value, list(one.risks), one.score] for one in part.said],
            }
            for name, part in self.parts.items()
        }
        return {"format": FORMAT, **{key: getattr(self, key) for key in _PLAIN}, "parts": parts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what is none of ours."""
        if data["format"] != FORMAT:
            raise ValueError("another format")
        parts = {
            str(name): Part(
                str(part["asked"]),
                tuple(
                    Said(Level(level), tuple(map(Risk, risks)), score) for level, risks, score in part["said"]
                ),
                Times(*part["milliseconds"]),
            )
            for name, part in data["parts"].items()
        }
        return cls(**{key: data[key] for key in _PLAIN}, parts=parts)


_PLAIN: Final = ("system", "system_key", "train_key", "made", "trained_on", "training_seconds")


def asked_key(found: DangerSet) -> str:
    """A hash of the lines that are asked; it changes when one is left out."""
    return _hash([line.language, *line.before, line.text] for line in found.lines)


def train_key(lines: Sequence[Line]) -> str:
    """A hash of what is learned from, in any order."""
    return _hash(sorted([line.text, line.level.value, line.risk or ""] for line in lines))


def keep(folder: Path, result: Result) -> None:
    """Written beside and moved into place: a broken run leaves no half a result."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, result.system)
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(result.to_json()), "utf-8")
    fresh.replace(path)


def read(folder: Path, system: str) -> Result | None:
    """None where there is no result, or none that can be used."""
    try:
        return Result.from_json(json.loads(_path(folder, system).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(folder: Path, system: str) -> Path:
    return folder / f"{system}.json"


def _hash(rows: Iterable[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps(list(rows)).encode()).hexdigest()[:16]
