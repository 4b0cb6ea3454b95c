"""The hand-over sheet: what the next shift needs, on screen and paper, and no word that people typed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people import hard_days
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change, Kind
from bot.queue.words import Words
from bot.safety.model import Level
from bot.store import tables as t
from tests.support.desk import DeskKit, make_kit
from tests.support.pdf_text import pages_of

OFFICER = Actor(ActorKind.STAFF, "staff-wing")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    _fill(kit)
    yield kit
    kit.product.database.close()


def _fill(kit: DeskKit) -> None:
    """One of everything that a sheet can say."""
    kit.ask(kit.person("ann"), ago=70)
    kit.ask(kit.person("bob", "B"), Kind.STAFF)
    done, failed = kit.ask(kit.person("cat"), ago=100), kit.ask(kit.person("dan"), ago=20)
    kit.say(kit.person("eve"), "my very own words", Level.URGENT)
    now = kit.clock.time
    with kit.product.database.writing() as work:
        earlier = now - timedelta(minutes=80)
        service.move(work, done.id, Change.BEGUN, OFFICER, now=earlier)
        service.move(work, done.id, Change.FINISHED, OFFICER, now=earlier)
        words = Words("other", "<b>tea</b>", "the gate was broken")
        service.move(work, failed.id, Change.COULD_NOT, OFFICER, now=now, words=words)
        tomorrow = now.date() + timedelta(days=1)
        hard_days.mark(
            work,
            "bob",
            DayKind.COURT,
            tomorrow,
            MarkedBy.STAFF,
            today=now.date(),
            now=now,
            staff_id="staff-wing",
        )


def sheet(kit: DeskKit, account: str = "wing", query: str = "") -> str:
    return kit.signed_in(account).get(f"/handover{query}").text


def test_the_sheet_says_what_is_open_late_alarming_failed_and_near(kit: DeskKit) -> None:
    page = sheet(kit)

    for words in (
        "Alerts that nobody has checked: 1",
        "Late: nobody has met them yet: 1",
        "Waiting: 1",
        "Could not be done in this time: 1",
        "the gate was broken",
        "&lt;b&gt;tea&lt;/b&gt;",
        "Did somebody come? Not answered yet: 1",
        "Hard days, today and tomorrow: 1",
        "Tomorrow",
        "Court",
        "Mon 23 Nov 2026, 08:00 to Mon 23 Nov 2026, 19:00",
    ):
        assert words in page


def test_no_word_that_people_typed_is_on_the_sheet_or_on_paper(kit: DeskKit) -> None:
    paper = "\n".join(pages_of(kit.signed_in("wing").get("/handover.pdf").content))

    assert "my very own words" not in sheet(kit)
    assert "Eve" in paper
    assert "own words" not in paper


def test_the_paper_says_the_same_who_printed_it_and_when(kit: DeskKit) -> None:
    answer = kit.signed_in("wing").get("/handover.pdf")
    paper = "\n".join(pages_of(answer.content))

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer.headers["cache-control"]
    for words in ("Hand-over, HMP Oakmoor", "the gate was broken", "<b>tea</b>", "Court", "by Officer Wing"):
        assert words in paper


def test_that_it_was_printed_is_written_down_apart_from_a_look(kit: DeskKit) -> None:
    sheet(kit)
    before = _printed(kit)

    kit.signed_in("orderly").get("/handover.pdf")

    assert before == []
    assert _printed(kit) == ["staff-orderly"]


def test_each_look_is_written_down_because_a_browser_prints_what_it_shows(kit: DeskKit) -> None:
    page = sheet(kit, "orderly")

    with kit.product.database.reading() as work:
        mine = sa.select(t.audit.c.staff_id, t.audit.c.ref).where(t.audit.c.action == "handover_viewed")
        looked = [tuple(row) for row in work.session.execute(mine)]
    assert [who for who, _ in looked] == ["staff-orderly"]
    assert looked[0][1] in page
    assert "Opened at 23 Nov 2026, 10:00:00 by Officer Orderly" in page
    assert "That you opened it is written down with your name" in page
    assert "Hand-over sheet, on the screen" in kit.signed_in("dpo").get("/reading").text


def _printed(kit: DeskKit) -> list[str]:
    with kit.product.database.reading() as work:
        mine = sa.select(t.audit.c.staff_id).where(t.audit.c.action == "handover_printed")
        return list(work.session.scalars(mine))


def test_another_time_has_another_sheet(kit: DeskKit) -> None:
    earlier = sheet(kit, query="?start=2026-11-22T09:00&end=2026-11-22T16:30")

    assert "Could not be done in this time: 0" in earlier
    assert "Late: nobody has met them yet: 1" in earlier, "what is open is as of now"


@pytest.mark.parametrize("query", ["?start=2026-11-23T10:00&end=2026-11-23T09:00", "?start=x&end=y"])
@pytest.mark.parametrize("path", ["/handover", "/handover.pdf"])
def test_a_time_that_is_none_is_said_and_nothing_is_printed(kit: DeskKit, path: str, query: str) -> None:
    answer = kit.signed_in("wing").get(path + query)

    assert answer.status_code == 400
    assert "Give a time from which and a later one to which" in answer.text
    assert _printed(kit) == []


def test_who_may_not_see_marked_days_has_a_sheet_without_them(kit: DeskKit) -> None:
    page = sheet(kit, "manager")

    assert "Hard days" not in page
    assert "Late: nobody has met them yet: 1" in page


def test_an_account_of_one_wing_has_a_sheet_of_that_wing(kit: DeskKit) -> None:
    page = sheet(kit, "a_wing")

    assert "Ann" in page
    assert "Bob" not in page


def test_the_sheet_and_the_paper_of_one_wing_say_that_other_wings_are_missing(kit: DeskKit) -> None:
    paper = "\n".join(pages_of(kit.signed_in("a_wing").get("/handover.pdf").content))

    assert "Hand-over, HMP Oakmoor (demonstration), only wing A" in paper
    assert ", only wing A" in sheet(kit, "a_wing")
    assert "only wing" not in sheet(kit, "wing")


def test_more_than_a_sheet_holds_is_counted(kit: DeskKit) -> None:
    for n in range(70):
        kit.ask(kit.person(f"p{n}"))

    page = sheet(kit)

    assert "Waiting: 71" in page
    assert "And 11 more: see the board." in page


def test_a_name_in_any_script_does_not_break_the_paper(kit: DeskKit) -> None:
    person = replace(kit.person("zed"), first_name="محمد 🙂 Żółć 李")
    with kit.product.database.writing() as work:
        work.persons.save(person)
    kit.ask(person)

    assert kit.signed_in("wing").get("/handover.pdf").content.startswith(b"%PDF")
