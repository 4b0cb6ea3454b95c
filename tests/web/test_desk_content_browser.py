"""Editing content in a real browser: without script too, by everybody, seen as the tablet shows it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.web.tablet.app import create_app
from tests.support.content_desk import HARD, KIT, VISITS
from tests.support.desk import PASSWORD, DeskKit, make_kit, serving
from tests.support.tablet_app import FakeAssistant, FakeJudge, World

_LOOK = "(el) => ['color', 'fontFamily', 'fontWeight'].map((name) => getComputedStyle(el)[name])"
_TEXT = "(box) => box.shadowRoot.querySelector('article').innerText"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def signed_in(browser: Browser, address: str, account: str = "manager", **options: object) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 900}, **options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.goto(f"{address}/sign-in")
    page.fill("#username", account)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav")
    return page


def test_without_script_a_text_is_shown_published_and_taken_back(browser: Browser, kit: DeskKit) -> None:
    with serving(kit.app) as address:
        page = signed_in(browser, address, java_script_enabled=False)
        page.goto(f"{address}/content")
        page.click(f"a[href='{VISITS}']")
        page.fill("#f-title", "Seeing your people")

        page.click("#preview-go")
        page.locator(".tablet h1").wait_for()
        shown = page.locator(".tablet h1").inner_text()
        page.click("#publish")
        published = page.locator(".done").inner_text()
        page.click("text=All versions")
        page.click("#version-0 summary")
        page.click("#back-0")
        back = page.locator("h1").inner_text()

    assert shown == "Seeing your people"
    assert published.startswith("Published.")
    assert back == "Visits"


def test_without_script_a_service_is_added_and_taken_away(browser: Browser, kit: DeskKit) -> None:
    with serving(kit.app) as address:
        page = signed_in(browser, address, java_script_enabled=False)
        page.goto(f"{address}/content?show=service")
        page.click("#add")
        page.fill("#f-title", "Eye tests")
        page.select_option("#f-icon", "dentist_optician")
        page.select_option("#f-topics select", "dentist_optician")
        page.select_option("#f-reach-0-way", "officer")
        page.fill("#f-who-team", "Opticians")
        page.fill("#f-owner", "healthcare")

        page.click("#preview-go")
        page.locator(".tablet h1").wait_for()
        shown = page.locator(".tablet h1").inner_text()
        page.click("#publish")
        added = page.locator(".done").inner_text()
        page.click("text=Take it away")
        page.click("#remove-go")
        gone = page.locator(".done").inner_text()

    assert shown == "Eye tests"
    assert added.startswith("Added.")
    assert gone.startswith("Taken away.")


def test_the_preview_reads_and_looks_as_the_tablets_page_does(browser: Browser, kit: DeskKit) -> None:
    product = replace(kit.product, settings=kit.product.settings.model_copy(update={"content_seconds": 0}))
    world = World(product, None, FakeJudge(), FakeAssistant(), None, [kit.clock.time])  # type: ignore[arg-type]
    world.app = create_app(product, world.judge, world.assistant)
    cookies = [
        {"name": name, "value": value, "url": "http://127.0.0.1"}
        for name, value in world.signed_in(world.add("sam")).cookies.items()
    ]
    with serving(kit.app) as desk, serving(world.app) as tablet:
        page = signed_in(browser, desk, color_scheme="dark")
        page.goto(desk + VISITS)
        page.fill("#f-title", "Seeing your people")
        page.click("#preview-go")
        page.wait_for_selector("#preview")
        preview = page.eval_on_selector(".tablet", _TEXT), page.eval_on_selector(".tablet h1", _LOOK)
        page.click("#publish")
        page.wait_for_selector(".done")
        # Without script there is no button to read aloud, as in the preview.
        other = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
        other.add_cookies(cookies)  # type: ignore[arg-type]
        real = other.new_page()
        real.goto(f"{tablet}/topics/visits")
        shown = real.inner_text("article.answer"), real.eval_on_selector("article h1", _LOOK)

    assert [shown[0].split(), shown[1]] == [preview[0].split(), preview[1]]


def test_every_page_of_content_passes_the_accessibility_rules(browser: Browser, kit: DeskKit) -> None:
    found = []
    with serving(kit.app) as address:
        for scheme in ("light", "dark"):
            page = signed_in(browser, address, color_scheme=scheme)
            colleague = signed_in(browser, address, "admin")
            for name in _walk(page, colleague, address, scheme):
                broken = Axe().run(page).response["violations"]
                found += [(scheme, name, rule["id"], rule["nodes"][0]["html"][:150]) for rule in broken]

    assert found == [], "\n".join(map(str, found))


def _walk(page: Page, colleague: Page, address: str, scheme: str) -> Iterator[str]:
    """Every page in every state."""
    page.goto(f"{address}/content")
    yield "list"
    page.goto(address + KIT)
    yield "form of a service"
    page.click("#preview-go")
    page.wait_for_selector("#preview")
    yield "preview of a service"
    page.goto(address + VISITS)
    page.fill("#f-short", HARD)
    page.click("#publish")
    page.wait_for_selector("#wrong")
    yield "refused"
    page.goto(address + VISITS)
    colleague.goto(address + VISITS)
    colleague.fill("#f-title", f"Theirs in {scheme}")
    colleague.click("#publish")
    colleague.wait_for_selector(".done")
    page.fill("#f-title", "Mine")
    page.click("#publish")
    page.wait_for_selector("#beside")
    yield "overtaken"
    page.goto(f"{address}{VISITS}/history")
    for summary in page.locator("summary").all():
        summary.click()
    yield "history"
    page.goto(f"{address}/content?show=edited")
    yield "edited"
    page.goto(f"{address}/content/new-service")
    yield "a new service"
    page.goto(f"{address}/content/services/healthcare/remove")
    yield "what would point nowhere"
    page.click("#remove-go")
    page.wait_for_selector(".done")
    yield "taken away"
    page.click("#publish")
    page.wait_for_selector(".done")
    yield "brought back"
