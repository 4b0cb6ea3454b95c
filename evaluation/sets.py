"""Reads the sets of messages that understanding is measured with, and refuses what must not be in them."""

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Generic, TypeVar

from bot.settings import ROOT
from evaluation.lines import BadLine, Line, parse, same_words

SETS: Final = ROOT / "evaluation" / "sets"
DEVELOPMENT: Final = "_development"
DANGER: Final = "danger_"  # sets of another kind, read by evaluation.danger.sets

Read = TypeVar("Read")


class BadSets(Exception):
    """Sets that cannot be measured with. The message is one line for each reason, with file and line."""


@dataclass(frozen=True)
class LabelledSet:
    """`seen` are the numbers of the lines left out because training or tuning has seen them."""

    name: str
    digest: str
    lines: tuple[Line, ...]
    seen: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its texts may be read and shown. Any other set is measured, and never read."""
        return self.name.endswith(DEVELOPMENT)


def load(folder: Path, known: Set[str], trained: Sequence[str]) -> tuple[LabelledSet, ...]:
    """Every set in the folder, by name. Raises BadSets with all that is wrong in any of them.

    A line that is a training example too is no measure of anything, nor is one of a test set that stands in a
    development set. It is left out and its number kept: so new training examples never make a set unusable,
    and never make a figure better.
    """
    sets: list[LabelledSet] = []
    reasons: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.name.startswith(DANGER):
            continue
        rows = read_rows(
            path,
            lambda number, raw: parse(number, raw, known),
            lambda line: (line.language, same_words(line.text)),
        )
        sets.append(LabelledSet(path.stem, rows.digest, rows.lines))
        reasons += rows.reasons
    if reasons:
        raise BadSets("\n".join(reasons))
    learned = {same_words(text) for text in trained}
    tuned = learned | {same_words(line.text) for one in sets if one.is_open for line in one.lines}
    left = tuple(_without(one, learned if one.is_open else tuned) for one in sets)
    if empty := [one.name for one in left if not one.lines]:
        raise BadSets(f"{empty[0]}.jsonl:1: holds no message that training has not seen")
    return left


@dataclass(frozen=True)
class Rows(Generic[Read]):
    """What a file of messages holds. `reasons` say why it is refused, with file and line."""

    digest: str
    lines: tuple[Read, ...]
    reasons: tuple[str, ...]


def read_rows(path: Path, read: Callable[[int, str], Read], same: Callable[[Read], Hashable]) -> Rows[Read]:
    """`read` makes a line of its number and its JSON, or raises BadLine. Equal `same` means the same line."""
    data = path.read_bytes()
    lines: list[Read] = []
    reasons: list[str] = []
    taken: dict[Hashable, int] = {}
    for number, raw in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            line = read(number, raw)
        except BadLine as why:
            reasons.append(f"{path.name}:{number}: {why}")
            continue
        first = taken.setdefault(same(line), number)
        if first != number:
            reasons.append(f"{path.name}:{number}: is the same message as line {first}")
        lines.append(line)
    return Rows(hashlib.sha256(data).hexdigest(), tuple(lines), tuple(reasons))


def _without(found: LabelledSet, words: Set[str]) -> LabelledSet:
    seen = tuple(line.number for line in found.lines if same_words(line.text) in words)
    return replace(found, lines=tuple(line for line in found.lines if line.number not in seen), seen=seen)


def by_name(sets: Sequence[LabelledSet]) -> Mapping[str, LabelledSet]:
    return {one.name: one for one in sets}
