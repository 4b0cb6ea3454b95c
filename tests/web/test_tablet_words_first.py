"""Without script: what stands in the box of the chat goes along when somebody presses for a Listener."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from httpx import Response

from bot.directory.model import Hours
from bot.people.model import PeerRole
from bot.queue.model import Request, State
from bot.safety.message import MAX_LENGTH, Direction
from bot.web.tablet.app import create_app
from bot.web.tablet.talk import MESSAGES_A_MINUTE
from tests.support.tablet_app import DANGER, Browser, World, opened

_BUTTON = re.compile(r'<button class="listener" form="composer" name="(\w+)" value="(\w+)">')
_NOT_ASKED = "I have not asked for a Listener yet."
# NOW is ten in the morning.
_NEARLY_OVER = Hours(week=(((time(7), time(10, 5)),),) * 7, holiday=((time(7), time(10, 5)),))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def requests_of(world: World) -> list[Request]:
    return list(world.read(lambda work: work.requests.of_person("sam")))


def kinds(world: World) -> list[str]:
    return sorted(request.kind.value for request in requests_of(world))


def texts_of(world: World, direction: Direction) -> list[str]:
    messages = world.messages(world.read(lambda work: work.persons.get("sam")))
    return [message.text for message in messages if message.direction is direction]


def said(world: World) -> list[str]:
    return texts_of(world, Direction.FROM_PERSON)


def press(browser: Browser, text: str, page: str = "") -> Response:
    """What a browser without script sends: the form of the box, with the button that belongs to it."""
    page = page or browser.get("/chat").text
    form = page[page.index('id="composer"') :]
    token, button = re.search(r'name="form" value="([^"]+)"', form), _BUTTON.search(page)
    assert token is not None
    assert button is not None
    return browser.post("/chat", data={"form": token[1], "text": text, button[1]: button[2]})


def is_the_chat(answer: Response) -> bool:
    """At the words that were sent: what was said to them stands below, then what became of the request."""
    return re.fullmatch(r"/chat#m[0-9a-f]{32}", answer.headers.get("location", "")) is not None


@pytest.mark.parametrize("language", ["en", "ar", "cy", "pl", "ro", "sq"])
def test_grave_words_are_read_and_answered_and_a_listener_is_asked_for(world: World, language: str) -> None:
    sam = replace(world.add("sam"), language=language)
    with world.product.database.writing() as work:
        work.persons.save(sam)
    browser = world.signed_in(sam)

    answer = press(browser, f"i cant {DANGER}")
    page = html.unescape(browser.get("/chat").text)

    # The chat, where the bell is named; and the number of the request stands there too.
    assert is_the_chat(answer)
    assert said(world) == [f"i cant {DANGER}"]
    assert kinds(world) == ["listener", "staff"]
    (record,) = world.read(lambda work: list(work.safety.list_of("oakmoor")))
    (listener,) = [request for request in requests_of(world) if request.kind == "listener"]
    assert listener.record_id is None, "the request knows nothing of the record"
    assert record.id not in (listener.id, listener.reference)
    assert world.product.texts.say("ask_done", language, reference=listener.reference) in page


def test_the_question_after_grave_words_keeps_its_buttons_until_something_more_is_said(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    press(browser, f"i cant {DANGER}")
    asked = browser.get("/chat").text
    browser.say("wen is me visit")
    later = browser.get("/chat").text

    # "No, I am not safe" tells staff again: a Listener who was asked for must not take it away.
    assert 'name="choice" value="care:safe_no:' in asked
    assert 'href="/requests">My requests' in asked
    assert "care:safe_no" not in later


def test_other_words_are_a_message_as_any(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = press(browser, "wen is me visit")

    assert is_the_chat(answer)
    assert said(world) == ["wen is me visit"]
    assert "An answer." in texts_of(world, Direction.TO_PERSON)
    assert kinds(world) == ["listener"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_with_an_empty_box_it_asks_as_on_every_page(world: World, text: str) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = press(browser, text)

    (request,) = requests_of(world)
    assert answer.headers["location"] == f"/requests?said=asked&request={request.id}"
    assert said(world) == []


def test_pressed_twice_the_words_are_sent_once_and_it_asks_once(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    page = browser.get("/chat").text

    answers = [press(browser, "i need somebody", page) for _ in range(2)]

    assert [is_the_chat(answer) for answer in answers] == [True, True]
    assert said(world) == ["i need somebody"]
    assert [request.times_asked for request in requests_of(world)] == [1]


def test_on_an_old_page_with_other_words_it_counts_again_and_is_said(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    page = browser.get("/chat").text
    press(browser, "i need somebody", page)

    press(browser, "still nobody", page)

    (request,) = requests_of(world)
    assert said(world) == ["i need somebody", "still nobody"]
    assert request.times_asked == 2
    assert texts_of(world, Direction.TO_PERSON)[-1].startswith("You asked already.")


def test_words_that_cannot_be_taken_stay_in_the_box_and_it_is_said_that_nobody_was_asked(
    world: World,
) -> None:
    browser = world.signed_in(world.add("sam"))
    long = "a " * MAX_LENGTH

    answer = press(browser, long)

    assert answer.status_code == 400
    assert _NOT_ASKED in answer.text
    assert f"{long}</textarea>" in answer.text
    assert (said(world), requests_of(world)) == ([], [])


def test_too_many_words_at_once_are_held_back_and_it_is_said_that_nobody_was_asked(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    token = browser.token()
    for n in range(MESSAGES_A_MINUTE):
        browser.post("/chat", data={"form": token, "text": f"word {n}"})

    held, empty = press(browser, "one more"), press(browser, "")

    assert held.status_code == 429
    assert _NOT_ASKED in held.text
    assert "one more</textarea>" in held.text
    # Asking for somebody is never held back.
    assert empty.headers["location"].startswith("/requests?said=asked")


def test_what_cannot_be_kept_is_said_with_both(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    page = browser.get("/chat").text
    world.database.fails_writing = True

    answer = press(browser, f"i cant {DANGER}", page)

    assert answer.status_code == 503
    assert "Nobody has seen it." in answer.text
    assert _NOT_ASKED in answer.text
    assert f"i cant {DANGER}</textarea>" in answer.text


def test_where_the_hours_ended_meanwhile_the_words_are_answered_and_it_says_who_listens_instead(
    world: World,
) -> None:
    sam = world.add("sam")
    world.product = replace(
        world.product,
        prison=replace(world.product.prison, peer_hours={PeerRole.LISTENER: _NEARLY_OVER}),
    )
    world.app = create_app(world.product, world.judge, world.assistant)
    browser = world.signed_in(sam)
    page = browser.get("/chat").text
    world.later(minutes=10)

    answers = [press(browser, f"i cant {DANGER}", page) for _ in range(2)]

    assert [is_the_chat(answer) for answer in answers] == [True, True]
    assert kinds(world) == ["staff"]
    (refusal,) = [each for each in texts_of(world, Direction.TO_PERSON) if "Not at this hour" in each]
    assert "Samaritans" in refusal


def test_the_same_words_again_after_the_request_is_over_are_asked_about_and_not_swallowed(
    world: World,
) -> None:
    browser = world.signed_in(world.add("sam"))
    page = browser.get("/chat").text
    press(browser, "i need somebody", page)
    browser.submit(f"/requests/{requests_of(world)[0].id}/cancel", page="/requests")

    answer = press(browser, "i need somebody", page)

    assert answer.status_code == 200
    assert "That has changed since you looked" in answer.text
    assert 'action="/ask/listener"' in answer.text.split("<main")[1]
    assert [request.state for request in requests_of(world)] == [State.CANCELLED]


def test_a_page_that_is_too_old_sends_nothing_and_keeps_the_words(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = browser.post("/chat", data={"form": "old", "text": "i need somebody", "ask": "listener"})

    assert answer.status_code == 409
    assert "i need somebody</textarea>" in answer.text
    assert _NOT_ASKED in answer.text
    assert (said(world), requests_of(world)) == ([], [])


@pytest.mark.parametrize("ask", ["staff", "king", "Listener"])
def test_nobody_else_is_asked_for_this_way(world: World, ask: str) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = browser.submit("/chat", text="i need somebody", ask=ask)

    assert answer.status_code == 400
    assert (said(world), requests_of(world)) == ([], [])


def test_no_other_page_has_a_button_for_a_box_that_is_not_there(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    pages = [browser.get(path).text for path in ("/topics", "/ask", "/requests", "/days", "/nowhere")]

    assert all('<button class="listener">' in page for page in pages)
