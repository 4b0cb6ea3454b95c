"""A person at the desk: the day of arrival and hard days that staff mark; never the person's own."""

from datetime import date
from pathlib import Path

import pytest

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import Person
from tests.support.desk import DeskKit, make_kit

TODAY = date(2026, 11, 23)


@pytest.fixture
def kit(tmp_path: Path) -> DeskKit:
    return make_kit(tmp_path)


@pytest.fixture
def sam(kit: DeskKit) -> Person:
    return kit.person("sam")


def days_of(kit: DeskKit, person: Person) -> list[MarkedDay]:
    with kit.product.database.reading() as work:
        return list(work.marked_days.all_of(person.id))


@pytest.mark.parametrize("username", ["wing", "orderly", "safer", "admin"])
def test_staff_mark_a_day_and_take_it_off_again(kit: DeskKit, sam: Person, username: str) -> None:
    marked = kit.post(username, f"/people/{sam.id}/days", kind="court", day="2026-12-01")
    page = kit.signed_in(username).get(f"/people/{sam.id}?done=marked").text
    (day,) = days_of(kit, sam)
    removed = kit.post(username, f"/people/{sam.id}/days/{day.id}/remove")

    assert (marked.status_code, removed.status_code) == (303, 303)
    assert "1 December 2026" in page
    assert f"Officer {username.title()}" in page
    assert (day.kind, day.marked_by, day.staff_id) == (DayKind.COURT, MarkedBy.STAFF, f"staff-{username}")
    assert days_of(kit, sam) == []


def test_a_birthday_may_be_given_with_the_year_of_birth(kit: DeskKit, sam: Person) -> None:
    kit.post("safer", f"/people/{sam.id}/days", kind="birthday", day="1990-05-03")

    assert [day.day for day in days_of(kit, sam)] == [date(2027, 5, 3)]


@pytest.mark.parametrize(
    ("kind", "day"),
    [("court", "2026-11-22"), ("arrival", "2026-11-24"), ("court", "soon"), ("", ""), ("x", "2026-12-01")],
)
def test_what_is_no_day_is_refused_with_words(kit: DeskKit, sam: Person, kind: str, day: str) -> None:
    answer = kit.post("safer", f"/people/{sam.id}/days", kind=kind, day=day)

    assert answer.status_code == 400
    assert "Choose a kind of day and a date" in answer.text
    assert days_of(kit, sam) == []


def test_staff_do_not_see_the_days_that_the_person_marked(kit: DeskKit, sam: Person) -> None:
    with kit.product.database.writing() as work:
        now = kit.clock.time
        hard_days.mark(work, sam.id, DayKind.ANNIVERSARY, TODAY, MarkedBy.PERSON, today=TODAY, now=now)
    (day,) = days_of(kit, sam)

    page = kit.signed_in("safer").get(f"/people/{sam.id}").text
    answer = kit.post("safer", f"/people/{sam.id}/days/{day.id}/remove")

    assert "23 November" not in page
    assert answer.status_code == 404
    assert days_of(kit, sam) == [day]


def test_a_person_of_another_wing_is_not_there(kit: DeskKit) -> None:
    other = kit.person("zed", wing="B")

    answers = [
        kit.signed_in("a_wing").get(f"/people/{other.id}"),
        kit.post("a_wing", f"/people/{other.id}/days", kind="court", day="2026-12-01"),
        kit.signed_in("wing").get("/people/nobody"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert days_of(kit, other) == []


def test_managers_mark_no_days(kit: DeskKit, sam: Person) -> None:
    assert kit.signed_in("manager").get(f"/people/{sam.id}").status_code == 403
