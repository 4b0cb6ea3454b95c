"""What a page says at a glance: one main step, a record that is understood years later, roles as names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change
from bot.safety.model import Level, Reason, Risk, Verdict
from tests.support.desk import DeskKit, make_kit

OFFICER = Actor(ActorKind.STAFF, "staff-wing")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def main_buttons(page: str) -> list[str]:
    """Those in the page's own part that are not set back."""
    found = re.findall(r"<button([^>]*)>([^<]*)", page.split("<main")[1])
    return [label.strip() for kind, label in found if "second" not in kind]


def test_the_main_button_of_a_request_is_the_step_that_comes_next(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))
    before = main_buttons(kit.signed_in("wing").get(f"/requests/{request.id}").text)
    with kit.product.database.writing() as work:
        service.move(work, request.id, Change.ARRANGED, OFFICER, now=kit.clock.time)

    after = main_buttons(kit.signed_in("wing").get(f"/requests/{request.id}").text)

    assert (before, after) == (["Arranged"], ["With person"])


def test_on_the_board_where_many_stand_no_row_shouts(kit: DeskKit) -> None:
    kit.ask(kit.person("sam"))

    assert main_buttons(kit.signed_in("wing").get("/board").text)[:1] == ["Mark as could not"]


def test_a_record_says_whose_it_is_and_when_for_who_reads_it_years_later(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "the words")

    page = kit.signed_in("safer").get(f"/safety/{record}").text

    facts = page.split('class="facts-list')[1].split("</dl>")[0]
    assert sam.number in facts
    assert record in facts
    assert "23 Nov 2026, 10:00:00" in facts
    for each in ("Level: Emergency", "Why it was noticed: reason in words", "Danger screen: test"):
        assert each in page
    assert (
        "HMP Oakmoor (demonstration). From the safety log of Signpost, opened at 23 Nov 2026, 10:00:00"
        in page
    )


@pytest.mark.parametrize(("part", "said"), [("zebra", True), ("", False)])
def test_what_the_mark_means_is_said_where_something_is_marked(kit: DeskKit, part: str, said: bool) -> None:
    reason = Reason(Risk.SUICIDE, Level.URGENT, "in words", "phrase", part)
    verdict = Verdict(Level.URGENT, (Risk.SUICIDE,), (reason,), "en", "test")
    record = kit.judged(kit.person("sam"), "a zebra came", verdict)

    page = kit.signed_in("wing").get(f"/alerts/{record}").text

    assert ("Marked: the part" in page, "<mark>zebra</mark>" in page) == (said, said)


def test_roles_of_accounts_stand_as_names_and_not_as_half_sentences(kit: DeskKit) -> None:
    pages = [
        kit.signed_in("admin").get(path).text for path in ("/accounts", "/accounts/staff-wing", "/account")
    ]

    assert all("the orderly officer" not in page and "the administrator" not in page for page in pages)
    assert "Orderly officer" in pages[0]
    assert "In use" in pages[0]
    assert "Administrator. All wings." in pages[2]
