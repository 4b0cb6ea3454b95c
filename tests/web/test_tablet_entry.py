"""Coming in on the tablet: enrolment, sign-in, the first page, language, sign-out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content import Language, Texts
from bot.people import tablets
from bot.people.model import Place
from bot.web.tablet.app import create_app
from tests.support.builders import PRISON
from tests.support.tablet_app import World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def code_for(world: World, cell: str = "A2-14") -> str:
    with world.product.database.writing() as work:
        return tablets.make_code(work, PRISON, Place("A", "A2", cell), "officer", now=world.time[0])


def test_a_code_works_once(world: World) -> None:
    code = code_for(world)
    first = world.browser().submit("/enrol", code=code)
    second = world.browser().submit("/enrol", code=code)

    assert (first.status_code, first.headers["location"]) == (303, "/sign-in")
    assert second.status_code == 400
    assert "set-cookie" not in second.headers


def test_a_code_may_be_typed_carelessly(world: World) -> None:
    code = code_for(world).lower().replace("-", " ")

    assert world.browser().submit("/enrol", code=code).status_code == 303


def test_codes_cannot_be_tried_by_the_hundred(world: World) -> None:
    browser = world.browser()
    tries = [browser.submit("/enrol", code="2222-2222").status_code for _ in range(11)]

    assert tries == [400] * 10 + [429]


def test_a_person_signs_in_and_is_told_who_can_read_this(world: World) -> None:
    sam = world.add("sam", welcomed=False)
    browser = world.enrolled()

    answer = browser.submit("/sign-in", number=" sam1 ", pin="2468")
    page = browser.get("/welcome").text

    assert answer.headers["location"] == "/welcome"
    assert "I am not a person" in page
    assert "Who can read this?" in page
    assert browser.get("/chat").headers["location"] == "/welcome"
    assert browser.submit("/welcome").headers["location"] == "/chat"
    assert world.read(lambda work: work.persons.get(sam.id)).welcomed_at == world.time[0]


def test_who_was_welcomed_goes_to_the_chat(world: World) -> None:
    answer = world.enrolled().submit("/sign-in", number=world.add("sam").number, pin="2468")

    assert answer.headers["location"] == "/chat"


@pytest.mark.parametrize(
    ("number", "pin"), [("SAM1", "1111"), ("NOBODY", "2468"), ("", ""), ("';--", "' OR 1=1")]
)
def test_a_wrong_number_and_a_wrong_pin_get_the_same_answer(world: World, number: str, pin: str) -> None:
    world.add("sam")

    answer = world.enrolled().submit("/sign-in", number=number, pin=pin)

    assert answer.status_code == 400
    assert "did not match" in answer.text


def test_after_four_wrong_pins_there_is_a_pause_in_words(world: World) -> None:
    sam = world.add("sam")
    browser = world.enrolled()
    for _ in range(4):
        browser.submit("/sign-in", number=sam.number, pin="0000")

    slowed = browser.submit("/sign-in", number=sam.number, pin="0000")
    waiting = browser.submit("/sign-in", number=sam.number, pin="2468")
    world.later(seconds=17)
    after = browser.submit("/sign-in", number=sam.number, pin="2468")

    assert slowed.status_code == 429
    assert "Please wait 16 seconds" in slowed.text
    assert waiting.status_code == 429
    assert after.status_code == 303


def test_the_pin_is_never_shown_or_remembered(world: World) -> None:
    page = world.enrolled().get("/sign-in").text

    assert 'inputmode="numeric"' in page
    assert 'type="password"' in page
    assert page.count('autocomplete="off"') >= 2


def test_an_old_sign_in_page_gives_a_new_one(world: World) -> None:
    answer = world.enrolled().post("/sign-in", data={"form": "old", "number": "SAM1", "pin": "2468"})

    assert answer.status_code == 409
    assert "too old" in answer.text


def test_the_sign_in_of_the_next_person_ends_the_session_of_the_last(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    old = browser.cookies["signpost_person"]
    browser.submit("/sign-in", number=world.add("ali").number, pin="2468")
    browser.cookies.delete("signpost_person")
    browser.cookies.set("signpost_person", old)

    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_the_first_page_leads_on(world: World) -> None:
    sam = world.add("sam")

    assert world.browser().get("/").headers["location"] == "/enrol"
    assert world.enrolled().get("/").headers["location"] == "/sign-in"
    assert world.signed_in(sam).get("/").headers["location"] == "/chat"


@pytest.fixture
def arabic(world: World) -> World:
    texts = world.product.texts
    language = Language(
        "ar", "العربية", "rtl", False, {"page_chat_title": "ماذا تحتاج؟", "page_chat_send": "إرسال"}
    )
    world.product = replace(world.product, texts=Texts({**texts.languages, "ar": language}))
    world.app = create_app(world.product, world.judge, world.assistant)
    return world


def test_a_language_chosen_before_sign_in_stays_with_the_person(arabic: World) -> None:
    sam = arabic.add("sam")
    browser = arabic.enrolled()
    browser.submit("/language", page="/sign-in", language="ar", back="/sign-in")
    sign_in = browser.get("/sign-in").text
    browser.submit("/sign-in", number=sam.number, pin="2468")

    page = browser.get("/chat").text

    assert '<html lang="ar" dir="rtl">' in sign_in
    assert "ماذا تحتاج؟" in page
    assert arabic.read(lambda work: work.persons.get(sam.id)).language == "ar"
    assert "signpost_language" not in browser.cookies


def test_a_sentence_that_a_language_lacks_is_there_in_english(arabic: World) -> None:
    browser = arabic.signed_in(arabic.add("sam", welcomed=True))
    browser.submit("/language", page="/chat", language="ar", back="/chat")

    assert "Press your cell bell" in browser.get("/chat").text


def test_a_language_can_be_chosen_with_a_button_of_the_assistant(arabic: World) -> None:
    sam = arabic.add("sam")
    browser = arabic.signed_in(sam)

    answer = browser.submit("/chat", choice="language:ar")

    assert answer.headers["location"] == "/chat"
    assert arabic.read(lambda work: work.persons.get(sam.id)).language == "ar"
    assert arabic.assistant.heard == []


@pytest.mark.parametrize("language", ["xx", "", "../en", "de"])
def test_a_language_that_is_not_there_changes_nothing(world: World, language: str) -> None:
    sam = world.add("sam")

    answer = world.signed_in(sam).submit(
        "/language", page="/chat", language=language, back="https://else.where"
    )

    assert answer.headers["location"] == "/"
    assert world.read(lambda work: work.persons.get(sam.id)).language == "en"


def test_a_session_that_was_ended_is_not_brought_back_by_its_next_request(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    token = browser.token()
    world.later(minutes=1)
    with world.product.database.writing() as work:
        work.person_sessions.end_all_of(person_id="sam", now=world.time[0])

    answer = browser.post("/chat", data={"form": token, "text": "hello"})

    assert answer.headers["location"] == "/sign-in?said=not_sent"
