"""The tablet in a real browser: every page against the accessibility rules that a machine can check."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.people.model import PeerRole
from tests.support import tablet_app
from tests.support.desk import serving
from tests.support.tablet_app import DANGER, World, opened

_BEFORE = ("/help", "/hide", "/enrol", "/sign-in")
_SAM = (
    *("/welcome", "/chat", "/topics", "/topics/visits", "/services", "/services/healthcare"),
    *("/ask", "/ask/peer", "/ask/listener", "/requests", "/days"),
)
_LEE = ("/supporter",)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def page_of(browser: Browser, address: str, client: tablet_app.Browser) -> Page:
    """A page of the real browser with the session of a client that is signed in already."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": each.name, "value": each.value, "url": address} for each in client.cookies.jar]
    )
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_passes_the_accessibility_rules(browser: Browser, world: World, language: str) -> None:
    sam, lee = world.add("sam"), world.add("lee", PeerRole.LISTENER)
    with world.product.database.writing() as work:
        for person in (sam, lee):
            work.persons.save(replace(person, language=language))
    clients = {
        "nobody": world.enrolled("A1-09"),
        "sam": world.signed_in(sam),
        "lee": world.signed_in(lee, "A1-02"),
    }
    for kind in ("listener", "staff"):
        clients["sam"].submit(f"/ask/{kind}")
    (request, *_) = world.read(
        lambda work: [r for r in work.requests.of_person("sam") if r.kind == "listener"]
    )
    clients["lee"].submit(f"/supporter/requests/{request.id}/accept", page="/supporter")
    clients["sam"].say(f"cant do this {DANGER}")

    found = []
    with serving(world.app) as address:
        for name, paths in (("nobody", _BEFORE), ("sam", _SAM), ("lee", _LEE)):
            page = page_of(browser, address, clients[name])
            for path in paths:
                page.goto(address + path)
                assert page.url == address + path
                assert name == "nobody" or page.locator("html").get_attribute("lang") == language
                broken = Axe().run(page).response["violations"]
                found += [(path, rule["id"], rule["nodes"][0]["html"][:150]) for rule in broken]

    assert found == []


def test_words_that_stand_in_the_box_go_first_when_somebody_presses_for_a_listener(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = page_of(browser, address, client)
        page.goto(f"{address}/chat")
        page.locator("#text").fill(f"i cant {DANGER}")
        page.locator("#at-once button").click()
        expect(page.locator("#log")).to_contain_text("I have asked")

        # What is said to words in danger is not left behind: the chat stays, with the bell in it.
        assert page.url == f"{address}/chat"
        assert "bell" in page.locator("#log").inner_text()
        assert page.locator("#text").input_value() == ""

    said = [message.text for message in world.messages(world.read(lambda work: work.persons.get("sam")))]
    kinds = world.read(lambda work: sorted(r.kind.value for r in work.requests.of_person("sam")))
    assert f"i cant {DANGER}" in said
    assert kinds == ["listener", "staff"]
