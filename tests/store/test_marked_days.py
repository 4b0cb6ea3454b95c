"""Marked days in the store: kept, taken off by whose they are, and refused where the rules are broken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from bot.people import hard_days, hold
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import Person
from bot.safety import aftercare, intake
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, PlainPrison, a_staff_member, a_verdict
from tests.support.chain import head, verify, walk

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/London")


def days_of(database: Database, person: Person, now: datetime = NOW) -> list[MarkedDay]:
    """As a page shows them at this time."""
    with database.reading() as work:
        return list(work.marked_days.of_person(person.id, now.astimezone(ZONE).date(), ZONE))


def mark(
    database: Database,
    person: Person,
    kind: DayKind,
    day: date,
    staff_id: str | None = None,
    now: datetime = NOW,
) -> None:
    by, today = MarkedBy.STAFF if staff_id else MarkedBy.PERSON, now.astimezone(ZONE).date()
    with database.writing() as work:
        work.people.lock(person.id)
        hard_days.mark(work, person.id, kind, day, by, today=today, now=now, staff_id=staff_id)


def place_hold(database: Database, person: Person) -> str:
    with database.writing() as work:
        work.staff.add(replace(a_staff_member(), id="other", username="other"))
        return hold.place(work, PRISON, person.number, "An inquest", "officer", now=NOW).id


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


def test_a_mark_made_while_the_clock_was_ahead_hides_no_day_that_comes(
    database: Database, sam: Person
) -> None:
    ahead = NOW + timedelta(days=60)
    mark(database, sam, DayKind.OTHER, ahead.date(), now=ahead)
    court = TODAY + timedelta(days=12)

    mark(database, sam, DayKind.COURT, court)

    assert [(day.kind, day.day) for day in days_of(database, sam)] == [
        (DayKind.COURT, court),
        (DayKind.OTHER, ahead.date()),
    ]
    on_the_day = days_of(database, sam, NOW + timedelta(days=12))
    assert hard_days.offers_help(on_the_day, date(2020, 1, 1), court)


def test_a_day_is_marked_again_without_an_error_whatever_the_clock_was(
    database: Database, sam: Person
) -> None:
    ahead = NOW + timedelta(days=60)
    mark(database, sam, DayKind.OTHER, ahead.date(), now=ahead)

    for _ in range(2):
        mark(database, sam, DayKind.COURT, TODAY + timedelta(days=12))

    assert [day.kind for day in days_of(database, sam)] == [DayKind.COURT, DayKind.OTHER]


def test_a_day_that_is_over_and_held_is_marked_again_without_an_error(
    database: Database, sam: Person
) -> None:
    place_hold(database, sam)
    mark(database, sam, DayKind.COURT, TODAY)

    with database.writing() as work:
        later = NOW + timedelta(days=3)
        by = MarkedBy.PERSON
        hard_days.mark(work, sam.id, DayKind.COURT, TODAY, by, today=later.date(), now=later)

    assert [day.day for day in days_of(database, sam)] == [TODAY]


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
@pytest.mark.parametrize("marked_at", ["22:30", "23:30", "00:30"])
def test_the_day_ends_by_the_clock_of_the_prison_hold_or_none(
    database: Database, sam: Person, held: bool, marked_at: str
) -> None:
    """In British Summer Time, where midnight is an hour before that of UTC."""
    if held:
        place_hold(database, sam)
    first = datetime(2027, 6, 1, 10, 0, tzinfo=UTC)
    mark(database, sam, DayKind.OTHER, date(2027, 6, 1), now=first)
    hour, minute = map(int, marked_at.split(":"))
    now = datetime(2027, 6, 1 if hour else 2, hour, minute, tzinfo=UTC)

    mark(database, sam, DayKind.COURT, date(2027, 6, 9), now=now)

    over = marked_at != "22:30"
    found = [day.kind for day in days_of(database, sam, now)]
    assert found == ([DayKind.COURT] if over else [DayKind.OTHER, DayKind.COURT])


def test_what_no_page_shows_goes_when_no_hold_keeps_it_and_what_one_shows_stays(
    database: Database, sam: Person
) -> None:
    hold_id = place_hold(database, sam)
    birthday, later = TODAY - timedelta(days=1), NOW + timedelta(days=3)
    mark(database, sam, DayKind.BIRTHDAY, birthday)
    mark(database, sam, DayKind.COURT, TODAY)
    mark(database, sam, DayKind.OTHER, later.date(), now=later)
    at_last = later + timedelta(days=2)

    def drop(prison_id: str) -> int:
        with database.writing() as work:
            return work.marked_days.drop_hidden(prison_id, at_last.date(), ZONE)

    held = drop(PRISON)
    with database.writing() as work:
        hold.lift(work, hold_id, "Over", "other", prison_id=PRISON, now=at_last)
    gone = (drop("elsewhere"), drop(PRISON), drop(PRISON))

    assert (held, gone) == (0, (0, 1, 0))
    with database.reading() as work:
        left = [day.day for day in work.marked_days.all_of(sam.id)]
    # That day has passed too, but nothing was marked since: it stands on its list, to be taken off.
    assert left == [birthday, later.date()]
    assert [day.day for day in days_of(database, sam, at_last)] == left


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
