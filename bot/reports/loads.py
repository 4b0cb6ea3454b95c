"""How contacts are spread over those who help, with nobody named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.reports.periods import Period
from bot.reports.small_numbers import FEWEST_SHOWN
from bot.reports.times import FEWEST_FOR_NINE_IN_TEN, HALF, NINE_IN_TEN, within

# Contacts in a week: up to so many. The last group has no end.
GROUPS: Final = (1, 3, 6)
# The busiest fifth is a group of its own, and must be no smaller than any other.
FEWEST_FOR_A_FIFTH: Final = 5 * FEWEST_SHOWN


class Load(Protocol):
    """One supporter's contacts in the period."""

    @property
    def contacts(self) -> int: ...
    @property
    def soon(self) -> int: ...


@dataclass(frozen=True)
class Loads:
    """`groups` are numbers of supporters by contacts in a week. None for what would tell of too few."""

    supporters: int
    contacts: int
    soon: int
    groups: tuple[int, ...]
    half: int | None
    nine_in_ten: int | None
    busiest_fifth: float | None


def loads_of(loads: Sequence[Load], period: Period) -> Loads:
    counts = sorted(load.contacts for load in loads)
    many, total = Counter(counts), sum(counts)
    # A period of less than a week counts as one: three contacts in a day are no 21 in a week.
    weeks = max(period.days, 7) / 7
    groups = [0] * (len(GROUPS) + 1)
    for count in counts:
        groups[sum(count / weeks > most for most in GROUPS)] += 1
    fifth = sum(counts[-(len(counts) // 5) :])
    return Loads(
        supporters=len(counts),
        contacts=total,
        soon=sum(load.soon for load in loads),
        groups=tuple(groups),
        half=within(many, HALF) if len(counts) >= FEWEST_SHOWN else None,
        nine_in_ten=within(many, NINE_IN_TEN) if len(counts) >= FEWEST_FOR_NINE_IN_TEN else None,
        busiest_fifth=fifth / total if len(counts) >= FEWEST_FOR_A_FIFTH else None,
    )
