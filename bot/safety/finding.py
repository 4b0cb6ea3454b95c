"""What a reviewer looks for in the safety log: how far records are, and filters that go together."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.safety.model import Level, Risk
from bot.safety.record import RecordState, SafetyRecord


class Step(StrEnum):
    """How far a record is. The first four are work that is left."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CHECKED = "checked"
    SECOND_LOOK = "second_look"
    REVIEWED = "reviewed"


LEFT_TO_DO = (Step.OPEN, Step.ACKNOWLEDGED, Step.CHECKED, Step.SECOND_LOOK)


@dataclass(frozen=True)
class Wanted:
    """All that is given must hold. `wings` are those that the account sees; empty for the whole prison.

    Never by words: what people wrote is read in its record, for a reason, and not searched through.
    """

    prison_id: str
    wings: tuple[str, ...] = ()
    level: Level | None = None
    risk: Risk | None = None
    person_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    step: Step | None = None
    outcome: str = ""
    reviewer_id: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the next one goes on behind it. `rank` is that of the level, for the work list."""

    at: datetime
    id: str
    rank: int = 0


def step_of(record: SafetyRecord) -> Step:
    return Step.SECOND_LOOK if record.waits_for_second_look else Step(record.state.value)


def is_overdue(record: SafetyRecord, now: datetime) -> bool:
    """Its review or second look is past its limit; before that, nobody answered or checked in time."""
    if record.waits_for_review or record.waits_for_second_look:
        return record.review_due_at is not None and record.review_due_at <= now
    return record.state is not RecordState.REVIEWED and bool(record.climbed_to)
