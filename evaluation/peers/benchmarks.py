"""The sets that recognisers are compared on: CLINC150, BANKING77 and our own English."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.settings import ROOT
from evaluation.lines import OUT_OF_SCOPE
from evaluation.sets import LabelledSet
from evaluation.training import Example

DATASETS: Final = ROOT.parent / "shared" / "datasets"  # read in place, never copied here
CLINC150: Final = "clinc150"
BANKING77: Final = "banking77"
ENGLISH: Final = "english"
NAMES: Final = (CLINC150, BANKING77, ENGLISH)
CLINC_OUTSIDE: Final = "oos"

Examples = tuple[Example, ...]


class NoSuchData(Exception):
    """A benchmark's file is missing, or is not as its README says."""


@dataclass(frozen=True)
class Benchmark:
    """`outside` is the label of what is out of scope, where there is such a thing."""

    name: str
    outside: str | None
    train: Examples
    tune: Examples  # for choosing a threshold
    test: Examples

    def digest(self) -> str:
        parts = [[[one.text, one.label] for one in part] for part in (self.train, self.tune, self.test)]
        return hashlib.sha256(json.dumps([self.outside, parts]).encode()).hexdigest()[:16]

    def sliced(self, most: int) -> "Benchmark":
        """A small one for trying things out: so many of each label in each part."""
        parts = (_first(part, most) for part in (self.train, self.tune, self.test))
        train, tune, test = parts
        return replace(self, name=f"{self.name}-{most}-of-each", train=train, tune=tune, test=test)


def clinc150(folder: Path) -> Benchmark:
    """All of it: what is out of scope is a class of its own in training. Raises NoSuchData."""
    data = json.loads(_text(folder / "clinc150.json"))
    try:
        parts = {
            name: tuple(
                Example(_one_line(text), label) for text, label in (*data[name], *data[f"oos_{name}"])
            )
            for name in ("train", "val", "test")
        }
    except (KeyError, TypeError, ValueError) as error:
        raise NoSuchData(f"{folder / 'clinc150.json'} is not as its README says.") from error
    return Benchmark(CLINC150, CLINC_OUTSIDE, parts["train"], parts["val"], parts["test"])


def banking77(folder: Path) -> Benchmark:
    """Everything in it is in scope. Raises NoSuchData."""
    train, test = (_rows(folder / f"banking77_{part}.csv") for part in ("train", "test"))
    return Benchmark(BANKING77, None, train, (), test)


def english(trained: Sequence[Example], sets: Mapping[str, LabelledSet]) -> Benchmark:
    """Our training examples; tuned on the development set, tested on the test set where it is there."""
    return Benchmark(ENGLISH, OUT_OF_SCOPE, tuple(trained), _lines(sets, "development"), _lines(sets, "test"))


def _lines(sets: Mapping[str, LabelledSet], part: str) -> Examples:
    found = sets.get(f"{ENGLISH}_{part}")
    return tuple(Example(_one_line(line.text), line.intent) for line in found.lines) if found else ()


def _rows(path: Path) -> Examples:
    try:
        rows = csv.DictReader(_text(path).splitlines(keepends=True))
        return tuple(Example(_one_line(row["text"]), row["category"]) for row in rows)
    except (KeyError, csv.Error) as error:
        raise NoSuchData(f"{path} is not as its README says.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise NoSuchData(f"{path} cannot be read; name the folder with --datasets.") from error


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _first(examples: Iterable[Example], most: int) -> Examples:
    found: dict[str, list[Example]] = {}
    for example in examples:
        same = found.setdefault(example.label, [])
        if len(same) < most:
            same.append(example)
    return tuple(example for same in found.values() for example in same)
