"""What the hand-over sheet asks of the store, on both databases."""

from datetime import date, timedelta

import pytest

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.model import Person
from bot.queue import service
from bot.queue.model import ABOUT_OFFERS, Change, Kind
from bot.queue.words import Words
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison

HOUR = timedelta(hours=1)
TODAY = NOW.date()


def _could_not(database: Database, kind: Kind, at_hours: int) -> str:
    at = NOW + at_hours * HOUR
    with database.writing() as work:
        person = work.persons.lock("sam")
        request = service.ask(work, person, kind, deadlines=PlainPrison(), now=at)
        words = Words("other", "The phone", "the gate was broken")
        service.move(work, request.id, Change.COULD_NOT, STAFF, now=at, words=words)
    return request.reference


def test_what_could_not_be_done_is_found_by_its_time_and_its_wing(database: Database, sam: Person) -> None:
    _could_not(database, Kind.STAFF, -9)
    inside = _could_not(database, Kind.LISTENER, 0)
    _could_not(database, Kind.SOMEONE, 9)

    with database.reading() as work:
        found = work.handover.could_not(PRISON, (), NOW - HOUR, NOW + HOUR, 10)
        other_wing = work.handover.could_not(PRISON, ("B",), NOW - HOUR, NOW + HOUR, 10)
        elsewhere = work.handover.could_not("elsewhere", (), NOW - HOUR, NOW + HOUR, 10)

    assert [(row.reference, row.kind, row.reason, row.offered, row.note) for row in found] == [
        (inside, "listener", "other", "The phone", "the gate was broken")
    ]
    assert (other_wing, elsewhere) == ([], [])


def test_one_that_was_opened_again_since_is_still_named(database: Database, sam: Person) -> None:
    reference = _could_not(database, Kind.LISTENER, 0)
    with database.writing() as work:
        person = work.persons.lock(sam.id)
        service.ask(work, person, Kind.LISTENER, deadlines=PlainPrison(), now=NOW + 2 * HOUR)

    with database.reading() as work:
        found = work.handover.could_not(PRISON, (), NOW - HOUR, NOW + HOUR, 10)

    assert [row.reference for row in found] == [reference]


def test_each_thing_that_happened_in_the_time_is_counted(database: Database, sam: Person) -> None:
    _could_not(database, Kind.STAFF, -9)
    _could_not(database, Kind.LISTENER, 0)

    with database.reading() as work:
        counts = work.handover.count_changes(PRISON, (), NOW - HOUR, NOW + HOUR)

    others = {change: count for change, count in counts.items() if change not in ABOUT_OFFERS}
    assert others == {Change.ASKED: 1, Change.COULD_NOT: 1}


@pytest.mark.parametrize(
    ("kind", "day", "found"),
    [
        (DayKind.COURT, TODAY, True),
        (DayKind.COURT, TODAY + timedelta(days=1), True),
        (DayKind.COURT, TODAY + timedelta(days=2), False),
        (DayKind.BIRTHDAY, date(TODAY.year + 1, TODAY.month, TODAY.day), True),
        (DayKind.ANNIVERSARY, TODAY + timedelta(days=40), False),
        (DayKind.ARRIVAL, TODAY, False),
    ],
)
def test_days_that_staff_marked_are_found_when_they_are_near(
    database: Database, sam: Person, kind: DayKind, day: date, found: bool
) -> None:
    days = (TODAY, TODAY + timedelta(days=1))
    with database.writing() as work:
        hard_days.mark(work, sam.id, kind, day, MarkedBy.STAFF, today=TODAY, now=NOW, staff_id="officer")

    with database.reading() as work:
        near = work.handover.hard_days(PRISON, (), days)
        other_wing = work.handover.hard_days(PRISON, ("B",), days)

    assert [(each.first_name, each.place.cell) for each in near] == [("Sam", "A2-14")] * found
    assert other_wing == []


def test_what_a_person_marked_is_the_persons_own(database: Database, sam: Person) -> None:
    with database.writing() as work:
        hard_days.mark(work, sam.id, DayKind.OTHER, TODAY, MarkedBy.PERSON, today=TODAY, now=NOW)

    with database.reading() as work:
        assert work.handover.hard_days(PRISON, (), (TODAY,)) == []
