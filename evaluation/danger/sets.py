"""Reads the sets that the danger screen is measured with, and leaves out what training or tuning has seen."""

import json
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from evaluation.danger.lines import ORDINARY, DangerLine, parse
from evaluation.lines import same_words
from evaluation.peers.benchmarks import CLINC150, clinc150
from evaluation.sets import DANGER, DEVELOPMENT, BadSets, read_rows

ENGLISH_TEST: Final = "danger_english_test"
ENGLISH_DEVELOPMENT: Final = "danger_english_development"
LANGUAGES_TEST: Final = "danger_languages_test"
LANGUAGES_DEVELOPMENT: Final = "danger_languages_development"
HALVES_TEST: Final = "danger_halves_test"
HALVES_DEVELOPMENT: Final = "danger_halves_development"
ORDER: Final = (
    *(ENGLISH_TEST, LANGUAGES_TEST, HALVES_TEST),
    *(ENGLISH_DEVELOPMENT, LANGUAGES_DEVELOPMENT, HALVES_DEVELOPMENT, CLINC150),
)


@dataclass(frozen=True)
class DangerSet:
    """`seen` are the numbers of the lines left out because training or tuning has seen them."""

    name: str
    digest: str
    lines: tuple[DangerLine, ...]
    seen: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its texts may be read and shown. Any other set is measured, and never read."""
        return self.name.endswith(DEVELOPMENT)

    def sliced(self, most: int) -> "DangerSet":
        """So many lines, taken evenly from all of it: for trying things out."""
        step = max(1, len(self.lines) // most)
        return replace(self, lines=self.lines[::step][:most])


def load(folder: Path, trained: Sequence[str]) -> tuple[DangerSet, ...]:
    """Every danger set in the folder, in the report's order. Raises BadSets with all that is wrong in any.

    A line that is a training example is left out, and so is one of a test set that stands in any development
    set of the folder, also one of understanding.
    """
    found: list[DangerSet] = []
    reasons: list[str] = []
    for path in sorted(folder.glob(f"{DANGER}*.jsonl")):
        rows = read_rows(path, parse, lambda line: (line.language, line.words))
        found.append(DangerSet(path.stem, rows.digest, rows.lines))
        reasons += rows.reasons
    if reasons:
        raise BadSets("\n".join(reasons))
    learned = {same_words(text) for text in trained}
    tuned = learned | {line.words for one in found if one.is_open for line in one.lines} | _others(folder)
    left = [_without(one, learned if one.is_open else tuned) for one in found]
    if empty := [one.name for one in left if not one.lines]:
        raise BadSets(f"{empty[0]}.jsonl:1: holds no message that training has not seen")
    return tuple(sorted(left, key=_place))


def in_words(one: DangerSet) -> str:
    """For `check`: sizes, and what was left out. Never a message."""
    danger = sum(line.is_danger for line in one.lines)
    hard = sum(line.is_hard for line in one.lines)
    left = f"; left out, seen in training or tuning: {len(one.seen)}" if one.seen else ""
    return f"{one.name}: {danger} of danger, {hard} hard, {len(one.lines) - danger - hard} ordinary{left}"


def without_before(found: DangerSet) -> DangerSet:
    return replace(found, lines=tuple(replace(line, before=()) for line in found.lines))


def trained_texts(data: Path) -> list[str]:
    """All that the screen or its encoder has learned from. Raises BadContent."""
    from bot.nlu.screen_data import read_intents, read_lines

    return [*(line.text for line in read_lines(data)), *(text for _, text in read_intents(data / "nlu"))]


def clinc(datasets: Path) -> DangerSet:
    """The 22,500 messages in scope of CLINC150, none of which is danger. Raises NoSuchData."""
    whole = clinc150(datasets)
    inside = [
        one for part in (whole.train, whole.tune, whole.test) for one in part if one.label != whole.outside
    ]
    lines = tuple(
        parse(number, json.dumps({"text": one.text, "risk": None, "level": "none", "kind": ORDINARY}))
        for number, one in enumerate(inside, start=1)
    )
    return DangerSet(CLINC150, whole.digest(), lines)


def _others(folder: Path) -> Set[str]:
    return set(_development_texts(folder))


def _development_texts(folder: Path) -> Iterator[str]:
    for path in folder.glob(f"*{DEVELOPMENT}.jsonl"):
        if not path.name.startswith(DANGER):
            for raw in path.read_text("utf-8").splitlines():
                if raw.strip():
                    yield same_words(str(json.loads(raw)["text"]))


def _without(found: DangerSet, words: Set[str]) -> DangerSet:
    seen = tuple(line.number for line in found.lines if line.words in words)
    return replace(found, lines=tuple(line for line in found.lines if line.number not in seen), seen=seen)


def _place(one: DangerSet) -> tuple[int, str]:
    return (ORDER.index(one.name) if one.name in ORDER else len(ORDER), one.name)
