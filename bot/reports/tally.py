"""Many requests added up: how many were reached and when, what failed, what was answered."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reports.facts import Answer, Ending
from bot.reports.times import FEWEST_FOR_NINE_IN_TEN, HALF, NINE_IN_TEN, within

Codes = NDArray[np.uint32]


@dataclass
class Tally:
    """Counts of requests. `minutes` says how many were reached after each number of minutes."""

    requests: int = 0
    missed: int = 0
    endings: list[int] = field(default_factory=lambda: [0] * len(Ending))
    # Of those whom nobody is known to have reached: how they ended.
    failed: list[int] = field(default_factory=lambda: [0] * len(Ending))
    answers: list[int] = field(default_factory=lambda: [0] * len(Answer))
    minutes: Counter[int] = field(default_factory=Counter)

    @property
    def reached(self) -> int:
        return sum(self.minutes.values())

    @property
    def half(self) -> int | None:
        return within(self.minutes, HALF)

    @property
    def nine_in_ten(self) -> int | None:
        """None as well where the ninth of ten would be the longest wait of one person."""
        return within(self.minutes, NINE_IN_TEN) if self.reached >= FEWEST_FOR_NINE_IN_TEN else None

    @property
    def cancelled(self) -> int:
        """Taken back before anybody came."""
        return self.failed[Ending.CANCELLED]

    @property
    def could_not(self) -> int:
        return self.failed[Ending.COULD_NOT]

    @property
    def not_recorded(self) -> int:
        """Ended as done, with nothing that says that somebody was with the person."""
        return self.failed[Ending.DONE]

    @property
    def waiting(self) -> int:
        """Open still, and nobody has come yet."""
        return self.failed[Ending.OPEN]

    @property
    def asked(self) -> int:
        """To how many the question "Did somebody come?" was put, or answered unasked."""
        return self.requests - self.answers[Answer.NOT_ASKED]

    @property
    def nobody_came(self) -> int:
        return self.answers[Answer.NO]

    @property
    def unanswered(self) -> int:
        return self.answers[Answer.UNANSWERED]


def codes_of(kept: bytes | bytearray) -> Codes:
    """The codes in what the store keeps, many rows of it one after another."""
    return np.frombuffer(bytes(kept), "<u4")


def tally_of(codes: Codes) -> Tally:
    """As `Fact.from_code` reads each, and all of them at once: a year has a million."""
    endings, minutes = codes >> 7 & 7, codes >> 13
    spans, times = np.unique(minutes[minutes > 0] - 1, return_counts=True)
    return Tally(
        requests=len(codes),
        missed=int(np.count_nonzero(codes & 1 << 10)),
        endings=_each(endings, len(Ending)),
        failed=_each(endings[minutes == 0], len(Ending)),
        answers=_each(codes >> 11 & 3, len(Answer)),
        minutes=Counter(dict(zip(spans.tolist(), times.tolist(), strict=True))),
    )


def by_hour(codes: Codes) -> list[Tally]:
    """One tally for each hour, the quiet ones too."""
    return [tally_of(codes[codes & 31 == hour]) for hour in range(24)]


def by_time_of_day(codes: Codes) -> list[Tally]:
    return [tally_of(codes[codes >> 5 & 3 == part]) for part in range(3)]


def _each(values: NDArray[Any], size: int) -> list[int]:
    return [int(count) for count in np.bincount(values, minlength=size)]
