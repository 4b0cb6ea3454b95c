"""One prison: its wings, its day, its promises to itself, its services, and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.directory.hours import Calendar
from bot.directory.model import PartOfUk, Service, Spans
from bot.notices.routes import Route
from bot.people.model import PeerRole, Place, StaffRole
from bot.queue.model import Kind, Urgency
from bot.safety.model import Level


class TimeOfDay(StrEnum):
    UNLOCKED = "unlocked"
    EVENING = "evening"
    NIGHT = "night"


# All other hours are night.
OPEN = (TimeOfDay.UNLOCKED, TimeOfDay.EVENING)


@dataclass(frozen=True)
class Prison:
    """What content/prisons/<id>.yml says, read and checked. `languages` are those of the tablets here,
    `language_names` all that somebody at a service may speak."""

    id: str
    name: str
    kind: str
    owner: str
    reviewed: date
    review_by: date
    zone: ZoneInfo
    bank_holidays: PartOfUk
    wings: Mapping[str, tuple[str, ...]]
    day: Mapping[str, Mapping[TimeOfDay, Spans]]
    waits: Mapping[Kind, Mapping[TimeOfDay, timedelta]]
    urgent_waits: Mapping[Urgency, timedelta]
    alerts: Mapping[Level, timedelta]
    chain: tuple[StaffRole, ...]
    peer_roles: tuple[PeerRole, ...]
    could_not_reasons: tuple[str, ...]
    languages: tuple[str, ...]
    language_names: Mapping[str, str]
    local: Mapping[str, str]
    services: Mapping[str, Service]
    notices: Mapping[str, Route] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.zone, self.bank_holidays)

    def time_of_day(self, now: datetime) -> TimeOfDay:
        """A bank holiday goes like a weekend."""
        local = now.astimezone(self.zone)
        slow = local.weekday() >= 5 or self.calendar.is_bank_holiday(local.date())
        plan = self.day["weekend" if slow else "weekday"]
        for part in OPEN:
            if any(start <= local.time() < end for start, end in plan[part]):
                return part
        return TimeOfDay.NIGHT

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta:
        """How long a request of this kind may wait; a more urgent one never longer than a plain one."""
        plain = self.waits[kind][self.time_of_day(now)]
        return min(plain, self.urgent_waits.get(urgency, plain))

    def alert_allowance(self, level: Level) -> timedelta:
        return self.alerts[level]

    def next_role(self, current: str) -> str:
        names = [role.value for role in self.chain]
        if current not in names:
            return names[min(1, len(names) - 1)]
        return names[min(names.index(current) + 1, len(names) - 1)]

    def place(self, wing: str, landing: str, cell: str) -> Place:
        """A place in this prison. Raises ValueError for a wing or landing that it does not have."""
        cell = cell.strip().upper()
        if landing not in self.wings.get(wing, ()) or not cell or len(cell) > 16:
            raise ValueError("unknown place")
        return Place(wing, landing, cell)

    def services_for(self, topic: str) -> tuple[Service, ...]:
        """Those whose own topic it is come first; else as in the file."""
        found = [service for service in self.services.values() if topic in service.topics]
        return tuple(sorted(found, key=lambda service: service.topics.index(topic)))
