"""What is put into the store comes out as it was, in the order in which pages show it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people import tablets
from bot.people.model import (
    ActorKind,
    Device,
    EnrolmentCode,
    PeerRole,
    Person,
    PersonSession,
    Place,
    StaffRole,
    StaffSession,
)
from bot.queue.model import Change, Event, Kind, Request, State, Urgency
from bot.safety.message import Button, Direction, Message
from bot.safety.model import Level
from bot.safety.record import EntryKind, RecordState, SafetyRecord, new_entry
from bot.store.database import Database
from bot.store.requests import StaleRequest
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import (
    CELL,
    NOW,
    PRISON,
    a_person,
    a_request,
    a_staff_member,
    a_supporter,
)
from tests.support.chain import head, verify, walk
from tests.support.fake_people import PlainHasher

LATER = NOW + timedelta(minutes=1)


def _record(name: str = "record", **changes: object) -> SafetyRecord:
    record = SafetyRecord(name, PRISON, "sam", "Sam", CELL, Level.URGENT, ("suicide",), NOW, NOW)
    return replace(record, **changes)  # type: ignore[arg-type]


def test_people_come_back_as_they_were(database: Database) -> None:
    plain = a_person()
    whole = a_person(
        "ali",
        language="pl",
        welcomed_at=NOW,
        active=False,
        first_name="Żółć 😭",
    )
    with database.writing() as work:
        work.persons.add(plain)
        work.persons.add(whole)

    with database.reading() as work:
        assert work.persons.get("sam") == plain
        assert work.persons.find_by_number(PRISON, whole.number) == whole
        assert work.persons.find_by_number("elsewhere", whole.number) is None
        assert work.persons.list_of(PRISON) == [whole, plain]


def test_tablets_and_sessions_come_back_as_they_were(database: Database, sam: Person) -> None:
    device = Device("d", PRISON, CELL, "hash", "officer", NOW)
    code = EnrolmentCode("c", PRISON, CELL, "hash", "officer", NOW, LATER)
    session = PersonSession("s", "hash", sam.id, "d", NOW, NOW)
    with database.writing() as work:
        work.devices.add(device)
        work.devices.add_code(code)
        work.person_sessions.add(session)

    with database.reading() as work:
        assert work.devices.get("d") == work.devices.find_by_token("hash") == device
        assert work.devices.list_of(PRISON) == [device]
        assert work.devices.find_code(PRISON, "hash") == code
        assert work.person_sessions.find_by_token("hash") == session


def test_all_sessions_of_a_tablet_or_a_person_end_and_no_others(database: Database, sam: Person) -> None:
    with database.writing() as work:
        for name in ("d", "e"):
            work.devices.add(Device(name, PRISON, CELL, f"hash {name}", "officer", NOW))
        for name, person, device in (("1", "sam", "d"), ("2", "ali", "d"), ("3", "ali", "e")):
            work.person_sessions.add(PersonSession(name, name, person, device, NOW, NOW))

        work.person_sessions.end_all_of(device_id="d", now=LATER)
        after_tablet = [_ended(work.person_sessions.find_by_token(name)) for name in "123"]
        work.person_sessions.end_all_of(person_id="ali", now=LATER + timedelta(minutes=1))

        assert after_tablet == [LATER, LATER, None]
        assert _ended(work.person_sessions.find_by_token("2")) == LATER
        assert _ended(work.person_sessions.find_by_token("3")) == LATER + timedelta(minutes=1)


def _ended(session: PersonSession | None) -> object:
    assert session is not None
    return session.ended_at


def test_staff_and_supporters_come_back_as_they_were(database: Database) -> None:
    staff = a_staff_member(roles=(StaffRole.WING, StaffRole.ORDERLY), wings=("A",))
    session = StaffSession("s", "hash", staff.id, NOW, NOW)
    supporter = a_supporter(roles=(PeerRole.LISTENER, PeerRole.BUDDY), wings=("A", "B"), load_cap=5)
    with database.writing() as work:
        work.persons.add(a_person("lee"))
        work.staff.add(staff)
        work.staff.add_session(session)
        work.supporters.put(supporter)
        work.supporters.put(replace(supporter, on_duty=False, suspended_at=NOW))

    with database.reading() as work:
        assert work.staff.get("officer") == work.staff.find_by_username(PRISON, "officer") == staff
        assert work.staff.find_session("hash") == session
        assert work.staff.names(PRISON) == {"officer": "Officer"}
        assert work.supporters.get("lee") == replace(supporter, on_duty=False, suspended_at=NOW)
        assert work.supporters.list_of(PRISON) == [work.supporters.find("lee")]


def test_requests_and_their_history_come_back_as_they_were(database: Database, sam: Person) -> None:
    whole = a_request(
        id="r",
        kind=Kind.STAFF,
        state=State.ACCEPTED,
        urgency=Urgency.EMERGENCY,
        times_asked=3,
        seen_at=NOW,
        supporter_id="lee",
        record_id="record",
        escalated_to="orderly",
        missed_at=NOW,
        came=False,
        came_at=LATER,
    )
    event = Event("r", NOW, Change.ASKED, None, State.WAITING, ActorKind.SYSTEM, "", "no", "phone", "words")
    later = replace(event, at=LATER, change=Change.SEEN, start=State.WAITING)
    with database.writing() as work:
        work.safety.add_record(_record())
        work.requests.add(whole)
        work.requests.add_event(event)
        work.requests.add_event(later)

    with database.reading() as work:
        assert work.requests.get("r") == work.requests.get_for_change("r") == whole
        assert work.requests.open_of("sam", Kind.STAFF, "") == whole
        assert work.requests.events_of("r") == [event, later]
        assert work.requests.count_held_by("lee") == 1


def test_a_change_of_an_old_version_is_refused(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.requests.add(a_request(id="r"))
        work.requests.save(a_request(id="r", version=2))

    with pytest.raises(StaleRequest), database.writing() as work:
        work.requests.save(a_request(id="r", version=2))


def test_the_board_shows_the_most_urgent_first_then_who_waits_longest(
    database: Database, sam: Person
) -> None:
    rows: list[Request] = [
        a_request(id="late", asked_at=LATER),
        a_request(id="early", person_id="ali"),
        a_request(id="urgent", kind=Kind.STAFF, urgency=Urgency.EMERGENCY, asked_at=LATER),
        a_request(id="taken", kind=Kind.SOMEONE, state=State.ACCEPTED, asked_at=LATER + timedelta(minutes=1)),
        a_request(id="over", state=State.DONE),
        a_request(id="other wing", person_id="mo", place=Place("B", "B1", "1"), asked_at=NOW - timedelta(1)),
        a_request(id="other prison", person_id="lee", prison_id="elsewhere"),
    ]
    with database.writing() as work:
        for row in rows:
            work.requests.add(row)

    with database.reading() as work:
        board = [row.id for row in work.requests.open_in(PRISON)]
        one_wing = [row.id for row in work.requests.open_in(PRISON, ["A"])]

    assert board == ["urgent", "other wing", "early", "late", "taken"]
    assert one_wing == ["urgent", "early", "late", "taken"]


def test_a_person_sees_open_requests_first(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.requests.add(a_request(id="done", state=State.DONE, changed_at=LATER))
        work.requests.add(a_request(id="older", state=State.CANCELLED))
        work.requests.add(a_request(id="open"))
        work.requests.add(a_request(id="not mine", person_id="ali"))

    with database.reading() as work:
        assert [row.id for row in work.requests.of_person("sam")] == ["open", "done", "older"]


def test_records_and_entries_come_back_as_they_were(database: Database, sam: Person) -> None:
    record = _record(state=RecordState.OPEN, climb_at=LATER, climbed_to="orderly", risks=("fire", "medical"))
    body = {"words": "żółć \u0000 😭", "n": 1, "none": None, "list": [True, {"b": 1, "a": 2}]}
    with database.writing() as work:
        work.safety.add_record(record)
        first = work.safety.append(new_entry("record", EntryKind.NOTICED, NOW, ActorKind.SYSTEM, "", body))
        second = work.safety.append(new_entry("record", EntryKind.CLIMBED, LATER, ActorKind.SYSTEM, "", {}))

    with database.reading() as work:
        assert work.safety.get("record") == work.safety.open_of("sam") == record
        assert work.safety.entries_of("record") == [first, second]
        assert second.previous == first.hash
        assert verify(walk(work), head(work)) == 2


def test_alerts_are_the_gravest_first_and_the_checked_are_gone(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.safety.add_record(_record("concern", level=Level.CONCERN, noticed_at=NOW - timedelta(hours=1)))
        work.safety.add_record(_record("emergency", level=Level.EMERGENCY, noticed_at=LATER))
        work.safety.add_record(_record("urgent"))
        work.safety.add_record(_record("seen", noticed_at=LATER, state=RecordState.ACKNOWLEDGED))
        work.safety.add_record(_record("checked", state=RecordState.CHECKED))
        work.safety.add_record(_record("other wing", place=Place("B", "B1", "1"), noticed_at=LATER))

    with database.reading() as work:
        alerts = [record.id for record in work.safety.alerts_in(PRISON, ["A"])]
        listed = [record.id for record in work.safety.list_of(PRISON, RecordState.CHECKED)]

    assert alerts == ["emergency", "urgent", "seen", "concern"]
    assert listed == ["checked"]


def test_what_is_late_climbs_until_somebody_has_checked(database: Database, sam: Person) -> None:
    with database.writing() as work:
        work.safety.add_record(_record("late", climb_at=NOW))
        work.safety.add_record(_record("not yet", climb_at=LATER))
        work.safety.add_record(_record("taken", climb_at=NOW, state=RecordState.ACKNOWLEDGED))
        work.safety.add_record(_record("taken just now", climb_at=LATER, state=RecordState.ACKNOWLEDGED))
        work.safety.add_record(_record("of an older version", state=RecordState.ACKNOWLEDGED))
        work.safety.add_record(_record("checked", climb_at=NOW, state=RecordState.CHECKED))
        work.safety.add_record(_record("never"))

    with database.reading() as work:
        due = {record.id for record in work.safety.due_to_climb(PRISON, NOW, 10)}
    assert due == {"late", "taken", "of an older version"}


def test_a_conversation_keeps_its_order(database: Database, sam: Person) -> None:
    buttons = (Button("Yes", "/affirm"), Button("Ⓝo", "/deny"))
    messages = [
        Message(str(n), "sam", "d", Direction.FROM_PERSON, f"text {n}", NOW, f"key {n}") for n in range(5)
    ]
    messages[1:] = [replace(message, reply_to="0") for message in messages[1:]]
    messages[1] = replace(messages[1], buttons=buttons, direction=Direction.TO_PERSON, tone="danger")
    with database.writing() as work:
        stored = [work.messages.add(message) for message in messages]

    with database.reading() as work:
        assert [replace(message, seq=0) for message in stored] == messages
        assert work.messages.latest("sam") == stored
        assert work.messages.latest("sam", limit=2) == stored[-2:]
        assert work.messages.latest("sam", after=stored[2].seq) == stored[3:]
        assert work.messages.find_sent("sam", "key 1") == stored[1]
        assert work.messages.find_sent("ali", "key 1") is None
        assert work.messages.latest("ali") == []


def test_a_block_that_fails_keeps_nothing(database: Database) -> None:
    def add_and_break(work: UnitOfWork) -> None:
        work.persons.add(a_person())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.writing() as work:
        add_and_break(work)

    with database.reading() as work:
        assert work.persons.get("sam") is None


def test_a_reading_block_keeps_nothing(database: Database) -> None:
    with database.reading() as work:
        work.persons.add(a_person())

    with database.reading() as work:
        assert work.persons.get("sam") is None


def test_a_row_that_is_not_there_is_an_error_and_not_a_new_row(database: Database) -> None:
    with pytest.raises(LookupError), database.writing() as work:
        work.persons.save(a_person())
    with pytest.raises(LookupError), database.reading() as work:
        work.persons.lock("nobody")


def test_old_codes_are_forgotten(database: Database) -> None:
    with database.writing() as work:
        code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
        kept = work.devices.forget_codes(NOW)
        gone = work.devices.forget_codes(NOW + timedelta(days=1))

    assert (kept, gone) == (0, 1)
    with pytest.raises(tablets.UnknownCode), database.writing() as work:
        tablets.enrol(work, PRISON, code, now=NOW)


def test_a_sign_in_that_failed_is_counted_for_good(database: Database, sam: Person) -> None:
    hasher = PlainHasher()
    with database.writing() as work:
        code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
        device = tablets.enrol(work, PRISON, code, now=NOW).device
    for _ in range(3):
        with database.writing() as work:
            tablets.sign_in(work, device, sam.number, "0", hasher, now=NOW)

    with database.reading() as work:
        tries = work.tries.look(tablets.gate_of(PRISON, sam.number).account)

    assert tries is not None
    assert tries.failed == 3
