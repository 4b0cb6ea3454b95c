"""Under an answer: "this helped" and "not what I asked": once, counted, no harm to words about danger."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.learning.model import Helped
from bot.people.model import Person
from bot.safety.message import Button, Direction, Message
from bot.web.assistant import Said
from tests.support.tablet_app import DANGER, Browser, World, opened

THANKS = "Thank you for telling me."
VISITS = Said("Visits: ask staff.", (Button("Tell me more", '/ask_visits{"part": "more"}'),), "visits")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        made.assistant.says = (VISITS,)
        yield made


@pytest.fixture
def sam(world: World) -> Person:
    return world.add("sam")


@pytest.fixture
def browser(world: World, sam: Person) -> Browser:
    """Sam's tablet, with an answer on it."""
    browser = world.signed_in(sam)
    browser.say("wen is me mum alowed 2 visit")
    return browser


def answer(world: World, sam: Person) -> Message:
    return next(message for message in world.messages(sam) if message.topic)


def press(browser: Browser, message: Message, helped: str, **more: str):  # type: ignore[no-untyped-def]
    return browser.submit(f"/helped/{message.id}", page="/chat", helped=helped, **more)


def counts(world: World) -> list[Helped]:
    return world.read(lambda work: list(work.feedback.since("oakmoor", world.time[0].date())))


def test_an_answer_asks_and_other_words_do_not(world: World, sam: Person, browser: Browser) -> None:
    world.assistant.says = (Said("Hello."), Said("And this.", (), "no_such_topic"))
    browser.say("hello")

    page = browser.get("/chat").text

    assert page.count('action="/helped/') == 1
    assert f'action="/helped/{answer(world, sam).id}"' in page
    assert "This helped" in page
    assert "Not what I asked" in page


def test_this_helped_is_thanked_and_counted_and_asks_no_more(
    world: World, sam: Person, browser: Browser
) -> None:
    pressed = press(browser, answer(world, sam), "yes")
    page = browser.get("/chat").text

    assert (pressed.status_code, pressed.headers["location"]) == (303, "/chat#latest")
    assert THANKS in page
    assert 'action="/helped/' not in page
    assert 'value="/ask_visits{&#34;part&#34;: &#34;more&#34;}"' in page, (
        "the answer's buttons are still there"
    )
    assert counts(world) == [Helped("visits", 1, 0)]
    assert len(world.assistant.heard) == 1, "the engine need not hear of it"


def test_not_what_i_asked_is_counted_and_the_engine_offers_something_else(
    world: World, sam: Person, browser: Browser
) -> None:
    asked = world.messages(sam)[0]
    world.assistant.says = (Said("Was it one of these?", (Button("Phone", "/ask_phone"),)),)

    press(browser, answer(world, sam), "no")
    page = browser.get("/chat").text

    turn = world.assistant.heard[-1]
    assert turn.text == f'/feedback_bad{{"reference": "{asked.id}"}}'
    assert turn.verdict.version == "button"
    assert [m.text for m in world.messages(sam)][-2:] == ["Not what I asked", "Was it one of these?"]
    assert 'value="/ask_phone"' in page
    assert counts(world) == [Helped("visits", 0, 1)]


def test_with_the_engine_down_not_what_i_asked_still_gets_honest_words(
    world: World, sam: Person, browser: Browser
) -> None:
    world.assistant.down = True

    press(browser, answer(world, sam), "no")

    assert "I cannot answer right now" in browser.get("/chat").text
    assert counts(world) == [Helped("visits", 0, 1)]


@pytest.mark.parametrize("second", ["yes", "no"])
def test_an_answer_is_judged_once_whatever_is_pressed_or_sent_again(
    world: World, sam: Person, browser: Browser, second: str
) -> None:
    message = answer(world, sam)
    form = {"form": browser.token(), "helped": "yes"}

    browser.post(f"/helped/{message.id}", data=form)
    replayed = browser.post(f"/helped/{message.id}", data=form)
    press(browser, message, second)

    assert replayed.status_code == 303
    assert counts(world) == [Helped("visits", 1, 0)]
    assert [m.text for m in world.messages(sam)].count(THANKS) == 1


def test_two_answers_are_judged_each_for_itself(world: World, sam: Person, browser: Browser) -> None:
    world.assistant.says = (replace(VISITS, topic="phone"),)
    browser.say("and the phone")
    first, second = [message for message in world.messages(sam) if message.topic]
    token = browser.token()

    for message in (first, second):
        browser.post(f"/helped/{message.id}", data={"form": token, "helped": "yes"})

    assert counts(world) == [Helped("phone", 1, 0), Helped("visits", 1, 0)]


def test_nobody_judges_an_answer_to_somebody_else_or_what_is_no_answer(
    world: World, sam: Person, browser: Browser
) -> None:
    message, asked = answer(world, sam), world.messages(sam)[0]
    ali = world.signed_in(world.add("ali"), "A2-15")

    answers = [
        press(ali, message, "yes"),
        press(browser, asked, "yes"),
        browser.submit("/helped/0", page="/chat", helped="yes"),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert counts(world) == []


@pytest.mark.parametrize(
    ("form", "helped", "status"), [("old", "yes", 409), ("", "no", 409), (None, "x", 400)]
)
def test_a_form_of_another_page_or_shape_is_refused(
    world: World, sam: Person, browser: Browser, form: str | None, helped: str, status: int
) -> None:
    token = browser.token() if form is None else form

    refused = browser.post(f"/helped/{answer(world, sam).id}", data={"form": token, "helped": helped})

    assert refused.status_code == status
    assert counts(world) == []


def test_thanks_for_an_old_answer_stand_under_it_and_danger_keeps_its_place_and_its_button(
    world: World, sam: Person, browser: Browser
) -> None:
    message = answer(world, sam)
    browser.say(DANGER)

    press(browser, message, "yes")
    page = browser.get("/chat").text

    assert page.index(THANKS) < page.index("Press your cell bell now.")
    assert 'value="care:listener:' in page
    assert 'value="/ask_visits{' not in page


def test_words_about_danger_do_not_ask_whether_they_helped(
    world: World, sam: Person, browser: Browser
) -> None:
    browser.say(DANGER)

    page = browser.get("/chat").text

    assert page.count('action="/helped/') == 1, "under the answer before them, not under them"


def test_none_of_these_is_a_button_that_reaches_the_engine(
    world: World, sam: Person, browser: Browser
) -> None:
    none = '/nlu_fallback{"part": "none"}'
    world.assistant.says = (Said("One of these?", (Button("None of these", none),)),)
    browser.say("the ting")

    browser.submit("/chat", choice=none)

    assert world.assistant.heard[-1].text == none
    assert [m.text for m in world.messages(sam) if m.direction is Direction.FROM_PERSON][
        -1
    ] == "None of these"
