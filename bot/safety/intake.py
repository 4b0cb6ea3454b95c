"""A message arrives: stored, screened, and where there is danger recorded and alerted, in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.people.model import SYSTEM, Actor, Person
from bot.queue import service as queue
from bot.queue.model import Kind, Urgency
from bot.safety.message import Direction, Message, clean
from bot.safety.model import Level, Verdict
from bot.safety.ports import Climbing, Judge, SafetyWork
from bot.safety.record import EntryKind, RecordState, SafetyRecord, new_entry
from bot.safety.verdict_words import apart

MOST_BEFORE: Final = 3
TOGETHER_FOR: Final = timedelta(minutes=10)

URGENCY_OF: dict[Level, Urgency] = {
    Level.CONCERN: Urgency.RAISED,
    Level.URGENT: Urgency.URGENT,
    Level.EMERGENCY: Urgency.EMERGENCY,
}


@dataclass(frozen=True)
class Arrival:
    """A message as it came in. `form_key` is the page's own token: the same one again is the same message."""

    person_id: str
    device_id: str
    text: str
    form_key: str


@dataclass(frozen=True)
class Received:
    """What was stored. `repeated` means this very form had been sent before and nothing was done twice."""

    message: Message
    verdict: Verdict
    repeated: bool = False


def receive(
    work: SafetyWork, arrival: Arrival, verdict: Verdict, *, prison: Climbing, now: datetime
) -> Received:
    """Stores the message and everything that follows from its verdict; the caller commits.

    The verdict is judged on the cleaned text before the transaction opens, so that no lock is held while a
    model computes.
    """
    person = work.people.lock(arrival.person_id)
    earlier = work.messages.find_sent(person.id, arrival.form_key)
    if earlier is not None:
        return Received(earlier, verdict, repeated=True)
    message = Message(
        id=uuid.uuid4().hex,
        person_id=person.id,
        device_id=arrival.device_id,
        direction=Direction.FROM_PERSON,
        text=clean(arrival.text),
        at=now,
        form_key=arrival.form_key,
    )
    if verdict.is_danger:
        record = noticed(work, person, message.id, message.text, verdict, prison=prison, now=now)
        message = replace(message, record_id=record.id)
    return Received(work.messages.add(message), verdict)


def judge(screen: Judge, arrival: Arrival, before: Sequence[str] = ()) -> Verdict:
    """The screen's verdict on what will be stored. Raises BadMessage for what cannot be."""
    return screen.judge(clean(arrival.text), before)


def just_before(messages: Sequence[Message], *, now: datetime) -> list[str]:
    """What this person typed in the last minutes, the oldest first: danger is often said in two halves.

    A button's words are ours: asking for a Listener must never stand in a safety record.
    """
    pressed = {button.title for message in messages for button in message.buttons}
    own = [
        message
        for message in messages
        if message.direction is Direction.FROM_PERSON and message.text not in pressed
    ]
    return [message.text for message in own[-MOST_BEFORE:] if now - message.at <= TOGETHER_FOR]


def noticed(
    work: SafetyWork,
    person: Person,
    message_id: str,
    words: str,
    verdict: Verdict,
    *,
    prison: Climbing,
    now: datetime,
    by: Actor = SYSTEM,
    more: Mapping[str, str] | None = None,
) -> SafetyRecord:
    """Danger was seen in these words: the person's open record is strengthened, or a new one opened.

    `by` is the screen, or the member of staff who saw what it missed; `more` stands in the entry beside the
    rest. The person is locked by the caller.
    """
    judged, beside = apart(verdict)
    body = {
        **(more or {}),
        "message_id": message_id,
        "wing": person.place.wing,
        "landing": person.place.landing,
        "cell": person.place.cell,
        "person_id": person.id,
        "verdict": judged,
    }
    climb_at = now + prison.alert_allowance(verdict.level)
    record = work.safety.open_of(person.id)
    if record is None:
        record = SafetyRecord(
            id=uuid.uuid4().hex,
            prison_id=person.prison_id,
            person_id=person.id,
            first_name=person.first_name,
            place=person.place,
            level=verdict.level,
            risks=tuple(risk.value for risk in verdict.risks),
            noticed_at=now,
            latest_at=now,
            climb_at=climb_at,
        )
        work.safety.add_record(record)
        kind = EntryKind.NOTICED
    else:
        record = _strengthened(record, person, verdict, climb_at, now)
        work.safety.save_record(record)
        kind = EntryKind.STRENGTHENED
    work.safety.append(new_entry(record.id, kind, now, by.kind, by.id, body, {"text": words, **beside}))
    facts = {"level": record.level.value, "entry": kind.value}
    work.outbox.put("alert", person.prison_id, record.id, now, facts)
    urgency = URGENCY_OF[record.level]
    queue.ask(work, person, Kind.STAFF, deadlines=prison, now=now, urgency=urgency, record_id=record.id)
    return record


def _strengthened(
    record: SafetyRecord, person: Person, verdict: Verdict, climb_at: datetime, now: datetime
) -> SafetyRecord:
    """A further message in danger makes no twin: it lifts the open record and sounds again."""
    seen = record.state is RecordState.ACKNOWLEDGED and verdict.level <= Level.CONCERN
    if record.state is RecordState.OPEN and record.climb_at is not None:
        # Somebody who goes on writing must not keep the alert from climbing.
        climb_at = min(record.climb_at, climb_at)
    risks = dict.fromkeys((*record.risks, *(risk.value for risk in verdict.risks)))
    return replace(
        record,
        level=max(record.level, verdict.level),
        risks=tuple(risks),
        place=person.place,
        latest_at=now,
        times=record.times + 1,
        state=record.state if seen else RecordState.OPEN,
        climb_at=record.climb_at if seen else climb_at,
        # Sounding anew, it begins anew at the foot of the chain.
        climbed_to=record.climbed_to if seen or record.is_sounding else "",
    )
