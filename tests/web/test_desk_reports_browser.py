"""Reports in a real browser: axe finds nothing, in light, dark and at twice the size; no script is needed."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.report_counting import catch_up
from bot.safety.model import Level
from tests.support.desk import PASSWORD, START, DeskKit, make_kit, serving
from tests.support.report_filling import fill_requests

# Where pictures are wanted: a folder.
SHOTS = os.environ.get("SIGNPOST_REPORT_SHOTS", "")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("reports"))
    fill_requests(kit.product.database, 900, start=START - timedelta(days=84), days=84)
    for number in range(7):
        kit.say(kit.person(f"sad{number}"), "cant do this no more", Level.URGENT)
    assert catch_up(kit.product, timedelta(minutes=5))
    yield kit
    kit.product.database.close()


@pytest.fixture(scope="module")
def address(kit: DeskKit) -> Iterator[str]:
    with serving(kit.app) as address:
        yield address


def opened(
    browser: Browser, address: str, *, scheme: str = "light", script: bool = True, zoom: int = 1
) -> Page:
    size = {"width": 1366 // zoom, "height": 768 // zoom}
    context = browser.new_context(
        viewport=size,
        color_scheme=scheme,
        java_script_enabled=script,
        device_scale_factor=zoom,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{address}/sign-in")
    page.fill("#username", "manager")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav")
    page.goto(f"{address}/reports")
    return page


def shot(page: Page, name: str, *, full: bool = False) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=full)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_reports_page(browser: Browser, address: str, scheme: str) -> None:
    page = opened(browser, address, scheme=scheme)

    found = Axe().run(page)

    shot(page, f"reports-{scheme}")
    shot(page, f"reports-{scheme}-full", full=True)
    assert found.violations_count == 0, found.generate_report()


def test_at_twice_the_size_nothing_is_pushed_off_the_page(browser: Browser, address: str) -> None:
    page = opened(browser, address, zoom=2)

    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    shot(page, "reports-zoom")
    assert wide <= 0


def test_a_wrong_day_is_said_where_it_is_and_axe_agrees(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.goto(f"{address}/reports?from=2026-11-20&to=2026-11-01")

    found = Axe().run(page)

    shot(page, "reports-wrong")
    assert page.text_content("#wrong") == "The first day is after the last one."
    assert page.get_attribute("#from", "aria-describedby") == "wrong"
    assert found.violations_count == 0, found.generate_report()


def test_the_form_and_the_downloads_need_no_script(browser: Browser, address: str) -> None:
    page = opened(browser, address, script=False)

    page.select_option("#for", "branch")
    page.fill("#from", "2026-11-01")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports?from=2026-11-01**")

    shot(page, "reports-no-script")
    assert page.text_content(".report-title") is not None
    assert "Requests for a Listener" in (page.text_content(".report-title") or "")
    assert page.locator("svg[role=img]").count() == 5
    page.click("text=Figures for a spreadsheet")
    assert "of whole months" in (page.text_content("#wrong") or "")
    page.click("nav.wings >> text=Last month")
    with page.expect_download() as coming:
        page.click("text=Figures for a spreadsheet")
    assert coming.value.suggested_filename == "signpost-branch-2026-10-01-2026-10-31.csv"


def test_keys_alone_reach_the_form_the_files_and_each_table(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.focus("#main")
    met = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        met.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.getAttribute('aria-labelledby') "
                "|| document.activeElement.getAttribute('href') || ''"
            )
        )

    assert {"from", "to", "wing", "for", "h-kind", "h-alerts"} <= met
    assert any(str(each).startswith("/reports/report.pdf") for each in met)
