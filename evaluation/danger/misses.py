"""Every miss and every false alarm of the sets that may be read, for the person who reads and names them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.safety.model import Level
from evaluation.danger.asking import Judged
from evaluation.danger.sets import DangerSet
from evaluation.words import NOTHING, quoted, set_name, table

NAMES: Final = "danger_named.json"
FILE: Final = "danger-misses.md"


@dataclass(frozen=True)
class Heap:
    """Errors of one sort in one set."""

    title: str
    judged: tuple[Judged, ...]


def to_markdown(asked: Sequence[tuple[DangerSet, Sequence[Judged]]], names: Mapping[str, str]) -> str:
    """Only sets that may be read get into it, whatever is handed in."""
    found = [(one, _heaps(judged)) for one, judged in asked if one.is_open]
    wrong = {_id(each) for _, heaps in found for heap in heaps for each in heap.judged}
    unread = len(wrong - set(names))
    lines = [
        "# What the danger screen gets wrong in the development sets",
        "",
        "Written by `python -m evaluation danger`. Whoever works on the screen reads each line and names "
        f"what went wrong in `evaluation/sets/{NAMES}`, by the id here: {len(wrong) - unread} of "
        f"{len(wrong)} so far. No message of a test set is here, nor may one be.",
        "",
    ]
    for one, heaps in found:
        lines += [f"## {set_name(one.name).capitalize()}", ""]
        for heap in heaps:
            lines += [f"### {heap.title}: {len(heap.judged)}", ""]
            if heap.judged:
                rows = [_row(each, names) for each in heap.judged]
                lines += table(("message", "language", "is", "judged", "because", "id", "named"), rows)
    return "\n".join(lines)


def read_names(folder: Path) -> dict[str, str]:
    """What a person called each error. Raises ValueError for a file that is no mapping of words."""
    path = folder / NAMES
    if not path.exists():
        return {}
    data = json.loads(path.read_text("utf-8"))
    if not isinstance(data, dict) or not all(isinstance(word, str) for word in data.values()):
        raise ValueError(f"{path} should name each error by its id.")
    return data


def _heaps(judged: Sequence[Judged]) -> tuple[Heap, ...]:
    danger = [one for one in judged if one.line.is_danger]
    flagged = [one for one in danger if one.is_flagged]
    heaps = {
        "Missed": [one for one in danger if not one.is_flagged],
        "Emergencies judged only a concern": [
            one for one in flagged if one.line.level is Level.EMERGENCY and not one.is_urgent
        ],
        "Another danger was named": [one for one in flagged if not one.is_right_risk],
        "Hard negatives flagged": [one for one in judged if one.line.is_hard and one.is_flagged],
        "Ordinary messages flagged": [one for one in judged if one.line.is_ordinary and one.is_flagged],
    }
    return tuple(Heap(title, tuple(sorted(found, key=_order))) for title, found in heaps.items())


def _order(one: Judged) -> tuple[str, str, str, int]:
    line = one.line
    return (line.language, line.risk or "", line.kind, line.number)


def _row(one: Judged, names: Mapping[str, str]) -> tuple[str, ...]:
    line = one.line
    is_so = " ".join((line.level.value, line.risk or "", line.kind)).split()
    judged = " ".join((one.level.value, *one.risks)) if one.is_flagged else NOTHING
    because = "; ".join(dict.fromkeys(_because(reason.words, reason.part) for reason in one.reasons))
    return (
        " then ".join(map(quoted, (*line.before, line.text))),
        *(line.language, " ".join(is_so), judged, because or NOTHING),
        *(_id(one), names.get(_id(one), NOTHING)),
    )


def _because(words: str, part: str) -> str:
    return f"{words}: {quoted(part)}" if part else words


def _id(one: Judged) -> str:
    """The same for the same message, wherever it stands."""
    key = f"{one.line.language}:{one.line.words}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
