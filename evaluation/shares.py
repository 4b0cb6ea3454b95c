"""A share of messages with its 95 % interval, and the interval of any other figure by drawing again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Z: Final = 1.959964  # standard deviations on each side of the middle that hold 95 %
DRAWS: Final = 1000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """`hits` of `size`. Of nothing at all it is 0, anywhere between 0 and 1."""

    hits: int
    size: int

    @classmethod
    def of(cls, hits: Iterable[bool]) -> Self:
        found = list(hits)
        return cls(sum(found), len(found))

    @property
    def value(self) -> float:
        return self.hits / self.size if self.size else 0.0

    @property
    def low(self) -> float:
        return self._interval()[0]

    @property
    def high(self) -> float:
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        """Wilson's: it holds for few messages too, and near 0 and 1, where the simple one does not."""
        if not self.size:
            return 0.0, 1.0
        squared = Z * Z / self.size
        middle = (self.value + squared / 2) / (1 + squared)
        spread = Z * sqrt(self.value * (1 - self.value) / self.size + squared / (4 * self.size))
        half = spread / (1 + squared)
        # Rounding must not push the share itself out of its interval.
        return max(0.0, min(self.value, middle - half)), min(1.0, max(self.value, middle + half))


@dataclass(frozen=True)
class Estimate:
    """A figure that is no share, with its 95 % interval."""

    value: float
    low: float
    high: float


def drawn_again(rows: Floats, figure: Callable[[Floats], float], seed: int = 0) -> Estimate:
    """The bootstrap: the figure of many samples drawn from the rows, each as large as they are."""
    if not len(rows):
        return Estimate(0.0, 0.0, 0.0)
    chance = np.random.default_rng(seed)
    draws = [figure(rows[chance.integers(0, len(rows), len(rows))]) for _ in range(DRAWS)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(figure(rows), float(low), float(high))
