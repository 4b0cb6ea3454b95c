"""On a topic's page: "did this help?", without script too, once a person and page a day, and changeable."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.learning.model import Helped
from bot.people.model import Person
from tests.support.tablet_app import Browser, World, opened

VISITS, HELPED = "/topics/visits", "/topics/visits/helped"
THANKS = "Thank you for telling me. If you change your mind, press the other one."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def sam(world: World) -> Person:
    return world.add("sam")


@pytest.fixture
def browser(world: World, sam: Person) -> Browser:
    return world.signed_in(sam)


def vote(browser: Browser, helped: str, topic: str = "visits"):  # type: ignore[no-untyped-def]
    return browser.submit(f"/topics/{topic}/helped", page=f"/topics/{topic}", helped=helped)


def counts(world: World) -> list[Helped]:
    return world.read(lambda work: list(work.page_feedback.since("oakmoor", world.time[0].date())))


def pressed(page: str) -> list[str]:
    return re.findall(r'value="(yes|no)" aria-pressed="true"', page)


def test_every_topics_page_asks_whether_it_helped(world: World, browser: Browser) -> None:
    pages = {topic: browser.get(f"/topics/{topic}").text for topic in world.product.taxonomy.topics}

    assert [topic for topic, page in pages.items() if f'action="/topics/{topic}/helped"' not in page] == []
    assert all("Did this help?" in page and pressed(page) == [] for page in pages.values())


def test_a_vote_is_thanked_counted_and_shown_and_stays_on_the_page(world: World, browser: Browser) -> None:
    answer = vote(browser, "yes")
    page = browser.get(VISITS).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{VISITS}#helped")
    assert THANKS in page
    assert pressed(page) == ["yes"]
    assert counts(world) == [Helped("visits", 1, 0)]
    assert pressed(browser.get("/topics/phone").text) == []
    assert world.assistant.heard == [], "the engine need not hear of it"
    assert world.messages(world.read(lambda work: work.persons.get("sam"))) == []


def test_a_changed_mind_takes_the_place_of_the_vote(world: World, browser: Browser) -> None:
    for helped in ("yes", "no", "no"):
        vote(browser, helped)

    assert pressed(browser.get(VISITS).text) == ["no"]
    assert counts(world) == [Helped("visits", 0, 1)]


def test_the_same_form_sent_twice_is_one_vote(world: World, browser: Browser) -> None:
    form = {"form": browser.token(VISITS), "helped": "yes"}

    answers = [browser.post(HELPED, data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert counts(world) == [Helped("visits", 1, 0)]


def test_the_next_day_is_a_new_vote_in_the_prisons_own_time(
    world: World, sam: Person, browser: Browser
) -> None:
    vote(browser, "yes")
    world.later(hours=15)
    again = world.signed_in(sam)

    before = pressed(again.get(VISITS).text)
    vote(again, "no")

    assert before == []
    assert world.read(lambda work: list(work.page_feedback.since("oakmoor", world.time[0].date()))) == [
        Helped("visits", 0, 1)
    ]


def test_another_person_on_the_same_tablet_has_a_vote_of_their_own(world: World, browser: Browser) -> None:
    vote(browser, "yes")
    ali = world.signed_in(world.add("ali"))

    before = pressed(ali.get(VISITS).text)
    vote(ali, "yes")

    assert before == []
    assert counts(world) == [Helped("visits", 2, 0)]


@pytest.mark.parametrize("helped", ["", "maybe", "YES", "1"])
def test_what_is_no_vote_is_refused(world: World, browser: Browser, helped: str) -> None:
    assert vote(browser, helped).status_code == 400
    assert counts(world) == []


@pytest.mark.parametrize("topic", ["nothing", "Visits", "%3Cscript%3E"])
def test_there_is_no_vote_on_what_is_no_topic(world: World, browser: Browser, topic: str) -> None:
    answer = browser.submit(f"/topics/{topic}/helped", page=VISITS, helped="yes")

    assert answer.status_code == 404
    assert counts(world) == []


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_vote_counts_nothing_and_shows_the_page_again(
    world: World, browser: Browser, token: str
) -> None:
    answer = browser.post(HELPED, data={"form": token, "helped": "yes"})

    assert answer.status_code == 409
    assert "Did this help?" in answer.text
    assert counts(world) == []


def test_a_form_of_another_session_counts_nothing(world: World, browser: Browser) -> None:
    ali = world.signed_in(world.add("ali"), "A2-15")

    answer = ali.post(HELPED, data={"form": browser.token(VISITS), "helped": "yes"})

    assert answer.status_code == 409
    assert counts(world) == []


def test_a_vote_that_could_not_be_stored_says_so(world: World, browser: Browser) -> None:
    token = browser.token(VISITS)
    world.database.fails_writing = True

    answer = browser.post(HELPED, data={"form": token, "helped": "yes"})

    assert answer.status_code >= 500
    world.database.fails_writing = False
    assert counts(world) == []


@pytest.mark.parametrize("language", ["cy", "ar", "pl", "ro", "sq"])
def test_it_asks_in_the_persons_language(world: World, browser: Browser, language: str) -> None:
    browser.submit("/language", page="/chat", language=language, back=VISITS)

    page = browser.get(VISITS).text

    messages = world.product.texts.languages[language].messages
    assert all(messages[key] in page for key in ("page_helped", "page_helped_yes", "page_topic_helped_no"))
    assert "This did not help" not in page
