"""The menu in a browser: one row, by keyboard, without script, and it says where one is and what waits."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.desk import PASSWORD, DeskKit, make_kit, serving

SIZE = {"width": 1366, "height": 768}
ONE_ROW = 60
CHECK = {"seen": "yes", "spoke": "yes", "response": "He talked."}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def sign_in(browser: Browser, address: str, who: str, *, script: bool = True) -> Page:
    page = browser.new_context(viewport=SIZE, java_script_enabled=script).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button")
    page.wait_for_selector("nav")
    return page


@pytest.mark.parametrize("who", ["wing", "orderly", "safer", "manager", "admin", "dpo"])
def test_the_bar_is_one_row_for_every_role(kit: DeskKit, browser: Browser, who: str) -> None:
    with serving(kit.app) as address:
        page = sign_in(browser, address, who)
        box = page.locator("header.bar").bounding_box()
        page.context.close()

    assert box is not None
    assert box["height"] < ONE_ROW


def test_it_is_used_by_keyboard_and_says_where_one_is(kit: DeskKit, browser: Browser) -> None:
    with serving(kit.app) as address:
        page = sign_in(browser, address, "safer")
        group = page.locator("summary", has_text="Safety")
        group.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="To review")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="To review")).to_be_hidden()
        expect(group).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reviews")

        expect(page.locator("summary", has_text="Safety")).to_have_attribute("aria-current", "true")
        page.locator("summary", has_text="Supporters").click()
        expect(page.get_by_role("link", name="Care of supporters")).to_be_visible()
        page.locator("summary", has_text="Safety").click()
        expect(page.get_by_role("link", name="Care of supporters")).to_be_hidden()
        expect(page.locator("nav a[aria-current=page]")).to_have_text("To review")
        page.mouse.click(600, 700)
        expect(page.get_by_role("link", name="To review")).to_be_hidden()
        page.context.close()


def test_it_opens_without_script(kit: DeskKit, browser: Browser) -> None:
    with serving(kit.app) as address:
        page = sign_in(browser, address, "safer", script=False)
        page.locator("summary", has_text="Safety").click()
        page.get_by_role("link", name="Safety log").click()

        expect(page.locator("h1")).to_have_text("Safety log")
        page.context.close()


def test_a_group_says_how_much_waits_in_it(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "the words")
    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    bar = {who: kit.signed_in(who).get("/board").text for who in ("safer", "orderly", "a_wing")}

    assert re.search(r"<summary[^>]*>Safety \(1\)</summary>", bar["safer"])
    assert "To review (1)" in bar["safer"]
    assert "To review (" not in bar["orderly"]
    assert "To review (1)" in bar["a_wing"]


def test_a_page_that_is_in_no_menu_marks_the_group_from_which_one_comes(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "the words")

    page = kit.signed_in("safer").get(f"/safety/{record}").text

    assert re.search(r'<summary id="menu-2" aria-current="true">Safety', page)
