"""What the people code needs from the store and from password hashing, as protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.people.lock_model import Emergency, HalfSignIn, Lock
from bot.people.model import (
    Device,
    EnrolmentCode,
    Person,
    PersonSession,
    Staff,
    StaffSession,
    Supporter,
)
from bot.people.throttle import TriesStore


class Persons(Protocol):
    def find_by_number(self, prison_id: str, number: str) -> Person | None:
        """The person with this prison number, locked until the transaction ends."""

    def get(self, person_id: str) -> Person | None: ...

    def add(self, person: Person) -> None: ...

    def save(self, person: Person) -> None: ...


class Devices(Protocol):
    def add_code(self, code: EnrolmentCode) -> None: ...

    def find_code(self, prison_id: str, code_hash: str) -> EnrolmentCode | None:
        """The enrolment code, locked, so that two tablets cannot use it."""

    def save_code(self, code: EnrolmentCode) -> None: ...

    def add(self, device: Device) -> None: ...

    def get(self, device_id: str) -> Device | None: ...

    def find_by_token(self, token_hash: str) -> Device | None: ...

    def save(self, device: Device) -> None: ...


class PersonSessions(Protocol):
    def add(self, session: PersonSession) -> None: ...

    def find_by_token(self, token_hash: str) -> PersonSession | None: ...

    def save(self, session: PersonSession) -> None: ...

    def end_all_of(self, *, person_id: str = "", device_id: str = "", now: datetime) -> None: ...


class SupportersStore(Protocol):
    def get(self, person_id: str) -> Supporter | None: ...

    def put(self, supporter: Supporter) -> None: ...


class StaffStore(Protocol):
    def find_by_username(self, prison_id: str, username: str) -> Staff | None: ...

    def get(self, staff_id: str) -> Staff | None: ...

    def add(self, staff: Staff) -> None: ...

    def save(self, staff: Staff) -> None: ...

    def add_session(self, session: StaffSession) -> None: ...

    def find_session(self, token_hash: str) -> StaffSession | None: ...

    def save_session(self, session: StaffSession) -> None: ...

    def list_of(self, prison_id: str) -> Sequence[Staff]: ...

    def lock_all(self, prison_id: str) -> Sequence[Staff]:
        """Every account of the prison, locked until the transaction ends."""

    def sessions_of(self, staff_id: str) -> Sequence[StaffSession]: ...

    def end_sessions_of(self, staff_id: str, now: datetime, *, but: str = "") -> int: ...


class LocksStore(Protocol):
    def get(self, staff_id: str) -> Lock:
        """Locked until the transaction ends."""

    def look(self, staff_id: str) -> Lock: ...

    def of_subject(self, issuer: str, subject: str) -> Lock | None: ...

    def put(self, lock: Lock) -> None: ...


class HalfSignIns(Protocol):
    def add(self, half: HalfSignIn) -> None: ...

    def find(self, token_hash: str) -> HalfSignIn | None: ...

    def save(self, half: HalfSignIn) -> None: ...

    def end_all_of(self, staff_id: str, now: datetime) -> None: ...


class Emergencies(Protocol):
    def add(self, emergency: Emergency) -> None: ...

    def get(self, emergency_id: str) -> Emergency | None: ...

    def save(self, emergency: Emergency) -> None: ...

    def of_staff(self, staff_id: str, now: datetime) -> Sequence[Emergency]: ...


class Audit(Protocol):
    def put(self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime) -> None: ...


class PeopleWork(Protocol):
    """The part of a unit of work that the people code uses."""

    @property
    def persons(self) -> Persons: ...

    @property
    def devices(self) -> Devices: ...

    @property
    def person_sessions(self) -> PersonSessions: ...

    @property
    def supporters(self) -> SupportersStore: ...

    @property
    def staff(self) -> StaffStore: ...

    @property
    def tries(self) -> TriesStore: ...

    @property
    def locks(self) -> LocksStore: ...

    @property
    def half_sign_ins(self) -> HalfSignIns: ...

    @property
    def audit(self) -> Audit: ...


class Hasher(Protocol):
    """Slow hashing for PINs and passwords."""

    def hash(self, secret: str) -> str: ...

    def matches(self, hashed: str | None, secret: str) -> bool:
        """With None the same work is done in vain, so that the time taken does not tell who exists."""
