"""What differs between two texts, key by key and line by line."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.editions.model import Body


class Side(StrEnum):
    """Where a line stands: in the old text only, in the new one only, or in both."""

    OLD = "old"
    NEW = "new"
    BOTH = "both"


_SIDES = {"- ": Side.OLD, "+ ": Side.NEW, "  ": Side.BOTH}


@dataclass(frozen=True)
class Line:
    side: Side
    text: str


@dataclass(frozen=True)
class Difference:
    """One key that differs, with all its lines."""

    key: str
    lines: tuple[Line, ...]


def differences(old: Body, new: Body) -> tuple[Difference, ...]:
    """In the order of the new text, then what is only in the old one."""
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        before, after = lines_of(old.get(key)), lines_of(new.get(key))
        if before != after:
            found.append(Difference(key, tuple(_compare(before, after))))
    return tuple(found)


def lines_of(value: object) -> list[str]:
    """A text by its lines, a list by its items, a mapping by its keys."""
    if value is None:
        return []
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, Mapping):
        return [f"{key}: {_flat(each)}" for key, each in value.items()]
    if isinstance(value, Sequence):
        return [_flat(each) for each in value]
    return [str(value)]


def _flat(value: object) -> str:
    """On one line; a pair of texts is a span of time."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_flat(each)}" for key, each in value.items())
    if isinstance(value, list) and len(value) == 2 and all(_is_time(each) for each in value):
        return f"{value[0]}-{value[1]}"
    if isinstance(value, list):
        return ", ".join(_flat(each) for each in value)
    return str(value)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and value[2:3] == ":"


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for line in difflib.ndiff(before, after):
        # Lines with a question mark only point at letters.
        if line[:2] in _SIDES:
            yield Line(_SIDES[line[:2]], line[2:])
