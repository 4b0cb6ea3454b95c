"""The board's views: large for the wall, calm for the night, and each of them without script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change, Kind
from bot.web.desk.board import doors_open
from tests.support.desk import DeskKit, make_kit
from tests.support.refusing import refuse_nul

NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def choose(kit: DeskKit, view: str, wing: str = ""):  # type: ignore[no-untyped-def]
    return kit.post("wing", "/board/view", view=view, wing=wing)


def board(kit: DeskKit) -> str:
    return kit.signed_in("wing").get("/board").text


def test_a_view_is_remembered_and_comes_back_to_the_wing_that_was_looked_at(kit: DeskKit) -> None:
    answer = choose(kit, "large", "B")

    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/board?wing=B"
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert 'data-view="large"' in board(kit)
    assert re.search(r'id="view-large"[^>]*aria-pressed="true"', board(kit))


@pytest.mark.parametrize("view", ["", "sideways", "<script>"])
def test_a_view_that_there_is_not_is_the_usual_one(kit: DeskKit, view: str) -> None:
    choose(kit, view)

    assert 'data-view="plain"' in board(kit)


def test_a_cookie_that_somebody_wrote_by_hand_breaks_nothing(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    client.cookies.set("signpost_board_view", "nonsense")

    assert 'data-view="plain"' in client.get("/board").text


@pytest.mark.parametrize("wing", ["%00", "A%00", "%0A", "%E2%80%AE"])
def test_a_wing_that_no_wing_is_called_is_no_filter(kit: DeskKit, wing: str) -> None:
    request = kit.ask(kit.person("ann"))
    refuse_nul(kit.product.database.engine)

    answer = kit.signed_in("wing").get(f"/board/all?section=waiting&wing={wing}")

    assert answer.status_code == 200
    assert request.reference in answer.text


def test_the_night_view_is_dark_and_says_who_is_on_and_what_can_wait(kit: DeskKit) -> None:
    kit.clock.time = NIGHT
    kit.supporter("lee")
    soon = kit.ask(kit.person("ann"))
    later = kit.ask(kit.person("bob"), Kind.STAFF)
    with kit.product.database.writing() as work:
        found = work.requests.get_for_change(later.id)
        assert found is not None
        work.requests.save(replace(found, due_at=NIGHT + timedelta(hours=12), version=found.version + 1))
    choose(kit, "night")

    page = board(kit)

    assert 'data-theme="dark"' in page
    assert "On duty now: 1" in page
    assert "A1-01 Lee: Listener" in page
    assert "Can wait until the doors open at 08:00" in page
    waiting, morning = page.index(f"row-{soon.id}"), page.index(f"row-{later.id}")
    assert waiting < page.index('id="folded-morning"') < morning
    assert "1 can wait" in page


def test_all_that_can_wait_until_the_morning_is_listed_and_the_totals_agree(kit: DeskKit) -> None:
    kit.clock.time = NIGHT
    soon, later = kit.ask(kit.person("ann")), kit.ask(kit.person("bob"), Kind.STAFF)
    with kit.product.database.writing() as work:
        found = work.requests.get_for_change(later.id)
        assert found is not None
        work.requests.save(replace(found, due_at=NIGHT + timedelta(hours=12), version=found.version + 1))

    usual = listed(kit, "waiting")
    choose(kit, "night")

    assert usual == {soon.id, later.id}
    assert listed(kit, "morning") == {later.id}
    assert listed(kit, "waiting") == {soon.id}


def listed(kit: DeskKit, section: str) -> set[str]:
    page = kit.signed_in("wing").get(f"/board/all?section={section}").text
    return set(re.findall(r'id="row-(\w+)"', page))


def test_the_usual_board_has_nothing_that_waits_until_morning_apart(kit: DeskKit) -> None:
    kit.clock.time = NIGHT
    kit.ask(kit.person("bob"), Kind.STAFF)

    page = board(kit)

    assert "Can wait" not in page
    assert "On duty" not in page


def test_the_live_list_follows_the_view(kit: DeskKit) -> None:
    kit.clock.time = NIGHT
    choose(kit, "night")

    html = kit.signed_in("wing").get("/api/board").json()["html"]

    assert "No supporter is on duty now" in html


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 11, 23, 23, 7, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 23, 14, 0, tzinfo=UTC)),
        # The night in which summer time begins: eight in the morning comes an hour sooner.
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 8, 0, tzinfo=UTC)),
    ],
)
def test_morning_is_when_the_next_locked_time_ends(kit: DeskKit, now: datetime, opens: datetime) -> None:
    assert doors_open(kit.product.prison, now) == opens


def test_a_wing_that_is_closed_can_be_chosen_while_something_is_open_in_it(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam", "C"))
    kit.ask(kit.person("ann", "A"))

    page = kit.signed_in("wing").get("/board?wing=C").text

    assert "Wing C, closed" in page
    assert "Wing C is closed: move the person" in page
    assert re.findall(r'id="row-(\w+)" data-key', page) == [request.id]


def test_done_and_not_answered_is_one_line_that_leads_to_all_of_them(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"))
    with kit.product.database.writing() as work:
        service.move(work, request.id, Change.BEGUN, _officer(), now=kit.clock.time)
        service.move(work, request.id, Change.FINISHED, _officer(), now=kit.clock.time)
    at_once = board(kit)
    kit.clock.move(hours=2)

    later = board_of_new_session(kit)
    listed = kit.signed_in("wing").get("/board/all?section=unanswered").text

    assert "Not answered yet" not in at_once
    assert "Did somebody come? Not answered yet: 1." in later
    assert f"row-{request.id}" in listed
    assert "Did somebody come? No answer" in listed


def _officer():  # type: ignore[no-untyped-def]
    return Actor(ActorKind.STAFF, "staff-wing")


def test_a_clock_that_goes_back_an_hour_or_on_a_year_leaves_the_board_readable(kit: DeskKit) -> None:
    kit.ask(kit.person("ann"))
    kit.say(kit.person("sam"), "help")

    for hours in (-1, -48, 24 * 400):
        kit.clock.move(hours=hours)
        if hours < 0:
            assert "just now" in board_of_new_session(kit)
        else:
            assert "late" in board_of_new_session(kit)


def board_of_new_session(kit: DeskKit) -> str:
    """The clock may have ended the session."""
    kit._clients.clear()
    return board(kit)
