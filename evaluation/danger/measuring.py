"""All that is measured of the danger screen on one set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from evaluation.danger.asking import Judged
from evaluation.danger.curve import Curve, curve
from evaluation.danger.figures import Finders, Group, Headline, crossed, finders, grouped, headline
from evaluation.danger.sets import DangerSet

Scores = NDArray[Any]


@dataclass(frozen=True)
class Measured:
    """`seen` are line numbers left out; `faults` how often a part of the screen was broken.

    `alone` is the same without the messages before, where there are any.
    """

    name: str
    is_open: bool
    digest: str
    size: int
    seen: tuple[int, ...]
    faults: int
    headline: Headline
    groups: Mapping[str, tuple[Group, ...]]
    crossed: Mapping[str, Mapping[str, int]]
    finders: Finders
    curve: Curve | None = None
    alone: Headline | None = None


def measure(
    found: DangerSet,
    judged: Sequence[Judged],
    scores: Scores | None = None,
    alone: Sequence[Judged] | None = None,
) -> Measured:
    """No text gets into it, whatever the set. `scores` are the head's, in the lines' order."""
    return Measured(
        name=found.name,
        is_open=found.is_open,
        digest=found.digest,
        size=len(judged),
        seen=found.seen,
        faults=sum(one.fault for one in judged),
        headline=headline(judged),
        groups=grouped(judged),
        crossed=crossed(judged),
        finders=finders(judged),
        curve=None if scores is None else curve_of(judged, scores),
        alone=None if alone is None else headline(alone),
    )


def curve_of(judged: Sequence[Judged], scores: Scores) -> Curve | None:
    return curve(scores, [one.line.is_danger for one in judged], [one.line.is_hard for one in judged])
