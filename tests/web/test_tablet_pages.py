"""Every page of the tablet: help on it, words for it, pictures for it, and nothing inline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.people.model import PeerRole
from bot.reading import measure
from bot.web.tablet.frame import _SHARED
from tests.support.tablet_app import World, opened

WEB = Path(__file__).resolve().parents[2] / "bot" / "web"
TEMPLATES = sorted((WEB / "templates" / "tablet").glob("*.html"))
PAGES = (
    "/help",
    "/enrol",
    "/sign-in",
    "/welcome",
    "/chat",
    "/topics",
    "/topics/visits",
    "/services",
    "/services/healthcare",
    "/ask",
    "/ask/peer",
    "/ask/listener",
    "/requests",
    "/supporter",
    "/nothing",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.mark.parametrize("path", PAGES)
def test_help_and_hide_are_on_every_page(world: World, path: str) -> None:
    page = world.signed_in(world.add("lee", PeerRole.LISTENER)).get(path).text

    assert "Press your cell bell" in page
    assert "Ring Samaritans" in page
    assert "Tell any officer" in page
    assert 'href="/hide"' in page


@pytest.mark.parametrize("path", [*PAGES, "/hide"])
def test_no_page_has_script_or_style_of_its_own(world: World, path: str) -> None:
    page = world.signed_in(world.add("lee", PeerRole.LISTENER)).get(path).text

    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert page.count("<h1") >= 1


def test_the_page_to_hide_behind_tells_nothing(world: World) -> None:
    page = world.signed_in(world.add("sam")).get("/hide").text

    assert 'href="/"' in page
    for word in ("Signpost", "Listener", "Samaritans", "Sam,"):
        assert word not in page


def test_every_topic_has_a_page_and_a_picture(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    pictures = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static" / "icons.svg").read_text()))

    listed = browser.get("/topics").text

    for topic in world.product.taxonomy.topics:
        assert f'href="/topics/{topic}"' in listed
        assert browser.get(f"/topics/{topic}").status_code == 200
    used = set(re.findall(r"icons\.svg\?v=\w+#([\w-]+)", listed + browser.get("/ask").text))
    assert set(world.product.taxonomy.topics) | used <= pictures


def test_an_answer_says_how_it_is_done_here_or_to_ask(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    assert "visits are booked on the kiosk" in browser.get("/topics/visits").text
    assert "Ask staff how it is done here." in browser.get("/topics/money").text


def test_an_answer_leads_to_people_and_to_its_neighbours(world: World) -> None:
    page = world.signed_in(world.add("sam")).get("/topics/visits").text

    assert 'href="/ask/peer?role=pid"' in page
    assert 'href="/ask/staff"' in page
    assert 'href="/topics/video_calls"' in page
    assert "<details" in page


@pytest.mark.parametrize(
    "path", ["/topics/nothing", "/topics/../etc", "/topics/%3Cscript%3E", "/nothing", "/chat/"]
)
def test_what_is_not_there_is_said_in_plain_words(world: World, path: str) -> None:
    answer = world.signed_in(world.add("sam")).get(path)

    assert answer.status_code == 404
    assert "There is nothing here." in answer.text


def test_a_page_that_breaks_says_so_and_tells_no_cause(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = world.signed_in(world.add("sam"))
    token = browser.token("/ask/listener")
    world.database.fails_writing = True

    answer = browser.post("/ask/listener", data={"form": token})

    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "cell bell" in answer.text
    assert "disk full" not in answer.text
    assert "disk full" not in "".join(capfd.readouterr())


def test_the_json_is_described_and_the_pages_are_not(world: World) -> None:
    described = world.browser().get("/openapi.json").json()["paths"]

    assert set(described) == {"/api/messages", "/api/requests", "/api/supporter", "/healthz", "/info"}
    assert world.browser().get("/docs").status_code == 404


def test_the_app_says_that_it_is_well(world: World) -> None:
    assert world.browser().get("/healthz").json() == {"status": "ok"}


def test_the_app_closes_the_assistant_when_it_stops(world: World) -> None:
    with world.browser() as browser:
        browser.get("/help")

    assert world.assistant.closed


def test_static_files_stay_in_their_folder(world: World) -> None:
    browser = world.browser()

    assert browser.get("/static/tablet.css").status_code == 200
    assert browser.get("/static/..%2faccess.py").status_code == 404
    assert browser.get("/static/%2e%2e/access.py").status_code == 404


def test_every_word_that_a_template_uses_is_there(world: World) -> None:
    used = {name for path in TEMPLATES for name in re.findall(r"words\.([a-z_0-9]+)", path.read_text())}

    missing = {name for name in used if not world.product.texts.has(_SHARED.get(name, f"page_{name}"))}

    assert missing == set()


def test_every_group_of_topics_and_every_kind_has_its_words(world: World) -> None:
    keys = [f"page_group_{group}" for group in world.product.taxonomy.groups]
    keys += [f"page_about_{kind}" for kind in ("listener", "peer", "staff", "someone")]
    keys += [f"page_helping_{state}" for state in ("accepted", "arranged", "with_person")]

    assert [key for key in keys if not world.product.texts.has(key)] == []


def test_the_pages_sentences_are_easy_to_read(world: World) -> None:
    english = world.product.texts.languages["en"].messages
    hard = {
        key: measure(text)
        for key, text in english.items()
        if key.startswith("page_") and measure(text).words > 3 and measure(text).age > 11
    }

    assert hard == {}
