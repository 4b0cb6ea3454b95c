"""Many requests added up: how many were reached and when, what failed, what was answered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.reports.counting import unpack
from bot.reports.facts import Answer, Ending
from bot.reports.times import FEWEST_FOR_NINE_IN_TEN, HALF, NINE_IN_TEN, within


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

    def add(self, code: int, count: int) -> None:
        """As `Fact.from_code` reads it, without a fact for each: a year has a million."""
        ending = code >> 7 & 7
        minutes = code >> 13
        self.requests += count
        self.endings[ending] += count
        self.answers[code >> 11 & 3] += count
        if code & 1 << 10:
            self.missed += count
        if minutes:
            self.minutes[minutes - 1] += count
        else:
            self.failed[ending] += count

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


def counted(kept: bytes | bytearray) -> Mapping[int, int]:
    """How often each code stands in what the store keeps."""
    return Counter(unpack(bytes(kept)))


def tally_of(counts: Mapping[int, int]) -> Tally:
    tally = Tally()
    for code, count in counts.items():
        tally.add(code, count)
    return tally


def by_part(counts: Mapping[int, int], shift: int, mask: int, size: int) -> list[Tally]:
    """One tally for each value of a part of the code, the quiet ones too."""
    tallies = [Tally() for _ in range(size)]
    for code, count in counts.items():
        tallies[code >> shift & mask].add(code, count)
    return tallies


def by_hour(counts: Mapping[int, int]) -> list[Tally]:
    return by_part(counts, 0, 31, 24)


def by_time_of_day(counts: Mapping[int, int]) -> list[Tally]:
    return by_part(counts, 5, 3, 3)
