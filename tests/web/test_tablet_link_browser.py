"""When the link is gone the tablet still says what to do: the page it keeps, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from starlette.responses import PlainTextResponse

from tests.support import tablet_app
from tests.support.desk import serving
from tests.support.tablet_app import World, opened

_KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const each of await (await caches.open(name)).keys()) kept.push(new URL(each.url).pathname);
  return kept.sort();
}"""
_READY = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def chat_of(browser: Browser, address: str, client: tablet_app.Browser) -> Page:
    """Sam's chat, on a tablet that has been open for a moment."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": each.name, "value": each.value, "url": address} for each in client.cookies.jar]
    )
    page = context.new_page()
    page.goto(f"{address}/ask/listener")
    page.wait_for_function(_READY)
    return page


def port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port


def test_whoever_opens_a_page_without_a_link_reads_what_to_do_and_nothing_of_anybody(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = chat_of(browser, address, client)
        kept = page.evaluate(_KEPT)

    page.goto(f"{address}/chat")
    words = page.inner_text("main")
    whole = page.content()

    assert "/no-link" in kept
    assert all(path == "/no-link" or path.startswith("/static/") for path in kept)
    assert "What you sent last may not have arrived." in words
    assert "Press your cell bell" in words
    assert "Naciśnij dzwonek w celi" in words or "naciśnij dzwonek w celi" in words
    assert "Sam" not in whole.replace("Samaritans", "")
    assert "<form" not in whole
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopWidth") != "0px"

    with serving(world.app, port_of(address)):
        page.click("text=Try again")
        page.wait_for_selector("#composer")


def test_a_form_sent_when_the_link_is_gone_says_that_it_may_not_have_arrived(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = chat_of(browser, address, client)

    page.click("main form button >> nth=0")
    page.wait_for_selector(".no-link")

    assert "What you sent last may not have arrived." in page.inner_text("main")
    assert not world.read(lambda work: list(work.requests.of_person("sam")))


def test_what_answers_in_our_place_is_not_shown_and_our_own_refusals_are(
    browser: Browser, world: World
) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = chat_of(browser, address, client)
        page.goto(f"{address}/nothing-here")
        ours = page.inner_text("main")

    with serving(PlainTextResponse("Bad gateway of the proxy", 502), port_of(address)):
        page.goto(f"{address}/chat")
        proxys = page.inner_text("body")

    assert "may not have arrived" not in ours
    assert "Press your cell bell" in proxys
    assert "Bad gateway" not in proxys


def test_a_message_sent_when_the_link_is_gone_goes_back_into_the_box(browser: Browser, world: World) -> None:
    client = world.signed_in(world.add("sam"))
    with serving(world.app) as address:
        page = chat_of(browser, address, client)
        page.goto(f"{address}/chat")

    page.fill("#text", "i need somebody")
    page.press("#text", "Enter")
    page.wait_for_selector("#notices .notice")

    assert "press your cell bell" in page.inner_text("#notices")
    assert page.input_value("#text") == "i need somebody"
    assert page.locator("#log .mine").count() == 0
