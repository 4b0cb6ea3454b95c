"""What another threshold of the head would give: danger found against hard negatives flagged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evaluation.shares import Share

MOST_POINTS: Final = 200
RECALL: Final = 0.97  # where systems are compared: what is promised of all danger


@dataclass(frozen=True)
class Point:
    """With everything from `threshold` on flagged."""

    threshold: float
    recall: Share
    flagged: Share


@dataclass(frozen=True)
class Curve:
    """`area` is how often a message of danger scores above a hard negative, of all pairs of the two.

    `promised` is the highest threshold that finds RECALL of danger.
    """

    points: tuple[Point, ...]
    area: float
    promised: Point


def curve(scores: NDArray[Any], danger: Sequence[bool], hard: Sequence[bool]) -> Curve | None:
    """From the highest threshold down. None without both kinds of line. Raises ValueError for no numbers."""
    found = np.asarray(scores, np.float64)
    if not np.isfinite(found).all():
        raise ValueError("The scores are not all numbers.")
    grave, harmless = np.sort(found[np.asarray(danger, bool)]), np.sort(found[np.asarray(hard, bool)])
    if not len(grave) or not len(harmless):
        return None
    points = [
        Point(float(at), Share(_from(grave, at), len(grave)), Share(_from(harmless, at), len(harmless)))
        for at in np.unique(np.concatenate([grave, harmless]))[::-1]
    ]
    below = np.searchsorted(harmless, grave, "left") + np.searchsorted(harmless, grave, "right")
    return Curve(
        points=_thinned(points),
        area=float(below.sum() / 2 / len(grave) / len(harmless)),
        promised=next(point for point in points if point.recall.value >= RECALL),
    )


def _from(ordered: NDArray[Any], threshold: float) -> int:
    return len(ordered) - int(np.searchsorted(ordered, threshold, "left"))


def _thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    if len(points) <= MOST_POINTS:
        return tuple(points)
    kept = np.linspace(0, len(points) - 1, MOST_POINTS).round().astype(int)
    return tuple(points[index] for index in kept)
