"""The messages that are measured with: those of the development sets, which anybody may read."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.measuring import CannotMeasure
from bot.safety.model import Level
from evaluation.sets import DANGER, DEVELOPMENT, SETS

LONG: Final = range(200, 301)  # letters


def of_danger(folder: Path = SETS) -> list[str]:
    """What the danger screen is developed with. Raises CannotMeasure."""
    return _texts(folder, f"{DANGER}*{DEVELOPMENT}.jsonl")


def of_all(folder: Path = SETS) -> list[str]:
    """Those, and what understanding is developed with. Raises CannotMeasure."""
    return _texts(folder, f"*{DEVELOPMENT}.jsonl")


def of_understanding(folder: Path = SETS) -> list[str]:
    danger = set(of_danger(folder))
    return [text for text in of_all(folder) if text not in danger]


def graded(folder: Path = SETS) -> list[tuple[str, Level]]:
    """Messages of danger and of none, each with its level. Raises CannotMeasure."""
    return [
        (text, Level(line.get("level"))) for text, line in _lines(folder, f"{DANGER}*{DEVELOPMENT}.jsonl")
    ]


def long_ones(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if len(text) in LONG]


def _texts(folder: Path, files: str) -> list[str]:
    return [text for text, _ in _lines(folder, files)]


def _lines(folder: Path, files: str) -> list[tuple[str, dict[str, Any]]]:
    """Each text once with its line, in an order that mixes the sets and is always the same.

    What is said in two messages is left out: each is measured alone.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        for path in sorted(folder.glob(files)):
            for raw in path.read_text("utf-8").splitlines():
                line = json.loads(raw)
                if not line.get("before"):
                    found[str(line["text"])] = line
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotMeasure(f"The development sets in {folder} cannot be read.") from error
    if not found:
        raise CannotMeasure(f"There are no development sets in {folder}.")
    mixed = sorted(found, key=lambda text: (zlib.crc32(text.encode("utf-8", "surrogatepass")), text))
    return [(text, found[text]) for text in mixed]
