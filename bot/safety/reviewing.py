"""A prison's rules for reviews: by when each is due, and how many are looked at by a second person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.safety.model import Level

_HOUR: Final = timedelta(hours=1)
REVIEW_LIMITS: Final[Mapping[Level, timedelta]] = {
    Level.EMERGENCY: 24 * _HOUR,
    Level.URGENT: 72 * _HOUR,
    Level.CONCERN: 168 * _HOUR,
}
SECOND_LOOK_LIMITS: Final[Mapping[Level, timedelta]] = {
    Level.EMERGENCY: 72 * _HOUR,
    Level.URGENT: 168 * _HOUR,
    Level.CONCERN: 336 * _HOUR,
}


@dataclass(frozen=True)
class ReviewRules:
    """From the prison's file, `reviews`. `limits` run from the check, `second_look_limits` from the review;
    of a hundred reviews `second_look_percent` are looked at again by somebody else."""

    limits: Mapping[Level, timedelta] = field(default_factory=lambda: dict(REVIEW_LIMITS))
    second_look_limits: Mapping[Level, timedelta] = field(default_factory=lambda: dict(SECOND_LOOK_LIMITS))
    second_look_percent: int = 10

    def is_in_sample(self, record_id: str) -> bool:
        """Settled by the record's id alone, which the product draws before anybody has seen the record: no
        reviewer chooses what is looked at again, and asking twice gives the same answer."""
        drawn = hashlib.sha256(f"second look {record_id}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % 100 < self.second_look_percent


PLAIN_REVIEWS: Final = ReviewRules()
