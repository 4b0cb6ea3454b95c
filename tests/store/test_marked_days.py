"""Marked days in the store: kept, taken off by whose they are, and refused where the rules are broken."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import Person
from bot.safety import aftercare, intake
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from tests.support.builders import NOW, PlainPrison, a_verdict
from tests.support.chain import head, verify, walk

TODAY = date(2026, 11, 23)


def days_of(database: Database, person: Person) -> list[MarkedDay]:
    with database.reading() as work:
        return list(work.marked_days.of_person(person.id))


def mark(database: Database, person: Person, kind: DayKind, day: date, staff_id: str | None = None) -> None:
    by = MarkedBy.STAFF if staff_id else MarkedBy.PERSON
    with database.writing() as work:
        work.people.lock(person.id)
        hard_days.mark(work, person.id, kind, day, by, today=TODAY, now=NOW, staff_id=staff_id)


def test_a_day_comes_back_as_it_was_marked(database: Database, sam: Person) -> None:
    mark(database, sam, DayKind.COURT, TODAY)
    mark(database, sam, DayKind.ARRIVAL, TODAY - timedelta(days=3), "officer")

    arrival, court = days_of(database, sam)

    assert (arrival.kind, arrival.marked_by, arrival.staff_id) == (
        DayKind.ARRIVAL,
        MarkedBy.STAFF,
        "officer",
    )
    assert (court.kind, court.day, court.marked_by, court.marked_at) == (
        DayKind.COURT,
        TODAY,
        MarkedBy.PERSON,
        NOW,
    )


def test_only_the_side_that_marked_a_day_takes_it_off(database: Database, sam: Person) -> None:
    mark(database, sam, DayKind.COURT, TODAY)
    (day,) = days_of(database, sam)

    with database.writing() as work:
        others = [
            work.marked_days.remove("ali", day.id, MarkedBy.PERSON, NOW),
            work.marked_days.remove(sam.id, day.id, MarkedBy.STAFF, NOW),
        ]
        own = work.marked_days.remove(sam.id, day.id, MarkedBy.PERSON, NOW)

    assert (others, own) == ([False, False], True)
    assert days_of(database, sam) == []


@pytest.mark.parametrize(
    "day",
    [
        MarkedDay("1", "sam", DayKind.ARRIVAL, TODAY, MarkedBy.PERSON, NOW),
        MarkedDay("1", "sam", DayKind.COURT, TODAY, MarkedBy.STAFF, NOW),
        MarkedDay("1", "sam", DayKind.COURT, TODAY, MarkedBy.PERSON, NOW, "officer"),
        MarkedDay("1", "nobody", DayKind.COURT, TODAY, MarkedBy.PERSON, NOW),
    ],
)
def test_the_store_refuses_what_the_rules_refuse(database: Database, sam: Person, day: MarkedDay) -> None:
    with pytest.raises(IntegrityError), database.writing() as work:
        work.marked_days.add(day)


def test_questions_answers_and_mistakes_stand_in_the_chain(database: Database, sam: Person) -> None:
    with database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "cant do this no more", "form")
        received = intake.receive(work, arrival, a_verdict(Level.URGENT), prison=PlainPrison(), now=NOW)
        record = work.safety.get(received.message.record_id or "")
        assert record is not None
        question = aftercare.question_for(record)
        aftercare.ask(work, record, work.safety.entries_of(record.id), question, now=NOW)
        aftercare.answer(work, record, sam, question, aftercare.Answer.YES, "ja, bin ich ✓", now=NOW)
        aftercare.deny(work, record, sam, "i didnt mean it", now=NOW)

    with database.reading() as work:
        kinds = [entry.kind.value for entry in work.safety.entries_of(record.id)]
        assert kinds == ["noticed", "asked", "answered", "denied"]
        assert verify(walk(work), head(work)) == 4
        assert work.safety.get(record.id) == record
