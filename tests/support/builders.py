"""People, requests and verdicts for tests, each complete and different only where the test says so."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.people.model import Actor, ActorKind, PeerRole, Person, Place, Staff, StaffRole, Supporter
from bot.queue.candidate import Candidate
from bot.queue.matching import Moment
from bot.queue.model import Kind, Request, State, Urgency
from bot.queue.rules import PLAIN_RULES, HelpRules
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.safety.reviewing import ReviewRules
from bot.store.sealed import Sealer

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PRISON = "oakmoor"
SEALER = Sealer.of("s" * 32)
CELL = Place("A", "A2", "A2-14")
STAFF = Actor(ActorKind.STAFF, "officer")


def a_person(name: str = "sam", **changes: Any) -> Person:
    fields: dict[str, Any] = {
        "id": name,
        "prison_id": PRISON,
        "number": f"{name.upper()}1",
        "first_name": name.title(),
        "place": CELL,
        "pin_hash": "hash of 2468",
    }
    return Person(**fields | changes)


def a_supporter(name: str = "lee", **changes: Any) -> Supporter:
    fields: dict[str, Any] = {
        "person_id": name,
        "prison_id": PRISON,
        "roles": (PeerRole.LISTENER,),
        "on_duty": True,
    }
    return Supporter(**fields | changes)


def a_candidate(name: str = "lee", *, place: Place = CELL, held: int = 0, **changes: Any) -> Candidate:
    return Candidate(a_supporter(name, **changes), place, held)


def a_moment(now: datetime = NOW, hour: str = "unlocked", **rules: Any) -> Moment:
    return Moment(now, now.date(), hour, HelpRules(**rules))


def a_staff_member(name: str = "officer", **changes: Any) -> Staff:
    fields: dict[str, Any] = {
        "id": name,
        "prison_id": PRISON,
        "username": name,
        "name": name.title(),
        "password_hash": "hash of a password",
        "roles": (StaffRole.WING,),
    }
    return Staff(**fields | changes)


def a_request(**changes: Any) -> Request:
    fields: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "reference": "L-23456",
        "prison_id": PRISON,
        "person_id": "sam",
        "first_name": "Sam",
        "place": CELL,
        "kind": Kind.LISTENER,
        "role": "",
        "state": State.WAITING,
        "urgency": Urgency.NORMAL,
        "asked_at": NOW,
        "due_at": NOW + timedelta(hours=1),
        "changed_at": NOW,
    }
    return Request(**fields | changes)


def a_verdict(level: Level = Level.EMERGENCY, *risks: Risk) -> Verdict:
    found = () if level is Level.NONE else risks or (Risk.SUICIDE,)
    reasons = tuple(Reason(risk, level, "says so", "phrase:test") for risk in found)
    return Verdict(level, found, reasons, "en", "test")


def person_actor(name: str = "sam") -> Actor:
    return Actor(ActorKind.PERSON, name)


def supporter_actor(name: str = "lee") -> Actor:
    return Actor(ActorKind.SUPPORTER, name)


@dataclass(frozen=True)
class PlainPrison:
    """Deadlines that a test can work out in its head."""

    id: str = PRISON

    waits: dict[Urgency, timedelta] = field(
        default_factory=lambda: {
            Urgency.NORMAL: timedelta(minutes=60),
            Urgency.RAISED: timedelta(minutes=30),
            Urgency.URGENT: timedelta(minutes=10),
            Urgency.EMERGENCY: timedelta(minutes=2),
        }
    )
    alerts: dict[Level, timedelta] = field(
        default_factory=lambda: {
            Level.CONCERN: timedelta(minutes=60),
            Level.URGENT: timedelta(minutes=5),
            Level.EMERGENCY: timedelta(minutes=1),
        }
    )
    checks: dict[Level, timedelta] = field(
        default_factory=lambda: {
            Level.CONCERN: timedelta(minutes=480),
            Level.URGENT: timedelta(minutes=60),
            Level.EMERGENCY: timedelta(minutes=10),
        }
    )
    chain: tuple[str, ...] = ("wing", "orderly", "manager")
    lacks: frozenset[str] = frozenset()
    help: HelpRules = PLAIN_RULES
    hour: str = "unlocked"

    def today(self, now: datetime) -> date:
        return now.date()

    def time_of_day(self, now: datetime) -> str:
        return self.hour

    def may_ask(self, kind: Kind, role: str, now: datetime) -> bool:
        return (role or kind.value) not in self.lacks

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta:
        return self.waits[urgency]

    def alert_allowance(self, level: Level) -> timedelta:
        return self.alerts[level]

    def check_allowance(self, level: Level) -> timedelta:
        return self.checks[level]

    reviews: ReviewRules = field(default_factory=lambda: ReviewRules(second_look_percent=0))

    def next_reviewer(self, current: str) -> str:
        return "manager"

    def next_role(self, current: str) -> str:
        place = self.chain.index(current) if current else 0
        return self.chain[min(place + 1, len(self.chain) - 1)]


def a_delivery(channel: str = "webhook", **changes: Any) -> dict[str, Any]:
    """What a worker writes down for one notice and one channel."""
    fields: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "notice_seq": 1,
        "prison_id": PRISON,
        "channel": channel,
        "topic": "alert",
        "ref": "record",
        "facts": {"level": "emergency", "entry": "noticed"},
        "level": "emergency",
        "role": "wing",
        "happened_at": NOW,
        "next_at": NOW,
    }
    return fields | changes
