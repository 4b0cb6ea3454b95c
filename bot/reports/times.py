"""Of many times, the one within which a half or nine in ten were done. Exact: counted by whole minutes."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

HALF: Final = Fraction(1, 2)
NINE_IN_TEN: Final = Fraction(9, 10)
# Of fewer, the ninth of ten is the longest wait of one person.
FEWEST_FOR_NINE_IN_TEN: Final = 10


def within(counts: Mapping[int, int], share: Fraction) -> int | None:
    """The shortest time within which at least this share was done; None where nothing was.

    `counts` says how many took each number of minutes (or seconds). It is the percentile that numpy calls
    `inverted_cdf`: always a time that was really measured, so that "half within 34 minutes" is true.
    """
    total = sum(counts.values())
    if not total:
        return None
    reached = 0
    for time in sorted(counts):
        reached += counts[time]
        if reached >= share * total:
            return time
    raise AssertionError("the shares of a whole add up to it")
