"""The training data on disk: what is an example already, and the file of those that were added."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.learning.export import as_yaml, merge, same

ADDED = "added.yml"
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Written:
    """`left_out` are those that were examples before, under this intent or another."""

    new: int
    left_out: int


def write_examples(folder: Path, added: Iterable[tuple[str, str]]) -> Written:
    """Adds pairs of intent and text to the folder's added.yml. What stood there stays, also when this fails.

    Raises OSError, yaml.YAMLError, KeyError or TypeError for training data that cannot be read or written.
    """
    pairs = list(added)
    file = folder / ADDED
    existing = {
        same(text): intent
        for path in sorted(folder.rglob("*.yml"))
        if path != file
        for intent, texts in read_examples(path).items()
        for text in texts
    }
    earlier = read_examples(file) if file.exists() else {}
    before = merge((), existing, earlier)
    merged = merge(pairs, existing, earlier)
    new = sum(map(len, merged.values())) - sum(map(len, before.values()))
    if merged or file.exists():
        fresh = folder / f".{ADDED}.new"
        fresh.write_text(as_yaml(merged), "utf-8")
        os.replace(fresh, file)
    return Written(new, len(pairs) - new)


def read_examples(path: Path) -> dict[str, list[str]]:
    """A file's examples by intent, without the marks of entities."""
    found: dict[str, list[str]] = {}
    for part in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
        if "intent" in part:
            lines = (line.strip().removeprefix("-").strip() for line in part["examples"].splitlines())
            found.setdefault(part["intent"], []).extend(_MARKED.sub(r"\1", line) for line in lines if line)
    return found
