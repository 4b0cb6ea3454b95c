"""In-memory stand-ins for tablets, sessions, accounts and the audit, and a hasher that costs nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.people.lock_model import HalfSignIn, Lock, Tries
from bot.people.model import Device, EnrolmentCode, PersonSession, Staff, StaffSession
from tests.support.fakes import FakePeople, FakeSupporters


class FakeDevices:
    def __init__(self) -> None:
        self.rows: dict[str, Device] = {}
        self.codes: dict[str, EnrolmentCode] = {}

    def add_code(self, code: EnrolmentCode) -> None:
        self.codes[code.id] = code

    def find_code(self, prison_id: str, code_hash: str) -> EnrolmentCode | None:
        mine = [c for c in self.codes.values() if (c.prison_id, c.code_hash) == (prison_id, code_hash)]
        return mine[0] if mine else None

    def save_code(self, code: EnrolmentCode) -> None:
        self.codes[code.id] = code

    def add(self, device: Device) -> None:
        self.rows[device.id] = device

    def get(self, device_id: str) -> Device | None:
        return self.rows.get(device_id)

    def find_by_token(self, token_hash: str) -> Device | None:
        found = [device for device in self.rows.values() if device.token_hash == token_hash]
        return found[0] if found else None

    def save(self, device: Device) -> None:
        self.rows[device.id] = device


class FakeSessions:
    def __init__(self) -> None:
        self.rows: dict[str, PersonSession] = {}

    def add(self, session: PersonSession) -> None:
        self.rows[session.id] = session

    def find_by_token(self, token_hash: str) -> PersonSession | None:
        found = [session for session in self.rows.values() if session.token_hash == token_hash]
        return found[0] if found else None

    def save(self, session: PersonSession) -> None:
        self.rows[session.id] = session

    def end_all_of(self, *, person_id: str = "", device_id: str = "", now: datetime) -> None:
        for session in list(self.rows.values()):
            is_meant = session.person_id == person_id if person_id else session.device_id == device_id
            if is_meant and session.ended_at is None:
                self.rows[session.id] = replace(session, ended_at=now)


class FakeStaff:
    def __init__(self) -> None:
        self.rows: dict[str, Staff] = {}
        self.sessions: dict[str, StaffSession] = {}

    def find_by_username(self, prison_id: str, username: str) -> Staff | None:
        found = [s for s in self.rows.values() if (s.prison_id, s.username) == (prison_id, username)]
        return found[0] if found else None

    def get(self, staff_id: str) -> Staff | None:
        return self.rows.get(staff_id)

    def add(self, staff: Staff) -> None:
        self.rows[staff.id] = staff

    def save(self, staff: Staff) -> None:
        self.rows[staff.id] = staff

    def add_session(self, session: StaffSession) -> None:
        self.sessions[session.id] = session

    def find_session(self, token_hash: str) -> StaffSession | None:
        found = [session for session in self.sessions.values() if session.token_hash == token_hash]
        return found[0] if found else None

    def save_session(self, session: StaffSession) -> None:
        self.sessions[session.id] = session

    def list_of(self, prison_id: str) -> list[Staff]:
        return [staff for staff in self.rows.values() if staff.prison_id == prison_id]

    lock_all = list_of

    def sessions_of(self, staff_id: str) -> list[StaffSession]:
        mine = [session for session in self.sessions.values() if session.staff_id == staff_id]
        return [session for session in mine if session.ended_at is None]

    def end_sessions_of(self, staff_id: str, now: datetime, *, but: str = "") -> int:
        ended = [session for session in self.sessions_of(staff_id) if session.id != but]
        self.sessions |= {session.id: replace(session, ended_at=now) for session in ended}
        return len(ended)


class FakeLocks:
    def __init__(self) -> None:
        self.rows: dict[str, Lock] = {}

    def get(self, staff_id: str) -> Lock:
        return self.rows.get(staff_id, Lock(staff_id))

    look = get

    def of_subject(self, issuer: str, subject: str) -> Lock | None:
        found = [lock for lock in self.rows.values() if (lock.issuer, lock.subject) == (issuer, subject)]
        return found[0] if found and subject else None

    def put(self, lock: Lock) -> None:
        self.rows[lock.staff_id] = lock


class FakeHalfSignIns:
    def __init__(self) -> None:
        self.rows: dict[str, HalfSignIn] = {}

    def add(self, half: HalfSignIn) -> None:
        self.rows[half.id] = half

    def find(self, token_hash: str) -> HalfSignIn | None:
        found = [half for half in self.rows.values() if half.token_hash == token_hash]
        return found[0] if found else None

    def save(self, half: HalfSignIn) -> None:
        self.rows[half.id] = half

    def end_all_of(self, staff_id: str, now: datetime) -> None:
        for half in list(self.rows.values()):
            if half.staff_id == staff_id and half.ended_at is None:
                self.rows[half.id] = replace(half, ended_at=now)


class FakeTries:
    def __init__(self) -> None:
        self.rows: dict[str, Tries] = {}

    def get(self, key: str) -> Tries | None:
        return self.rows.get(key)

    look = get

    def put(self, tries: Tries) -> None:
        self.rows[tries.key] = tries


class FakeAudit:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def put(self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime) -> None:
        self.lines.append((staff_id, action, ref))

    @property
    def actions(self) -> list[str]:
        return [action for _, action, _ in self.lines]


class FakeSpells:
    """Times on duty by person: [began, ended or None]."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[datetime | None]]] = {}

    def begin(self, person_id: str, now: datetime) -> None:
        mine = self.rows.setdefault(person_id, [])
        if not mine or mine[-1][1] is not None:
            mine.append([now, None])

    def end(self, person_id: str, now: datetime) -> None:
        mine = self.rows.get(person_id, [])
        if mine and mine[-1][1] is None:
            mine[-1][1] = now


class PlainHasher:
    """Not a hash at all; counts how often it was asked, since equal work is a promise."""

    def __init__(self) -> None:
        self.asked = 0

    def hash(self, secret: str) -> str:
        return f"hash of {secret}"

    def matches(self, hashed: str | None, secret: str) -> bool:
        self.asked += 1
        return hashed == self.hash(secret)


@dataclass
class FakePeopleWork:
    """What the people code uses of a unit of work."""

    persons: FakePeople = field(default_factory=FakePeople)
    devices: FakeDevices = field(default_factory=FakeDevices)
    person_sessions: FakeSessions = field(default_factory=FakeSessions)
    supporters: FakeSupporters = field(default_factory=FakeSupporters)
    staff: FakeStaff = field(default_factory=FakeStaff)
    tries: FakeTries = field(default_factory=FakeTries)
    locks: FakeLocks = field(default_factory=FakeLocks)
    half_sign_ins: FakeHalfSignIns = field(default_factory=FakeHalfSignIns)
    audit: FakeAudit = field(default_factory=FakeAudit)
    spells: FakeSpells = field(default_factory=FakeSpells)
