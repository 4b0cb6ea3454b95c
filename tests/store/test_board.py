"""The board's looks at the store: groups that leave nobody out, in the same order on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.model import PeerRole, Person, Place
from bot.queue.model import Kind, Request, State, Urgency
from bot.safety.intake import Arrival, receive
from bot.safety.model import Level
from bot.store.board import GROUPS, Look, OnDuty
from bot.store.database import Database
from tests.support.builders import CELL, NOW, PRISON, PlainPrison, a_request, a_supporter, a_verdict

HOUR = timedelta(hours=1)
B_CELL = Place("B", "B1", "B1-01")
LOOK = Look(PRISON, NOW)


@pytest.fixture
def ids(database: Database, sam: Person) -> list[str]:
    """One of each sort, each asked a minute after the one before."""
    rows = [
        a_request(id="late", due_at=NOW - HOUR),
        a_request(id="missed", kind=Kind.SOMEONE, missed_at=NOW - HOUR),
        a_request(id="waiting", person_id="ali"),
        a_request(id="raised", person_id="ali", kind=Kind.SOMEONE, urgency=Urgency.RAISED),
        a_request(id="long", person_id="ali", kind=Kind.STAFF, due_at=NOW + 12 * HOUR, place=B_CELL),
        a_request(id="taken", person_id="lee", state=State.ACCEPTED, supporter_id="mo"),
        a_request(id="taken_late", person_id="mo", state=State.ACCEPTED, supporter_id="lee", due_at=NOW),
        a_request(id="with", person_id="lee", kind=Kind.STAFF, state=State.WITH_PERSON, due_at=NOW - HOUR),
        a_request(id="done", person_id="mo", kind=Kind.STAFF, state=State.DONE),
        a_request(id="elsewhere", person_id="mo", kind=Kind.SOMEONE, prison_id="elsewhere"),
    ]
    with database.writing() as work:
        for n, row in enumerate(rows):
            asked = NOW - 2 * HOUR + timedelta(minutes=n)
            work.requests.add(_with(row, asked_at=asked))
    return [row.id for row in rows]


def _with(row: Request, **changes: object) -> Request:
    return replace(row, **changes)  # type: ignore[arg-type]


def _groups(database: Database, look: Look) -> dict[str, list[str]]:
    with database.reading() as work:
        counts = work.board.counts(look)
        found = {name: [row.id for row in work.board.first(look, name, 100)] for name in GROUPS}
    assert {name: len(rows) for name, rows in found.items()} == counts
    return found


@pytest.mark.usefixtures("ids")
def test_every_open_request_is_in_one_group_the_most_urgent_and_the_longest_first(database: Database) -> None:
    assert _groups(database, LOOK) == {
        "late": ["late", "missed", "taken_late"],
        "waiting": ["raised", "waiting", "long"],
        "morning": [],
        "under_way": ["taken", "with"],
    }


@pytest.mark.usefixtures("ids")
def test_at_night_what_is_not_due_before_morning_stands_apart(database: Database) -> None:
    found = _groups(database, Look(PRISON, NOW, morning=NOW + 8 * HOUR))

    assert (found["waiting"], found["morning"]) == (["raised", "waiting"], ["long"])


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("look", [Look(PRISON, NOW, wing="B"), Look(PRISON, NOW, wings=["B"])])
def test_a_wing_narrows_it_by_choice_or_by_account(database: Database, look: Look) -> None:
    found = _groups(database, look)

    assert [row for rows in found.values() for row in rows] == ["long"]


@pytest.mark.usefixtures("ids")
def test_pages_follow_each_other_and_the_late_ones_have_a_word_each(database: Database) -> None:
    with database.reading() as work:
        pages: Sequence[str] = [row.id for n in range(3) for row in work.board.first(LOOK, "late", 1, n)]
        spots = work.board.late_spots(LOOK, 10, 1)

    assert list(pages) == ["late", "missed", "taken_late"]
    assert [spot.id for spot in spots] == ["missed", "taken_late"]
    assert (spots[0].place, spots[0].person_id) == (CELL, "sam")
    assert spots[0].asked_at == NOW - 2 * HOUR + timedelta(minutes=1)


def test_what_an_alert_raised_stands_on_the_alert_until_it_is_checked(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        verdict = a_verdict(Level.URGENT)
        receive(work, Arrival(sam.id, "d", "help", "f"), verdict, prison=PlainPrison(), now=NOW)

    assert sum(map(len, _groups(database, LOOK).values())) == 0


def test_unanswered_questions_are_found_by_time_and_wing(database: Database, sam: Person) -> None:
    done = {"state": State.DONE, "changed_at": NOW - 2 * HOUR}
    rows = [
        a_request(id="asked", **done),
        a_request(id="yes", **done | {"came": True}, kind=Kind.STAFF),
        a_request(id="just", **done | {"changed_at": NOW}, kind=Kind.SOMEONE),
        a_request(id="old", **done | {"changed_at": NOW - 24 * 9 * HOUR}, person_id="ali"),
        a_request(id="far", **done, person_id="ali", place=B_CELL, kind=Kind.STAFF),
    ]
    with database.writing() as work:
        for row in rows:
            work.requests.add(row)

    since, until = NOW - 24 * 7 * HOUR, NOW - HOUR
    with database.reading() as work:
        found = [row.id for row in work.board.unanswered(LOOK, since, until, 10)]
        wing_a = work.board.count_unanswered(Look(PRISON, NOW, wings=["A"]), since, until)

    assert sorted(found) == ["asked", "far"]
    assert wing_a == 1


def test_who_is_on_duty_is_named_without_the_paused_and_the_suspended(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        work.supporters.put(a_supporter("mo", paused_at=NOW))
        work.supporters.put(a_supporter("ali", on_duty=False))

    with database.reading() as work:
        assert work.board.on_duty(PRISON) == [OnDuty("Lee", "A2-14", (PeerRole.LISTENER,))]
        assert work.board.on_duty("elsewhere") == []


@pytest.mark.usefixtures("ids")
def test_wings_with_something_open_are_named_also_those_in_no_file(database: Database) -> None:
    with database.reading() as work:
        assert work.board.wings_with_open(PRISON) == ["A", "B"]
        assert work.board.wings_with_open(PRISON, ["B"]) == ["B"]
