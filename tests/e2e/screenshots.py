"""Takes the README's pictures from the running product: `python -m tests.e2e.screenshots [folder]`."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import _BROWSER_ARGS, ROOT, Running, start, stop
from tests.e2e.walk import (
    desk_signs_in,
    person_signs_in,
    person_writes,
    staff_make_a_code,
    tablet_is_enrolled,
    until,
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp())
    for made in ("encoder", "screen", "models"):
        (var / made).symlink_to(ROOT / "var" / made)
    process, ready = start(var)
    tablet, desk = (word for word in ready.split() if word.startswith("http"))
    running = Running(process, tablet, desk, var, ready)
    chromium = shutil.which("chromium")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=_BROWSER_ARGS)
            _take(browser, running, folder)
            browser.close()
    finally:
        stop(process)


def _take(browser: Browser, running: Running, folder: Path) -> None:
    desk = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    desk_signs_in(desk, running, "safer")
    sam = _on_a_tablet(browser, desk, running, "A2", "A2-14", "A1001AA", folder / "welcome.png")
    person_writes(sam, "wen is me mum alowed 2 visit")
    until(lambda: sam.locator("#replies button").count() > 1, 15)
    sam.screenshot(path=folder / "chat.png")
    sam.goto(f"{running.tablet}/ask/listener")
    sam.locator("form.row button").first.click()
    lee = _on_a_tablet(browser, desk, running, "A1", "A1-02", "A1003AA")
    lee.goto(f"{running.tablet}/supporter")
    lee.locator("form[action='/supporter/duty'] button").click()
    lee.screenshot(path=folder / "supporter.png")
    ali = _on_a_tablet(browser, desk, running, "B1", "B1-03", "A1002AA")
    person_writes(ali, "cant do this no more gonna string up tonite")
    until(lambda: ali.locator("#log .theirs").count() > 0, 15)
    ali.screenshot(path=folder / "danger.png")
    desk.goto(f"{running.desk}/board")
    desk.locator("main").click(position={"x": 5, "y": 5})
    desk.screenshot(path=folder / "board.png")
    sam.goto(f"{running.tablet}/requests")
    sam.screenshot(path=folder / "requests.png")
    _take_others(browser, running, desk, sam, folder / "more")


def _take_others(browser: Browser, running: Running, desk: Page, sam: Page, folder: Path) -> None:
    """Not for the README: what to look at before a change goes out."""
    folder.mkdir(exist_ok=True)
    for name in ("topics", "topics/visits", "ask", "help", "hide"):
        sam.goto(f"{running.tablet}/{name}")
        sam.screenshot(path=folder / f"tablet-{name.replace('/', '-')}.png")
    sam.goto(f"{running.tablet}/chat")
    sam.locator(".languages summary").click()
    sam.locator("button[value='ar']").click()
    for name in ("chat", "requests", "ask", "topics"):
        sam.goto(f"{running.tablet}/{name}")
        sam.screenshot(path=folder / f"arabic-{name}.png")
    sam.set_viewport_size({"width": 640, "height": 400})  # 1280 wide at 200 %
    sam.goto(f"{running.tablet}/chat")
    sam.screenshot(path=folder / "arabic-chat-200.png", full_page=True)
    for name in ("safety", "tablets", "supporters"):
        desk.goto(f"{running.desk}/{name}")
        desk.screenshot(path=folder / f"desk-{name}.png")
    desk.goto(f"{running.desk}/safety")
    desk.locator("table a").first.click()
    desk.screenshot(path=folder / "desk-record.png")


def _on_a_tablet(
    browser: Browser,
    desk: Page,
    running: Running,
    landing: str,
    cell: str,
    number: str,
    welcome: Path | None = None,
) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    tablet_is_enrolled(page, running, staff_make_a_code(desk, running, landing, cell))
    person_signs_in(page, running, number)
    page.locator("form[action='/welcome'] button").first.wait_for()
    if welcome:
        page.screenshot(path=welcome)
    page.locator("form[action='/welcome'] button").first.click()
    page.locator("#text").wait_for()
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
