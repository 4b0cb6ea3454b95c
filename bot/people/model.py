"""Plain types: a place, a person, a tablet, a supporter, a member of staff, and their sessions."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PeerRole(StrEnum):
    """Prisoners who help others; ids as in content/roles.yml."""

    LISTENER = "listener"
    INSIDER = "insider"
    PID = "pid"
    READING_MENTOR = "reading_mentor"
    BUDDY = "buddy"
    VIOLENCE_REDUCTION_REP = "violence_reduction_rep"
    RECOVERY_CHAMPION = "recovery_champion"
    HEALTH_CHAMPION = "health_champion"
    EQUALITY_REP = "equality_rep"
    VETERANS_REP = "veterans_rep"


class StaffRole(StrEnum):
    WING = "wing"
    ORDERLY = "orderly"
    SAFER_CUSTODY = "safer_custody"
    MANAGER = "manager"
    ADMIN = "admin"
    DATA_PROTECTION = "data_protection"


class ActorKind(StrEnum):
    PERSON = "person"
    SUPPORTER = "supporter"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who did something. `id` is a person's or a staff member's id; empty for the system itself."""

    kind: ActorKind
    id: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)


@dataclass(frozen=True)
class Place:
    """Where somebody is. All three are the prison's own short names, such as A, 2 and A2-14."""

    wing: str
    landing: str
    cell: str


@dataclass(frozen=True)
class Person:
    id: str
    prison_id: str
    number: str
    first_name: str
    place: Place
    pin_hash: str
    language: str = "en"
    welcomed_at: datetime | None = None
    active: bool = True
    # Since when the place is the person's own word, which nobody has checked.
    cell_said_at: datetime | None = None


@dataclass(frozen=True)
class Device:
    """A tablet tied to a cell. Only the hash of its token is kept."""

    id: str
    prison_id: str
    place: Place
    token_hash: str
    enrolled_by: str
    enrolled_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class EnrolmentCode:
    id: str
    prison_id: str
    place: Place
    code_hash: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class PersonSession:
    id: str
    token_hash: str
    person_id: str
    device_id: str
    started_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Supporter:
    """A person who helps others. `wings` empty means every wing of the prison.

    `cleared_until` is the last day on which training and clearance hold; None where staff set no end.
    `languages` are spoken beside English. `meets` are wishes of others that staff say this supporter meets.
    `own_cap` and `own_rest_hours` are the supporter's own choice, never more work than the rules
    of the prison allow. `duty_at` is when duty last changed, by hand or by rota.
    """

    person_id: str
    prison_id: str
    roles: tuple[PeerRole, ...]
    wings: tuple[str, ...] = ()
    load_cap: int = 2
    on_duty: bool = False
    suspended_at: datetime | None = None
    cleared_until: date | None = None
    languages: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    own_cap: int | None = None
    own_rest_hours: int | None = None
    paused_at: datetime | None = None
    duty_at: datetime | None = None
    last_contact_at: datetime | None = None
    rest_until: datetime | None = None

    @property
    def may_help(self) -> bool:
        return self.on_duty and self.suspended_at is None and self.paused_at is None

    def covers(self, wing: str) -> bool:
        return not self.wings or wing in self.wings


@dataclass(frozen=True)
class Staff:
    """`wings` empty means every wing of the prison."""

    id: str
    prison_id: str
    username: str
    name: str
    password_hash: str
    roles: tuple[StaffRole, ...]
    wings: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True)
class StaffSession:
    """`ends_at` is set where it ends before others do; `how` says how somebody signed in."""

    id: str
    token_hash: str
    staff_id: str
    started_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    ends_at: datetime | None = None
    how: str = "password"
