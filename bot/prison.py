"""One prison: its wings, its day, its promises to itself, its services, and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.directory.hours import Calendar, Standing, standing
from bot.directory.model import Hours, PartOfUk, Service, Spans
from bot.notices.routes import Route
from bot.people.model import PeerRole, Place, StaffRole
from bot.people.rights import Right, rights_of
from bot.queue.model import Kind, Urgency
from bot.queue.rules import PLAIN_RULES, HelpRules
from bot.retention import PLAIN, Retention
from bot.safety.model import Level
from bot.safety.reviewing import PLAIN_REVIEWS, ReviewRules


class TimeOfDay(StrEnum):
    UNLOCKED = "unlocked"
    EVENING = "evening"
    NIGHT = "night"


# All other hours are night.
OPEN = (TimeOfDay.UNLOCKED, TimeOfDay.EVENING)
# How long after an alert was acknowledged somebody should have checked, where the file does not say.
CHECKS: Mapping[Level, timedelta] = {
    Level.EMERGENCY: timedelta(minutes=10),
    Level.URGENT: timedelta(hours=1),
    Level.CONCERN: timedelta(hours=8),
}
_DAY_AND_NIGHT = (Hours(always=True),)


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
    checks: Mapping[Level, timedelta] = field(default_factory=lambda: dict(CHECKS))
    notices: Mapping[str, Route] = field(default_factory=dict)
    peer_hours: Mapping[PeerRole, Hours] = field(default_factory=dict)
    help: HelpRules = PLAIN_RULES
    retention: Retention = PLAIN
    reviews: ReviewRules = PLAIN_REVIEWS

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.zone, self.bank_holidays)

    def today(self, now: datetime) -> date:
        return self.calendar.today(now)

    def time_of_day(self, now: datetime) -> TimeOfDay:
        """A bank holiday goes like a weekend."""
        local = now.astimezone(self.zone)
        slow = local.weekday() >= 5 or self.calendar.is_bank_holiday(local.date())
        plan = self.day["weekend" if slow else "weekday"]
        for part in OPEN:
            if any(start <= local.time() < end for start, end in plan[part]):
                return part
        return TimeOfDay.NIGHT

    def offers(self, role: PeerRole, now: datetime) -> bool:
        """Whether people may ask for this peer role at this moment."""
        return any(each.is_open for each in self._standings(role, now))

    def may_ask(self, kind: Kind, role: str, now: datetime) -> bool:
        """The same for a request. Of a peer without a role any will do, and staff or somebody to talk to may
        always be asked for."""
        match kind:
            case Kind.LISTENER:
                return self.offers(PeerRole.LISTENER, now)
            case Kind.PEER:
                others = (each for each in self.peer_roles if each is not PeerRole.LISTENER)
                return any(self.offers(each, now) for each in others if role in ("", each))
            case Kind.STAFF | Kind.SOMEONE:
                return True

    def offers_from(self, role: PeerRole, now: datetime) -> datetime | None:
        """When the role may be asked for next; None where the prison lacks it, or no hour is in sight."""
        return min((each.opens for each in self._standings(role, now) if each.opens), default=None)

    def _standings(self, role: PeerRole, now: datetime) -> list[Standing]:
        hours = self._hours_of(role) if role in self.peer_roles else ()
        return [standing(each, self.calendar, now) for each in hours]

    def _hours_of(self, role: PeerRole) -> tuple[Hours, ...]:
        """Those that the file gives the role. Without any a Listener has the hours of the service that says
        "you can ask here", and every other role day and night: what they do can wait until morning."""
        if role in self.peer_hours:
            return (self.peer_hours[role],)
        if role is not PeerRole.LISTENER:
            return _DAY_AND_NIGHT
        at = [s.hours for s in self.services.values() if any(reach.ask == role for reach in s.reach)]
        known = tuple(hours for hours in at if hours is not None)
        return known if known and len(known) == len(at) else _DAY_AND_NIGHT

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta:
        """How long a request of this kind may wait; a more urgent one never longer than a plain one."""
        plain = self.waits[kind][self.time_of_day(now)]
        return min(plain, self.urgent_waits.get(urgency, plain))

    def alert_allowance(self, level: Level) -> timedelta:
        return self.alerts[level]

    def check_allowance(self, level: Level) -> timedelta:
        return self.checks[level]

    def next_role(self, current: str) -> str:
        names = [role.value for role in self.chain]
        if current not in names:
            return names[min(1, len(names) - 1)]
        return names[min(names.index(current) + 1, len(names) - 1)]

    def next_reviewer(self, current: str) -> str:
        """Who has a review that nobody did in time. It lies first with the first of the chain who may review;
        a chain without any has safer custody and the duty manager."""
        may = [role for role in self.chain if Right.REVIEW_SAFETY_LOG in rights_of([role])]
        names = [role.value for role in may or (StaffRole.SAFER_CUSTODY, StaffRole.MANAGER)]
        at = names.index(current) if current in names else 0
        return names[min(at + 1, len(names) - 1)]

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
