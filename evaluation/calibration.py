"""Whether confidence can be believed, and how many messages are left when only sure answers count."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from evaluation.asking import Answer
from evaluation.shares import Estimate, Floats, Share, drawn_again

BINS: Final = 10
STEP: Final = 5  # per cent of the messages, from one point of the coverage curve to the next


@dataclass(frozen=True)
class Bin:
    """The messages whose confidence lies from `low` up to a tenth above."""

    low: float
    confidence: float  # their mean
    right: Share


@dataclass(frozen=True)
class Calibration:
    """`error` is the expected calibration error: how far confidence and truth lie apart on average."""

    bins: tuple[Bin, ...]
    error: Estimate


@dataclass(frozen=True)
class Covered:
    """How many are right of the share of messages that it is surest of: `least` confident or more."""

    coverage: float
    least: float
    right: Share


def calibration(answers: Sequence[Answer]) -> Calibration:
    rows = np.array([(answer.best.confidence, answer.is_right) for answer in answers], float).reshape(-1, 2)
    places = _places(rows)
    bins = []
    for number in range(BINS):
        inside = rows[places == number]
        mean = float(inside[:, 0].mean()) if len(inside) else 0.0
        bins.append(Bin(number / BINS, mean, Share(int(inside[:, 1].sum()), len(inside))))
    return Calibration(tuple(bins), drawn_again(rows, _error))


def coverage(answers: Sequence[Answer]) -> tuple[Covered, ...]:
    """From the surest few to all."""
    surest = sorted(answers, key=lambda answer: -answer.best.confidence)
    points = []
    for percent in range(STEP, 101, STEP):
        kept = surest[: ceil(len(surest) * percent / 100)]
        if kept:
            right = Share.of(answer.is_right for answer in kept)
            points.append(Covered(percent / 100, kept[-1].best.confidence, right))
    return tuple(points)


def _places(rows: Floats) -> Floats:
    # A confidence of exactly 1 belongs to the last tenth; a little is added for sums like 0.1 + 0.2.
    return np.asarray(np.minimum(np.floor(rows[:, 0] * BINS + 1e-9), BINS - 1))


def _error(rows: Floats) -> float:
    gaps = rows[:, 0] - rows[:, 1]
    sums = np.bincount(_places(rows).astype(int), weights=gaps, minlength=BINS)
    return float(np.abs(sums).sum() / len(rows))
