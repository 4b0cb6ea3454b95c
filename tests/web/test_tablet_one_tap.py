"""A Listener in one press from any page, in every language, and one press that stops what was not meant."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.model import PeerRole, Person
from bot.queue.model import Kind, Request, State
from tests.support.tablet_app import World, opened

LANGUAGES = ("en", "ar", "cy", "pl", "ro", "sq")
_AT_ONCE = re.compile(
    r'<form method="post" action="([^"]+)" id="at-once".*?name="form" value="([^"]+)"', re.DOTALL
)
_UNDO = re.compile(
    r'<form method="post" action="(/requests/\w+/cancel)".*?id="undo".*?value="([^"]+)"', re.DOTALL
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def speaking(world: World, language: str, *, welcomed: bool = True) -> Person:
    person = replace(world.add("sam", welcomed=welcomed), language=language)
    with world.product.database.writing() as work:
        work.persons.save(person)
    return person


def requests_of(world: World) -> list[Request]:
    return list(world.read(lambda work: work.requests.of_person("sam")))


def press(browser, page: str, form: re.Pattern[str]):  # type: ignore[no-untyped-def]
    """Presses that button as it stands on this page, and opens the page to which it leads."""
    found = form.search(page)
    assert found is not None, "no such button"
    fields = re.findall(
        r'type="hidden" name="(\w+)" value="([^"]*)"', page[found.start() :].split("</form>", maxsplit=1)[0]
    )
    answer = browser.post(found[1], data=dict(fields))
    assert answer.status_code == 303
    return html.unescape(browser.get(answer.headers["location"]).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_listener_is_one_tap_away_in_every_language(world: World, language: str) -> None:
    browser = world.signed_in(speaking(world, language))

    page = press(browser, browser.get("/chat").text, _AT_ONCE)

    (request,) = requests_of(world)
    assert (request.kind, request.state, request.record_id) == (Kind.LISTENER, State.WAITING, None)
    assert request.reference in page
    assert world.product.texts.say("page_requests_undo", language) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_meant_is_stopped_by_one_more_tap(world: World, language: str) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    browser = world.signed_in(speaking(world, language))
    sent = press(browser, browser.get("/chat").text, _AT_ONCE)
    helper = world.signed_in(lee, "A1-02")
    offered = "/supporter/requests/" in helper.get("/supporter").text

    after = press(browser, sent, _UNDO)

    assert offered
    assert [request.state for request in requests_of(world)] == [State.CANCELLED]
    assert world.product.texts.say("cancel_done", language) in after
    assert "undo" not in after
    assert "/supporter/requests/" not in helper.get("/supporter").text


def test_the_very_first_page_has_it_too(world: World) -> None:
    browser = world.signed_in(speaking(world, "en", welcomed=False))

    press(browser, browser.get("/welcome").text, _AT_ONCE)

    assert [request.kind for request in requests_of(world)] == [Kind.LISTENER]


def test_a_second_slip_does_not_stop_what_was_asked_for_in_earnest(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    press(browser, browser.get("/chat").text, _AT_ONCE)

    again = press(browser, browser.get("/topics").text, _AT_ONCE)

    assert "You asked already." in again
    assert _UNDO.search(again) is None
    assert [request.state for request in requests_of(world)] == [State.WAITING]


def test_pressed_twice_on_one_page_it_asks_once(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    page = browser.get("/chat").text

    press(browser, page, _AT_ONCE)
    second = press(browser, page, _AT_ONCE)

    (request,) = requests_of(world)
    assert request.times_asked == 1
    # Without script the browser shows only what the second press gave.
    assert f"I have asked. Your number is {request.reference}" in second
    assert _UNDO.search(second) is not None


def test_who_goes_back_after_stopping_it_reads_that_it_is_stopped(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    sent = press(browser, browser.get("/chat").text, _AT_ONCE)
    (request,) = requests_of(world)
    press(browser, sent, _UNDO)

    back = html.unescape(browser.get(f"/requests?said=asked&request={request.id}").text)

    assert "I have asked" not in back
    assert "While you wait" not in back
    assert "I have stopped that request" in back


def test_who_presses_the_same_old_page_again_after_stopping_it_is_asked_and_not_left(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    page = browser.get("/chat").text
    press(browser, press(browser, page, _AT_ONCE), _UNDO)

    found = _AT_ONCE.search(page)
    assert found is not None
    answer = browser.post(found[1], data={"form": found[2]})

    assert answer.status_code == 200
    assert 'action="/ask/listener"' in answer.text.split("<main")[1]
    assert "That has changed since you looked" in answer.text


@pytest.mark.parametrize("case", ["later", "taken"])
def test_what_stands_for_a_while_or_is_taken_is_not_stopped_by_a_slip(world: World, case: str) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    browser = world.signed_in(speaking(world, "en"))
    press(browser, browser.get("/chat").text, _AT_ONCE)
    (request,) = requests_of(world)
    if case == "later":
        world.later(minutes=6)
    else:
        helper = world.signed_in(lee, "A1-02")
        helper.submit(f"/supporter/requests/{request.id}/accept", "/supporter")
        assert [each.state for each in requests_of(world)] == [State.ACCEPTED]

    assert _UNDO.search(browser.get(f"/requests?said=asked&request={request.id}").text) is None


@pytest.mark.parametrize("case", ["later", "taken", "asked again"])
def test_on_an_old_page_too_what_was_not_meant_stops_nothing_that_is_meant_by_now(
    world: World, case: str
) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    browser = world.signed_in(speaking(world, "en"))
    sent = press(browser, browser.get("/chat").text, _AT_ONCE)
    (request,) = requests_of(world)
    if case == "later":
        world.later(minutes=6)
    elif case == "taken":
        world.signed_in(lee, "A1-02").submit(f"/supporter/requests/{request.id}/accept", "/supporter")
    else:
        browser.submit("/ask/listener")
    (before,) = requests_of(world)

    after = press(browser, sent, _UNDO)

    assert "That one cannot be stopped any more." not in after
    assert "That has changed since you looked. Here is how it stands now." in after
    assert requests_of(world) == [before]
    # What is meant now can still be stopped, after a second look.
    browser.submit(f"/requests/{request.id}/cancel", page="/requests")
    assert [each.state for each in requests_of(world)] == [State.CANCELLED]


def test_a_press_on_a_page_whose_session_ended_says_that_nothing_was_sent(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    page = browser.get("/topics").text
    world.later(hours=2)

    after = press(browser, page, _AT_ONCE)

    assert requests_of(world) == []
    assert "What you pressed was not sent" in after
    assert "What you pressed was not sent" not in browser.get("/sign-in").text


def test_later_the_page_no_longer_asks_whether_it_was_meant(world: World) -> None:
    browser = world.signed_in(speaking(world, "en"))
    press(browser, browser.get("/chat").text, _AT_ONCE)

    assert _UNDO.search(browser.get("/requests").text) is None


def test_another_persons_request_is_never_offered_to_be_stopped(world: World) -> None:
    press_by = world.signed_in(speaking(world, "en"))
    press(press_by, press_by.get("/chat").text, _AT_ONCE)
    (request,) = requests_of(world)
    ali = world.signed_in(world.add("ali"), "A2-15")

    assert _UNDO.search(ali.get(f"/requests?said=asked&request={request.id}").text) is None


def test_who_may_wish_for_somebody_says_so_after_the_tap(world: World) -> None:
    browser = world.signed_in(speaking(world, "pl"))

    sent = press(browser, browser.get("/chat").text, _AT_ONCE)
    browser.submit("/ask/listener", wish="my_language")

    assert 'href="/ask/listener"' in sent.split('id="undo"')[1].split("</form>")[0]
    assert [request.wish for request in requests_of(world)] == ["my_language"]
