"""The board's keys and views in a real browser, and the accessibility rules on each page that is new."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change, Kind
from tests.support.desk import PASSWORD, DeskKit, make_kit, serving


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def opened(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, **options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    page.goto(f"{address}/sign-in")
    page.fill("#username", "wing")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav")
    return page


def settled(page: Page) -> None:
    """The keys listen, the feed is live, and nothing moves any more."""
    page.wait_for_selector("#keys-open:not([hidden])")
    page.wait_for_selector("#live:not([hidden])")
    # Whether sound runs shows within a second, and moves what stands below.
    page.wait_for_timeout(1500)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_keys_go_from_row_to_row_and_to_the_late_ones_and_never_while_somebody_types(
    browser: Browser, kit: DeskKit
) -> None:
    late = kit.ask(kit.person("ann"), ago=70)
    first, second = kit.ask(kit.person("bob"), ago=20), kit.ask(kit.person("cat"), ago=10)
    with serving(kit.app) as address:
        page = opened(browser, address)
        settled(page)

        found = []
        for key in ("w", "j", "k", "l"):
            page.keyboard.press(key)
            found.append(focused(page))
        page.click(f"#more-{first.id}")
        page.fill(f"#offered-{first.id}", "")
        page.focus(f"#offered-{first.id}")
        page.keyboard.type("jkl?")

        assert found == [f"open-{first.id}", f"open-{second.id}", f"open-{first.id}", f"open-{late.id}"]
        assert page.input_value(f"#offered-{first.id}") == "jkl?"
        assert not page.is_visible("#keys")


def test_the_list_of_keys_opens_and_closes_by_key_and_keys_can_be_switched_off_for_good(
    browser: Browser, kit: DeskKit
) -> None:
    kit.ask(kit.person("ann"))
    with serving(kit.app) as address:
        page = opened(browser, address)
        settled(page)
        page.keyboard.press("?")
        open_by_key = page.is_visible("#keys")
        found = Axe().run(page)
        page.keyboard.press("Escape")
        closed = page.is_visible("#keys")
        page.click("#keys-open")
        page.uncheck("#keys-on")
        page.click("#keys-close")
        page.keyboard.press("?")
        off = page.is_visible("#keys")
        page.reload()
        page.wait_for_selector("#keys-open:not([hidden])")
        page.keyboard.press("?")

        assert (open_by_key, closed, off, page.is_visible("#keys")) == (True, False, False, False)
        assert [each["id"] for each in found.response["violations"]] == []


def test_a_view_chosen_by_key_is_there_after_a_new_load_and_large_letters_are_large(
    browser: Browser, kit: DeskKit
) -> None:
    request = kit.ask(kit.person("ann"))
    size = f"parseFloat(getComputedStyle(document.querySelector('#row-{request.id} .cell')).fontSize)"
    with serving(kit.app) as address:
        page = opened(browser, address)
        settled(page)
        usual = page.evaluate(size)
        page.keyboard.press("2")
        page.wait_for_selector(':root[data-view="large"]')
        large = page.evaluate(size)
        page.wait_for_selector("#keys-open:not([hidden])")
        page.keyboard.press("3")
        page.wait_for_selector(':root[data-view="night"]')
        page.reload()

        assert large >= 1.4 * usual
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.is_visible("#on-duty")


def test_without_script_every_view_and_page_works(browser: Browser, kit: DeskKit) -> None:
    kit.ask(kit.person("ann"), ago=70)
    with serving(kit.app) as address:
        page = opened(browser, address, java_script_enabled=False)
        page.click("#view-night")
        night = page.locator("html").get_attribute("data-theme")
        page.click("text=Ask on someone's behalf")
        page.fill("#find", "ann1")
        page.click("main button")
        page.click(".found a")
        page.select_option("#who", "staff")
        page.click("main form button")

        assert night == "dark"
        assert "Asked on the person's behalf." in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_new_page_passes_the_accessibility_rules(browser: Browser, kit: DeskKit, scheme: str) -> None:
    request, failed = _filled(kit)
    paths = (
        f"/requests/{request}",
        f"/requests/{failed}",
        "/people/ann",
        "/on-behalf?find=ANN1",
        "/on-behalf/ann",
        "/board/all?section=late",
        "/board/all?section=unanswered",
        "/handover",
    )
    found = []
    with serving(kit.app) as address:
        page = opened(browser, address, color_scheme=scheme)
        for path in paths:
            page.goto(f"{address}{path}")
            found += [(path, each["id"]) for each in Axe().run(page).response["violations"]]
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            found += [(path, "scrolls sideways")] if wide else []
        page.goto(f"{address}/board")
        for view in ("large", "night", "plain"):
            settled(page)
            page.press(f"#view-{view}", "Enter")
            page.wait_for_selector(f':root[data-view="{view}"]')
            found += [(view, each["id"]) for each in Axe().run(page).response["violations"]]

    assert found == []


def _filled(kit: DeskKit) -> tuple[str, str]:
    officer, now = Actor(ActorKind.STAFF, "staff-wing"), kit.clock.time
    request = kit.ask(kit.person("ann"), ago=70)
    done, failed = kit.ask(kit.person("bob"), ago=200), kit.ask(kit.person("cat", "C"), Kind.STAFF)
    kit.ask(kit.person("dan", "C"))
    kit.say(kit.person("eve"), "help")
    with kit.product.database.writing() as work:
        earlier = now - timedelta(hours=2)
        service.move(work, done.id, Change.BEGUN, officer, now=earlier)
        service.move(work, done.id, Change.FINISHED, officer, now=earlier)
        words = service.Words("other", "tea", "the gate was broken")
        service.move(work, failed.id, Change.COULD_NOT, officer, now=now, words=words)
        service.somebody_came(work, request.id, "ann", came=False, deadlines=kit.product.prison, now=now)
    return request.id, failed.id
