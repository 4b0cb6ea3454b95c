"""Hard days and the first month: marked on the tablet or at the desk, and help offered again, lightly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import Person
from tests.support.builders import NOW
from tests.support.tablet_app import DANGER, Browser, World, opened

OFFERS = ("How are things today?", "How is today?", "What would help today?")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def sam(world: World) -> Person:
    """Sam, who has been here for years."""
    sam = world.add("sam")
    changed = replace(sam, welcomed_at=NOW - timedelta(days=900))
    with world.product.database.writing() as work:
        work.persons.save(changed)
    return changed


def days_of(world: World, person: Person) -> list[MarkedDay]:
    return world.read(lambda work: list(work.marked_days.all_of(person.id)))


def mark_today(world: World, person: Person, kind: DayKind = DayKind.COURT) -> None:
    today = world.time[0].date()
    with world.product.database.writing() as work:
        by = MarkedBy.PERSON
        hard_days.mark(work, person.id, kind, today, by, today=today, now=world.time[0])


def offered(world: World, person: Person) -> list[str]:
    return [message.text for message in world.messages(person) if message.tone == "offer"]


def again(world: World, browser: Browser, person: Person) -> None:
    """Signs out and in again on the same tablet."""
    browser.submit("/sign-out", page="/chat")
    assert browser.submit("/sign-in", number=person.number, pin="2468").status_code == 303


# -- marking


def test_a_day_is_marked_shown_and_taken_off(world: World, sam: Person) -> None:
    browser = world.signed_in(sam)

    marked = browser.submit("/days", kind="birthday", day="3", month="5")
    page = browser.get("/days").text
    (day,) = days_of(world, sam)
    browser.submit(f"/days/{day.id}/remove", page="/days")

    assert marked.headers["location"] == "/days?said=marked"
    assert "3 May · Every year" in page
    assert (day.kind, day.day.isoformat(), day.marked_by) == (DayKind.BIRTHDAY, "2027-05-03", MarkedBy.PERSON)
    assert days_of(world, sam) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "birthday"},
        {"kind": "birthday", "day": "31", "month": "2"},
        {"kind": "arrival", "day": "1", "month": "2"},
        {"kind": "x\x00", "day": "1", "month": "2"},
        {"kind": "court", "day": "٣", "month": "2"},
        {"kind": "court", "day": "-1", "month": "9" * 50},
    ],
)
def test_what_is_no_day_is_refused_in_plain_words(world: World, sam: Person, fields: dict[str, str]) -> None:
    browser = world.signed_in(sam)

    answer = browser.submit("/days", **fields)

    assert answer.headers["location"] == "/days?said=wrong"
    assert "There is no such day." in browser.get("/days?said=wrong").text
    assert days_of(world, sam) == []


def test_a_page_that_is_too_old_marks_nothing(world: World, sam: Person) -> None:
    browser = world.signed_in(sam)

    answer = browser.post("/days", data={"form": "old", "kind": "court", "day": "1", "month": "1"})

    assert answer.headers["location"] == "/days?said=expired"
    assert days_of(world, sam) == []


def test_nobody_takes_off_anothers_day_or_one_that_staff_marked(world: World, sam: Person) -> None:
    mark_today(world, sam)
    (day,) = days_of(world, sam)
    ali = world.signed_in(world.add("ali"), "A2-15")

    ali.submit(f"/days/{day.id}/remove", page="/days")

    assert days_of(world, sam) == [day]


# -- the offer


def test_on_a_marked_day_help_is_offered_once_in_everyday_words(world: World, sam: Person) -> None:
    mark_today(world, sam)
    browser = world.signed_in(sam)

    again(world, browser, sam)
    page = browser.get("/chat").text

    (words,) = offered(world, sam)
    assert any(offer in words for offer in OFFERS)
    for scary in ("hard", "court", "suicide", "danger", "safe", "Samaritans"):
        assert scary not in words.lower()
    titles = [button.title for button in world.messages(sam)[-1].buttons]
    assert titles == ["Ask a person", "Ask for a Listener", "See all topics"]
    assert 'id="start"' in page, "the topics for an empty page stay"
    assert world.assistant.heard == []


def test_on_other_days_nothing_is_offered(world: World, sam: Person) -> None:
    world.signed_in(sam)

    assert world.messages(sam) == []


def test_in_the_first_month_it_is_offered_once_each_day_and_then_no_more(world: World) -> None:
    new = world.add("new")
    browser = world.signed_in(new)
    counts = [len(offered(world, new))]

    for days in (1, 28, 1):
        world.later(days=days)
        again(world, world.signed_in(new), new)
        counts.append(len(offered(world, new)))

    assert counts == [0, 1, 2, 2]
    assert len(set(offered(world, new))) == 2, "in other words on another day"
    assert browser


def test_with_an_open_record_there_are_no_light_words(world: World, sam: Person) -> None:
    browser = world.signed_in(sam)
    browser.say(DANGER)
    mark_today(world, sam)

    again(world, browser, sam)

    assert offered(world, sam) == []


def test_a_day_that_cannot_be_read_keeps_nobody_from_signing_in(world: World, sam: Person) -> None:
    mark_today(world, sam)
    with world.product.database.writing() as work:
        work.session.connection().exec_driver_sql("UPDATE marked_day SET day = 'no date'")

    browser = world.signed_in(sam)

    assert browser.get("/chat").status_code == 200
    assert offered(world, sam) == []
