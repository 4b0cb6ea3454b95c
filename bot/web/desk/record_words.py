"""A safety record in one line: how grave, where, how far, by when, and who has it when it is late."""

from dataclasses import dataclass
from datetime import datetime

from bot.safety.finding import Step, is_overdue, step_of
from bot.safety.record import SafetyRecord
from bot.web.desk.desk import Desk
from bot.web.desk.wording import Wording


@dataclass(frozen=True)
class RecordRow:
    """`due` says by when the review, or the second look, should be done; `late` that it was not."""

    href: str
    level: str
    level_name: str
    risks: str
    cell: str
    first_name: str
    noticed: str
    state: str
    last: str
    times: str
    age: str = ""
    due: str = ""
    late: bool = False
    outcome: str = ""
    reviewer: str = ""
    yours: str = ""


def row_of(
    desk: Desk, record: SafetyRecord, now: datetime, names: dict[str, str], yours: str = ""
) -> RecordRow:
    """`yours` is why the one who looks may not review it, in words."""
    wording = desk.wording
    last = max(
        moment
        for moment in (
            *(record.noticed_at, record.latest_at, record.acknowledged_at),
            *(record.checked_at, record.reviewed_at, record.second_look_at),
        )
        if moment is not None
    )
    return RecordRow(
        href=f"/safety/{record.id}",
        level=record.level.value,
        level_name=wording.say(f"level_{record.level.value}"),
        risks=wording.risks(record),
        cell=record.place.cell,
        first_name=record.first_name,
        noticed=wording.clock(record.noticed_at, now),
        state=state_in_words(wording, record),
        last=wording.clock(last, now),
        times=wording.say("times_said", count=record.times) if record.times > 1 else "",
        age=wording.waited(now - record.noticed_at),
        due=due_in_words(desk, record, now),
        late=is_overdue(record, now),
        outcome=wording.say(f"outcome_{record.outcome}") if record.outcome else "",
        reviewer=names.get(record.reviewer_id, wording.say("who_staff")) if record.reviewer_id else "",
        yours=yours,
    )


def state_in_words(wording: Wording, record: SafetyRecord) -> str:
    step = step_of(record)
    if step in (Step.CHECKED, Step.SECOND_LOOK):
        return wording.say(f"step_{step.value}_waits")
    return wording.record_state(record.state)


def due_in_words(desk: Desk, record: SafetyRecord, now: datetime) -> str:
    """By when; and when that is past, who has it now."""
    wording = desk.wording
    waits = record.waits_for_review or record.waits_for_second_look
    role = (record.review_with if waits else record.climbed_to) or ""
    passed = wording.say("review_with", role=wording.staff_role(role)) if role else ""
    if not waits or record.review_due_at is None:
        return passed
    at = wording.clock(record.review_due_at, now)
    key = "review_overdue" if is_overdue(record, now) else "review_due"
    return " ".join(part for part in (wording.say(key, at=at), passed) if part)
