"""Steps that people take in the browser, one function each, so that a story reads as a story."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from bot.demo import PASSWORD, PIN
from tests.e2e.conftest import Running


def desk_signs_in(page: Page, running: Running, username: str) -> None:
    page.goto(f"{running.desk}/sign-in")
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("nav").first).to_be_visible()


def staff_make_a_code(page: Page, running: Running, landing: str, cell: str) -> str:
    page.goto(f"{running.desk}/tablets")
    page.locator("#landing").select_option(f"{landing[0]}/{landing}")
    page.locator("#cell").fill(cell)
    page.locator("form[action='/tablets'] button").click()
    return page.locator("#code").inner_text()


def tablet_is_enrolled(page: Page, running: Running, code: str) -> None:
    page.goto(f"{running.tablet}/enrol")
    page.locator("#code").fill(code)
    page.locator("form[action='/enrol'] button").click()
    expect(page.locator("#number")).to_be_visible()


def person_signs_in(page: Page, running: Running, number: str) -> None:
    page.goto(f"{running.tablet}/sign-in")
    page.locator("#number").fill(number)
    page.locator("#pin").fill(PIN)
    page.locator("form[action='/sign-in'] button").click()


def person_chooses(page: Page, running: Running, language: str) -> None:
    """The language of the pages, from any of them."""
    page.goto(f"{running.tablet}/chat")
    page.locator(".languages summary").click()
    page.locator(f"button[name='language'][value='{language}']").click()
    expect(page.locator(f"html[lang='{language}']")).to_have_count(1)


def person_writes(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#send").click()


def latest_answer(page: Page) -> str:
    return page.locator("#log .theirs .said").last.inner_text()


def until(happened: Callable[[], bool], seconds: float) -> float:
    """Waits until it happened and returns the seconds it took. Fails after `seconds`."""
    start = time.monotonic()
    while not happened():
        assert time.monotonic() - start < seconds, f"did not happen within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - start


def board_row(page: Page, reference: str) -> "re.Match[str] | None":
    return re.search(rf"[^\n]*{reference}", page.locator("#board-list").inner_text())
