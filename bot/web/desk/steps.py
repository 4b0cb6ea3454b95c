"""How far staff are with an alert: who acknowledged, goes, looked, and whether the person breathes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.safety.record import Entry, EntryKind, RecordState, SafetyRecord
from bot.web.desk.desk import Desk

_SAID = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})
_STEPS = frozenset({EntryKind.ACKNOWLEDGED, EntryKind.GOING, EntryKind.CHECKED})


@dataclass(frozen=True)
class Breathing:
    """`known` is "yes", "no" or empty; `words` is the whole sentence."""

    known: str
    words: str


def breathing(desk: Desk, entries: Sequence[Entry], names: Mapping[str, str]) -> Breathing:
    """The latest that staff know. A "yes" holds until the person writes again; a "no" until a later "yes"."""
    latest: Entry | None = None
    for entry in entries:
        if entry.kind is EntryKind.BREATHING:
            latest = entry
        elif entry.kind in _SAID and latest is not None and _well(latest):
            latest = None
    if latest is None:
        return Breathing("", desk.wording.say("alert_breathing"))
    known = "yes" if _well(latest) else "no"
    at = desk.wording.clock(latest.at, desk.product.now())
    who = names.get(latest.actor_id, desk.wording.say("who_staff"))
    return Breathing(known, desk.wording.say(f"breathing_{known}", who=who, at=at))


def step_in_words(
    desk: Desk, record: SafetyRecord, entries: Sequence[Entry], names: Mapping[str, str]
) -> str:
    """The last thing that staff did about it, by whom and when; where nobody did, where the record stands."""
    done = [entry for entry in entries if entry.kind in _STEPS]
    if not done or record.is_sounding:
        return desk.wording.record_state(record.state)
    last = done[-1]
    who = names.get(last.actor_id, desk.wording.say("who_staff"))
    at = desk.wording.clock(last.at, desk.product.now())
    return desk.wording.say(f"step_{last.kind.value}", who=who, at=at)


def taken_by(desk: Desk, record: SafetyRecord, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    """Who took it and how long ago, while nobody has recorded a check at the cell; else empty. Who is named
    beside it already, because he or she took the last step too, is named no second time."""
    done = [entry for entry in entries if entry.kind in _STEPS]
    if record.state is not RecordState.ACKNOWLEDGED or record.acknowledged_at is None or not done:
        return ""
    if done[-1].kind is EntryKind.CHECKED:
        return ""
    took = next((entry for entry in done if entry.at == record.acknowledged_at), done[0])
    who = names.get(took.actor_id, desk.wording.say("who_staff"))
    span = desk.product.now() - record.acknowledged_at
    key = "taken" if took.actor_id == done[-1].actor_id else "taken_by"
    key = key if span >= timedelta(minutes=1) else {"taken": "taken_now", "taken_by": "taken_by_now"}[key]
    return desk.wording.say(key, who=who, waited=desk.wording.waited(span))


def is_late_to_check(record: SafetyRecord) -> bool:
    """The time that the prison allows for the check is over: it climbs."""
    return record.state is RecordState.ACKNOWLEDGED and bool(record.climbed_to)


def passed_on(desk: Desk, record: SafetyRecord) -> str:
    if not record.climbed_to or is_at_top(desk, record):
        return ""
    key = "passed_on_unchecked" if is_late_to_check(record) else "passed_on"
    return desk.wording.say(key, role=desk.wording.staff_role(record.climbed_to))


def unanswered(desk: Desk, record: SafetyRecord) -> str:
    """Nobody in the whole chain has answered, or checked: said plainly, for as long as it is so."""
    late = is_late_to_check(record)
    if not is_at_top(desk, record) or not (record.is_sounding or late):
        return ""
    since = record.acknowledged_at if late and record.acknowledged_at else record.noticed_at
    role = desk.wording.staff_role(record.climbed_to)
    waited = desk.wording.waited(desk.product.now() - since)
    return desk.wording.say("unchecked" if late else "unanswered", role=role, waited=waited)


def unanswered_short(desk: Desk, record: SafetyRecord) -> str:
    """The same of one that nobody acknowledged, for where there is one line."""
    if not record.is_sounding or not is_at_top(desk, record):
        return ""
    waited = desk.wording.waited(desk.product.now() - record.noticed_at)
    return desk.wording.say("unanswered_short", waited=waited)


def is_at_top(desk: Desk, record: SafetyRecord) -> bool:
    return bool(record.climbed_to) and desk.product.prison.next_role(record.climbed_to) == record.climbed_to


def _well(entry: Entry) -> bool:
    return entry.body.get("conscious_and_breathing") is True
