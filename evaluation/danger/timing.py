"""How long the screen takes for a message, by how long the message is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.danger.asking import Judged
from evaluation.figures import Times, times

LIMIT: Final = 300  # characters: the promise is for messages up to here
STEPS: Final = (50, 100, 200, LIMIT)


@dataclass(frozen=True)
class Timed:
    """Milliseconds for each message, one after the other: those that pass, and those of the processor."""

    name: str
    size: int
    passed: Times
    worked: Times


def timed(judged: Sequence[Judged]) -> tuple[Timed, ...]:
    """The promised ones first, then by length, then those that are read with messages before them."""
    alone = [one for one in judged if not one.line.before]
    groups = {f"up to {LIMIT} characters": [one for one in alone if len(one.line.text) <= LIMIT]}
    for least, most in zip((0, *STEPS), STEPS, strict=False):
        members = [one for one in alone if least < len(one.line.text) <= most]
        groups[f"{least + 1} to {most}"] = members
    groups[f"more than {LIMIT}"] = [one for one in alone if len(one.line.text) > LIMIT]
    groups["with a message before it"] = [one for one in judged if one.line.before]
    return tuple(_timed(name, found) for name, found in groups.items() if found)


def _timed(name: str, found: Sequence[Judged]) -> Timed:
    passed, worked = times([one.seconds for one in found]), times([one.worked for one in found])
    return Timed(name, len(found), passed, worked)
