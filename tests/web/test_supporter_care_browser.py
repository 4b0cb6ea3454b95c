"""The pages of supporters and of their coordinator in a real browser: they pass the accessibility rules."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.people import applying, care, own_record, pressure, swaps, tablets
from bot.people.model import PeerRole, Place
from bot.people.rota import OFF, Span, read_spans
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import NOW, PRISON
from tests.support.desk import PASSWORD, make_kit, serving
from tests.support.tablet_app import PIN, World, opened

MORNING = Span(9 * 60, 12 * 60)


def fill(work: UnitOfWork, zone, sealed: str) -> tuple[str, str, str]:  # type: ignore[no-untyped-def]
    """Something in every list. Gives the ids of Lee's check, report and letter."""
    tomorrow = NOW.date() + timedelta(days=1)
    for name, text in (("lee", "09:00-12:00, 18:00-20:00"), ("mo", "14:00-16:00")):
        work.rotas.put_week(PRISON, name, [read_spans(text)] * 7, NOW)
    work.rotas.put_exception("lee", tomorrow + timedelta(days=3), OFF, NOW)
    swap = swaps.ask(work, zone, "lee", tomorrow, MORNING, asked_of="mo", now=NOW)
    swaps.agree(work, zone, swap.id, "mo", now=NOW)
    afternoon = read_spans("14:00-16:00")[0]
    swaps.ask(work, zone, "mo", tomorrow + timedelta(days=1), afternoon, asked_of="lee", now=NOW)
    care.ask_to_talk(work, "lee", now=NOW)
    applying.apply(work, work.people.lock("sam"), PeerRole.LISTENER, now=NOW)
    report = pressure.report(work, PRISON, "lee", sealed, "form", now=NOW)
    letter = own_record.ask_for_letter(work, PRISON, "lee", now=NOW)
    return care.begin(work, "lee", now=NOW).id, report.id, letter.id


def broken_on(page: Page, address: str, paths: tuple[str, ...]) -> list[tuple[str, str, str]]:
    found = []
    for path in paths:
        page.goto(address + path)
        page.wait_for_timeout(200)
        violations = Axe().run(page).response["violations"]
        found += [(path, rule["id"], rule["nodes"][0]["html"][:150]) for rule in violations]
    return found


def tablet_page(browser: Browser, address: str, world: World, number: str) -> Page:
    with world.product.database.writing() as work:
        code = tablets.make_code(work, PRISON, Place("A", "A2", f"A2-{number}"), "officer", now=NOW)
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{address}/enrol")
    page.fill("input[name=code]", code)
    page.click("main button")
    page.wait_for_url("**/sign-in")
    page.fill("input[name=number]", number)
    page.fill("input[name=pin]", PIN)
    page.click("main button")
    page.wait_for_selector("nav.tabs")
    return page


def test_the_pages_of_the_tablet_pass_the_accessibility_rules(browser: Browser, tmp_path: Path) -> None:
    with opened(tmp_path) as world:
        for name in ("lee", "mo"):
            world.add(name, PeerRole.LISTENER)
        world.add("sam")
        with world.product.database.writing() as work:
            check, _, _ = fill(work, world.product.prison.zone, "sealed")
        own = ("", "/rota", "/record", "/card", "/limits", "/pressure", f"/after/{check}")
        with serving(world.app) as address:
            lee = tablet_page(browser, address, world, "LEE1")
            found = broken_on(lee, address, tuple(f"/supporter{path}" for path in own))
            found += broken_on(tablet_page(browser, address, world, "SAM1"), address, ("/apply",))

    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_desk_pass_the_accessibility_rules(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    kit = make_kit(tmp_path)
    for name in ("lee", "mo"):
        kit.supporter(name)
    kit.person("sam")
    sealed = kit.app.state.desk.sealer.seal("he wants me to carry a phone")
    with kit.product.database.writing() as work:
        _, report, letter = fill(work, kit.product.prison.zone, sealed)
    paths = ("/coordinator", f"/coordinator/reports/{report}", f"/coordinator/letters/{letter}", "/rotas/lee")
    with serving(kit.app) as address:
        page = browser.new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]
        page.goto(f"{address}/sign-in")
        page.fill("#username", "safer")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("nav")

        found = broken_on(page, address, paths)

    assert found == []
    kit.product.database.close()
