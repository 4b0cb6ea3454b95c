"""Locks in a real browser: strict cookies over a way to another site and back, a picture under the policy."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.openid.build import people_provider, staff_provider
from tests.support.desk import PASSWORD, Clock, DeskKit, make_kit, serving
from tests.support.provider import provider
from tests.support.tablet_app import opened

PEOPLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sub-wing", {"preferred_username": "wing", "name": "Kit", "groups": ["officers"]}),
    ("A1234BC", {"given_name": "KIT", "establishment": {"agency_id": "OKI"}}),
)
GIVEN = {"client_id": "signpost", "client_secret": "given"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(*PEOPLE) as address:
        yield address


@pytest.fixture
def kit(tmp_path: Path, issuer: str) -> Iterator[DeskKit]:
    given = {f"oidc_{name}": value for name, value in GIVEN.items()}
    clock = Clock(datetime.now(UTC))
    made = make_kit(tmp_path, clock=clock, oidc_issuer=issuer, oidc_groups="officers=wing", **given)
    yield made
    made.product.database.close()


def _page(browser: Browser, width: int = 1366, height: int = 768, **options: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
    page.set_default_timeout(10_000)
    return page


def _agree(page: Page, subject: str) -> None:
    page.fill("input[name=sub]", subject)
    page.press("input[name=sub]", "Enter")


def _shown(page: Page, name: str) -> None:
    """A picture for whoever wants to look, in a folder that is named from outside."""
    if folder := os.environ.get("SIGNPOST_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _faults(page: Page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_staff_come_back_from_another_site_signed_in(browser: Browser, kit: DeskKit, script: bool) -> None:
    """The provider is on localhost, the desk on 127.0.0.1: two sites, as in a prison."""
    with serving(kit.app) as address:
        settings = kit.product.settings.model_copy(update={"notify_desk_url": address})
        kit.app.state.desk = replace(kit.app.state.desk, provider=staff_provider(settings, kit.product.now))
        page = _page(browser, java_script_enabled=script)
        page.goto(f"{address}/sign-in")
        _shown(page, "desk-sign-in-provider")
        page.click("text=Sign in with your work account")
        _agree(page, "sub-wing")

        # The first time the account is tied to the provider's, and its owner reads that before anything else.
        page.wait_for_url(f"{address}/account")

        assert page.locator("#main").is_visible()
        page.goto(f"{address}/board")
        assert page.url == f"{address}/board"


def test_a_person_comes_back_from_another_site_says_the_cell_and_is_in(
    browser: Browser, tmp_path: Path, issuer: str
) -> None:
    given = {f"people_oidc_{name}": value for name, value in GIVEN.items()}
    with opened(tmp_path, people_agency="OKI", **given) as world, serving(world.app) as address:
        world.time[0] = datetime.now(UTC)
        update = {"people_oidc_issuer": issuer, "people_oidc_scope": "openid profile", "tablet_url": address}
        settings = world.product.settings.model_copy(update=update)
        made = people_provider(settings, world.product.now)
        world.app.state.parts = replace(world.app.state.parts, provider=made)
        page = _page(browser, 1280, 800)
        page.goto(address)
        _shown(page, "tablet-enrol-sso")
        page.click("text=Sign in with your prison account")
        _agree(page, "A1234BC")
        page.wait_for_url(f"{address}/where")
        faults = _faults(page)
        _shown(page, "tablet-where")
        page.select_option("#landing", "A/A2")
        page.fill("#cell", "A2-14")
        page.click("main button")
        page.wait_for_url(f"{address}/welcome")
        _shown(page, "tablet-welcome")

    assert faults == []


def test_the_place_is_asked_in_arabic_from_right_to_left(
    browser: Browser, tmp_path: Path, issuer: str
) -> None:
    given = {f"people_oidc_{name}": value for name, value in GIVEN.items()}
    with opened(tmp_path, people_agency="OKI", **given) as world, serving(world.app) as address:
        world.time[0] = datetime.now(UTC)
        update = {"people_oidc_issuer": issuer, "people_oidc_scope": "openid profile", "tablet_url": address}
        settings = world.product.settings.model_copy(update=update)
        made = people_provider(settings, world.product.now)
        world.app.state.parts = replace(world.app.state.parts, provider=made)
        page = _page(browser, 1280, 800)
        page.goto(f"{address}/sign-in/provider")
        _agree(page, "A1234BC")
        page.wait_for_url(f"{address}/where")
        with world.product.database.writing() as work:
            person = work.persons.find_by_number("oakmoor", "A1234BC")
            assert person is not None
            work.persons.save(replace(person, language="ar"))
        page.reload()
        _shown(page, "tablet-where-ar")
        direction = page.get_attribute("html", "dir")
        faults = _faults(page)

    assert (direction, faults) == ("rtl", [])


def test_the_second_step_is_set_up_without_script_and_its_picture_is_shown(
    browser: Browser, tmp_path: Path
) -> None:
    kit = make_kit(tmp_path, second_step="required")
    errors: list[str] = []
    with serving(kit.app) as address:
        page = _page(browser, java_script_enabled=False)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/sign-in")
        page.fill("#username", "wing")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/sign-in/set-up")
        _shown(page, "desk-set-up")
        size = page.locator(".qr").bounding_box()
        secret = re.sub(r"\s", "", page.inner_text(".letters"))
        page.fill("#code", pyotp.TOTP(secret).at(kit.clock.time))
        page.click("text=Turn it on")
        page.wait_for_selector(".codes")
        _shown(page, "desk-recovery")
        page.click("text=I have written them down")
        page.wait_for_url("**/board")
    kit.product.database.close()

    assert size is not None
    assert size["width"] > 150
    assert errors == []


def test_pages_of_accounts_and_of_emergencies_pass_the_accessibility_rules(
    browser: Browser, tmp_path: Path
) -> None:
    kit = make_kit(tmp_path)
    kit.post("wing", "/emergency", reason="Nobody else answers and somebody may come to harm")
    found: list[tuple[str, str]] = []
    with serving(kit.app) as address:
        for account, paths in (
            ("admin", ("/accounts", "/accounts/staff-wing", "/account", "/account/second-step")),
            ("manager", ("/emergency", "/board")),
            ("wing", ("/emergency",)),
        ):
            page = _page(browser)
            page.goto(f"{address}/sign-in")
            page.fill("#username", account)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_selector("nav")
            for path in paths:
                page.goto(address + path)
                found += [(path, fault) for fault in _faults(page)]
                _shown(page, f"desk-{account}{path.replace('/', '-')}")
        page = _page(browser)
        for path in ("/sign-in", "/sign-in/first"):
            page.goto(address + path)
            found += [(path, fault) for fault in _faults(page)]
    kit.product.database.close()

    assert found == []
