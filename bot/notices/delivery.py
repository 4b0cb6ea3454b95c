"""A notice and one channel: what is to be delivered, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.notices.waits import tries_for


@dataclass(frozen=True)
class Delivery:
    """`attempts` only ever grows; `spent` of them were made before somebody sent it again."""

    seq: int
    id: str
    notice_seq: int
    prison_id: str
    channel: str
    topic: str
    ref: str
    facts: Mapping[str, str]
    level: str
    role: str
    happened_at: datetime
    next_at: datetime | None
    attempts: int = 0
    spent: int = 0
    delivered_at: datetime | None = None
    dead_at: datetime | None = None
    why: str = ""
    code: int = 0
    again_by: str = ""
    again_at: datetime | None = None
    noted_by: str = ""
    noted_at: datetime | None = None

    @property
    def tries(self) -> int:
        return self.attempts - self.spent

    @property
    def is_last_try(self) -> bool:
        return self.tries >= tries_for(self.level)


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that was given up, with where its person is: the page and the board say who should hear."""

    delivery: Delivery
    wing: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Standing:
    """How one channel does."""

    channel: str
    waiting: int
    delivered_at: datetime | None = field(default=None)
