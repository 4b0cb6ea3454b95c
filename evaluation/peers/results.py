"""What a recogniser made of a benchmark, kept on disk so that nothing long is done twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from evaluation.asking import Guess
from evaluation.figures import Times
from evaluation.peers.gate import Ranking

FORMAT: Final = 1


@dataclass(frozen=True)
class Part:
    """The true labels and what was ranked for each. Never the texts: some are of a test set."""

    labels: tuple[str, ...]
    rankings: tuple[Ranking, ...]


@dataclass(frozen=True)
class Result:
    """`system_key` and `data_key` are hashes of what it depends on; `encoder` is the folder given, if any."""

    benchmark: str
    system: str
    system_key: str
    data_key: str
    outside: str | None
    encoder: str | None
    made: str
    trained_on: int
    training_seconds: float
    milliseconds: Times
    tune: Part
    test: Part

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            **{key: getattr(self, key) for key in _PLAIN},
            "milliseconds": [self.milliseconds.median, self.milliseconds.slowest],
            "tune": _rows(self.tune),
            "test": _rows(self.test),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what is none of ours."""
        if data["format"] != FORMAT:
            raise ValueError("another format")
        return cls(
            **{key: data[key] for key in _PLAIN},
            milliseconds=Times(*data["milliseconds"]),
            tune=_part(data["tune"]),
            test=_part(data["test"]),
        )


_PLAIN: Final = (
    *("benchmark", "system", "system_key", "data_key", "outside", "encoder"),
    *("made", "trained_on", "training_seconds"),
)


def name(benchmark: str, system: str, system_key: str, data_key: str) -> str:
    return f"{benchmark}-{system}-{system_key}-{data_key}"


def path_of(folder: Path, result: Result) -> Path:
    stem = name(result.benchmark, result.system, result.system_key, result.data_key)
    return folder / f"{stem}.json"


def keep(folder: Path, result: Result) -> None:
    """Written beside and moved into place: a broken run leaves no half a result."""
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(folder, result)
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(result.to_json()), "utf-8")
    fresh.replace(path)


def read(path: Path) -> Result | None:
    """None where there is no result, or none that can be used."""
    try:
        return Result.from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def newest(folder: Path) -> tuple[Result, ...]:
    """The latest result of each system on each benchmark."""
    found: dict[tuple[str, str], Result] = {}
    for path in sorted(folder.glob("*.json")):
        result = read(path)
        if result is None:
            continue
        pair = (result.benchmark, result.system)
        if pair not in found or found[pair].made < result.made:
            found[pair] = result
    return tuple(found.values())


def _rows(part: Part) -> list[Any]:
    return [
        [label, [[guess.intent, round(guess.confidence, 6)] for guess in ranking]]
        for label, ranking in zip(part.labels, part.rankings, strict=True)
    ]


def _part(rows: Sequence[Any]) -> Part:
    rankings = tuple(tuple(Guess(str(one), float(chance)) for one, chance in found) for _, found in rows)
    return Part(tuple(str(label) for label, _ in rows), rankings)
