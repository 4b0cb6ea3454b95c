"""What is pressed or typed on the chat is not lost in silence: in a real browser, with script and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.people.model import PeerRole
from bot.queue.model import Request, State
from bot.safety.message import Direction
from tests.support import tablet_app
from tests.support.desk import serving
from tests.support.tablet_app import DANGER, World, opened

# Milliseconds: the engine takes its time here, and the machine may be busy.
_SLOW = 20_000
_PAUSE = 1.5


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def page_of(browser: Browser, address: str, client: tablet_app.Browser, *, script: bool = True) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=script)
    context.add_cookies(
        [{"name": each.name, "value": each.value, "url": address} for each in client.cookies.jar]
    )
    return context.new_page()


def said_by_sam(world: World) -> list[str]:
    sam = world.read(lambda work: work.persons.get("sam"))
    return [each.text for each in world.messages(sam) if each.direction is Direction.FROM_PERSON]


def requests_of(world: World) -> list[Request]:
    return list(world.read(lambda work: work.requests.of_person("sam")))


def end_session(world: World) -> None:
    """On the server, as when staff move the person. The page does not know."""
    with world.product.database.writing() as work:
        work.person_sessions.end_all_of(person_id="sam", now=world.time[0])


def is_below_the_tabs(page: Page, words: str) -> bool:
    """Whether the sentence of the chat with these words is in sight: what is scrolled goes under the tabs."""
    sentence = page.locator("#log .theirs .said p", has_text=words).first.bounding_box()
    tabs = page.locator("header.top").bounding_box()
    assert sentence is not None
    assert tabs is not None
    return sentence["y"] >= tabs["y"] + tabs["height"]


def test_who_types_on_while_the_words_are_sent_gets_the_listener_and_keeps_the_new_words(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    world.assistant.pause = _PAUSE
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#text").fill("i need somebody")
        page.locator("#at-once button").click()
        expect(page.locator("#text")).to_have_value("", timeout=_SLOW)
        page.locator("#text").type("please")
        expect(page.locator("#log")).to_contain_text("I have asked", timeout=_SLOW)

        assert page.url == f"{address}/chat"
        assert page.locator("#text").input_value() == "please"

    assert said_by_sam(world) == ["i need somebody"]
    assert [request.kind.value for request in requests_of(world)] == ["listener"]


def test_the_same_words_under_way_already_do_not_swallow_the_press(browser: Browser, world: World) -> None:
    client = world.signed_in(world.add("sam"))
    world.assistant.pause = _PAUSE
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#text").fill("i need somebody")
        page.locator("#send").click()
        expect(page.locator("#text")).to_have_value("", timeout=_SLOW)
        page.locator("#text").fill("i need somebody")
        page.locator("#at-once button").click()
        expect(page.locator("#log")).to_contain_text("I have asked", timeout=_SLOW)

    assert said_by_sam(world) == ["i need somebody"]
    assert [request.kind.value for request in requests_of(world)] == ["listener"]


def test_words_that_could_not_be_sent_stay_and_it_is_said_that_nobody_was_asked(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        world.database.fails_writing = True
        page.locator("#text").fill("i need somebody")
        page.locator("#at-once button").click()
        expect(page.locator("#notices")).to_contain_text(
            "I have not asked for a Listener yet.", timeout=_SLOW
        )

        assert "Your words are still in the box." in page.locator("#notices").inner_text()
        assert page.locator("#text").input_value() == "i need somebody"

    assert requests_of(world) == []


def test_who_presses_while_sent_words_wait_for_their_answer_stays_where_that_answer_comes(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    world.assistant.pause = _PAUSE
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#text").fill("i need somebody")
        page.locator("#send").click()
        expect(page.locator("#text")).to_have_value("", timeout=_SLOW)
        page.locator("#at-once button").click()
        expect(page.locator("#log")).to_contain_text("I have asked", timeout=_SLOW)

        assert page.url == f"{address}/chat"
        assert "An answer." in page.locator("#log").inner_text()


@pytest.mark.parametrize("button", ["#send", "#at-once button"])
def test_a_message_after_the_session_ended_says_that_nothing_was_sent(
    browser: Browser, world: World, button: str
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        end_session(world)
        page.locator("#text").fill(f"i cant {DANGER}")
        page.locator(button).click()
        page.wait_for_url("**/sign-in*")

        assert "What you pressed was not sent." in page.locator("#notices").inner_text()

    assert said_by_sam(world) == []


def test_who_did_not_mean_to_ask_is_no_longer_asked_once_a_helper_said_yes(
    browser: Browser, world: World
) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    client, helper = world.signed_in(world.add("sam")), world.signed_in(lee, "A1-02")
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#at-once button").click()
        expect(page.locator("#undo button")).to_be_visible(timeout=_SLOW)
        page.locator("#undo button").focus()
        helper.submit(f"/supporter/requests/{requests_of(world)[0].id}/accept", "/supporter")
        expect(page.locator("#requests .state")).to_contain_text("A helper said yes", timeout=_SLOW)

        expect(page.locator("#undo")).to_have_count(0, timeout=_SLOW)
        # Whoever stood on that button is not left nowhere.
        assert page.evaluate("document.activeElement.id") == "main"

    assert [request.state for request in requests_of(world)] == [State.ACCEPTED]


def test_the_second_press_on_the_same_page_counts_and_is_said(browser: Browser, world: World) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        for words, answer in (("i need somebody", "I have asked"), ("still nobody", "You asked already")):
            page.locator("#text").fill(words)
            page.locator("#at-once button").click()
            expect(page.locator("#log")).to_contain_text(answer, timeout=_SLOW)

        assert page.url == f"{address}/chat"

    assert said_by_sam(world) == ["i need somebody", "still nobody"]
    assert [request.times_asked for request in requests_of(world)] == [2]


def test_what_is_said_to_grave_words_stays_in_sight_above_what_became_of_the_request(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#text").fill(f"i cant {DANGER}")
        page.locator("#at-once button").click()
        expect(page.locator("#log")).to_contain_text("I have asked", timeout=_SLOW)
        page.wait_for_timeout(500)

        assert is_below_the_tabs(page, "bell")


def test_without_script_words_in_the_box_go_first_too(browser: Browser, world: World) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client, script=False)
        page.goto(f"{address}/chat")
        page.locator("#text").fill(f"i cant {DANGER}")
        page.locator("#at-once button").click()
        page.wait_for_url("**/chat#m*")

        # The first sentence after grave words stays in sight, above what became of the request.
        assert is_below_the_tabs(page, "bell")
        log = page.locator("#log").inner_text()
        assert "bell" in log
        assert "I have asked" in log
        assert page.locator("#text").input_value() == ""

    assert said_by_sam(world) == [f"i cant {DANGER}"]
    assert sorted(request.kind.value for request in requests_of(world)) == ["listener", "staff"]


def test_without_script_and_with_an_empty_box_it_asks_as_on_every_page(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client, script=False)
        page.goto(f"{address}/chat")
        page.locator("#at-once button").click()
        page.wait_for_url("**/requests?said=asked*")

        assert "I have asked" in page.locator("#notices").inner_text()
        assert page.locator("#undo button").is_visible()

    assert said_by_sam(world) == []
    assert [request.kind.value for request in requests_of(world)] == ["listener"]
