"""Alerts in a real browser: a flood hides nobody, keys are enough, what nobody answers goes on sounding."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.people.model import Place
from bot.safety import review
from bot.safety.faults import PART, Told
from bot.safety.model import Level, Reason, Risk, Verdict
from tests.support.desk import PASSWORD, PRISON, DeskKit, make_kit, serving

_SOUNDS = """
window.sounds = [];
document.addEventListener("desk-sound", (event) => window.sounds.push(event.detail));
"""
_IN_VIEW = """(selector) => { const box = document.querySelector(selector).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight; }"""
# Where pictures are wanted: a folder.
SHOTS = os.environ.get("SIGNPOST_ALERT_SHOTS", "")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def opened(browser: Browser, address: str, account: str = "wing", scheme: str = "light") -> Page:
    size = {"width": 1366, "height": 768}
    page = browser.new_context(viewport=size, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.add_init_script(_SOUNDS)
    page.goto(f"{address}/sign-in")
    page.fill("#username", account)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav")
    return page


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def quiet_one(kit: DeskKit, level: Level = Level.URGENT) -> str:
    quiet = replace(kit.person("quiet", "B"), place=Place("B", "B1", "B1-09"))
    with kit.product.database.writing() as work:
        work.persons.save(quiet)
    words = "thanks for everything mate. ive got it all ready for tonight, tell my mum"
    found = (
        Reason(Risk.SUICIDE, level, "says goodbye", "phrase:x", "thanks for everything mate"),
        Reason(Risk.SUICIDE, level, "has a means ready", "phrase:y", "ive got it all ready for tonight"),
    )
    return kit.judged(quiet, words, Verdict(level, (Risk.SUICIDE,), found, "en", "phrases-31c2/head-77aa"))


def climb(kit: DeskKit, record_id: str) -> None:
    """A minute later its time is over, whatever its level allows."""
    kit.clock.move(minutes=1)
    with kit.product.database.writing() as work:
        record = work.safety.get(record_id)
        assert record is not None
        work.safety.save_record(replace(record, climb_at=kit.clock.time))
        review.climb(work, kit.product.prison, now=kit.clock.time)


@pytest.mark.alone
def test_fifty_alarms_from_one_tablet_and_one_of_another_cell_are_all_to_be_seen(
    browser: Browser, kit: DeskKit
) -> None:
    many = [kit.say(kit.person(f"f{number}"), f"help {number}") for number in range(50)]
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector("#live:not([hidden])")

        said = time.monotonic()
        other = quiet_one(kit)
        page.wait_for_selector(f"#alert-{other}")
        shown = time.monotonic() - said
        shot(page, "flood")
        chip = f'.chip[href="#alert-{other}"]'
        seen_at_once = page.evaluate(_IN_VIEW, chip) and page.evaluate(_IN_VIEW, f"#alert-{other}")
        folded = page.is_visible(f"#alert-{many[30]}")
        page.click(f"#fold-{many[0]}")
        page.wait_for_timeout(200)
        kit.say(kit.person("another", "B"), "low", Level.CONCERN)
        page.wait_for_selector(".chip.concern")
        still_open = page.is_visible(f"#alert-{many[30]}")
        page.click(chip)
        reached = page.evaluate(f"location.hash === '#alert-{other}'")

        assert shown < 1.0
        assert seen_at_once
        assert not folded
        assert still_open
        assert reached
        assert page.locator("article.alert").count() == 52


def floods(kit: DeskKit, cells: int, each: int) -> list[str]:
    """So many emergencies from each of so many tablets. Gives the first of each."""
    found = []
    for cell in range(cells):
        place = Place("A", "A1", f"A1-{cell:02d}")
        people = [replace(kit.person(f"p{cell}-{number}"), place=place) for number in range(each)]
        with kit.product.database.writing() as work:
            for person in people:
                work.persons.save(person)
        records = [kit.say(person, f"help {person.id}") for person in people]
        found.append(records[0])
    return found


@pytest.mark.parametrize(("cells", "each"), [(1, 50), (1, 300), (6, 50)])
@pytest.mark.parametrize("level", [Level.EMERGENCY, Level.CONCERN])
def test_the_single_alert_of_another_cell_is_on_the_first_screen(
    browser: Browser, kit: DeskKit, cells: int, each: int, level: Level
) -> None:
    first_ones = floods(kit, cells, each)
    other = quiet_one(kit, level)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector("#live:not([hidden])")
        page.wait_for_selector(f"#alert-{other}")
        shot(page, f"flood-{cells}-{each}-{level.value}")

        assert page.evaluate(_IN_VIEW, f"#alert-{other}")
        assert page.evaluate(_IN_VIEW, f'.chip[href="#alert-{other}"]')
        assert page.evaluate(_IN_VIEW, f"#alert-{first_ones[0]}") or level is Level.EMERGENCY
        assert page.is_visible(f"#go-{other}")


def test_of_three_hundred_cells_all_are_named_on_the_first_screen_and_emergencies_before_all(
    browser: Browser, kit: DeskKit
) -> None:
    floods(kit, 300, 1)
    other = quiet_one(kit, Level.EMERGENCY)
    milder = kit.say(kit.person("mild", "B"), "low", Level.CONCERN)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector("#live:not([hidden])")
        page.wait_for_selector(f"#alert-{other}")
        shot(page, "cells")

        assert page.evaluate(_IN_VIEW, f'.chip[href="#alert-{other}"]')
        assert page.evaluate(_IN_VIEW, f'.chip[href="#alert-{milder}"]')
        assert page.evaluate(_IN_VIEW, "article.alert.emergency")


def test_a_flood_is_acknowledged_with_a_single_confirm_and_what_comes_meanwhile_goes_on_sounding(
    browser: Browser, kit: DeskKit
) -> None:
    (first,) = floods(kit, 1, 50)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector(f"#alert-{first}")

        page.focus(f"#all-ask-{first}")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#all-go-{first}:visible")
        shot(page, "acknowledge-all")
        late = replace(kit.person("late"), place=Place("A", "A1", "A1-00"))
        record = kit.say(late, "another one")
        page.wait_for_selector("text=51 not acknowledged")
        asked = page.inner_text(f"#all-go-{first}")
        page.focus(f"#all-go-{first}")
        page.keyboard.press("Enter")
        page.wait_for_selector('.count.sounding:text-is("1 not acknowledged")')

        assert asked == "Yes, acknowledge all 50 of cell A1-00"
        assert page.locator("article.alert").count() == 1
        assert page.is_visible(f"#alert-{record}")
        assert page.locator(".row.going").count() == 50


def test_an_officer_needs_no_mouse_from_the_alert_to_the_check(browser: Browser, kit: DeskKit) -> None:
    record = quiet_one(kit, Level.EMERGENCY)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector(f"#alert-{record}")
        shot(page, "board")

        page.focus(f"#breathing-yes-{record}")
        page.keyboard.press("Enter")
        page.wait_for_selector(".breathing.yes")
        page.wait_for_timeout(300)
        kept = page.evaluate("document.activeElement.id")
        page.focus(f"#go-{record}")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#check-{record}")
        page.wait_for_timeout(300)
        moved = page.evaluate("document.activeElement.closest('[data-key]')?.id")
        shot(page, "going")
        page.focus(f"#check-{record}")
        page.keyboard.press("Enter")
        page.wait_for_selector("#response")
        shot(page, "alert")
        page.focus("input[name=seen][value=yes]")
        for key in ("Space", "Tab", "Space", "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("He talked. Tea brought.")
        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("text=Officer Wing recorded a check.")
        shot(page, "checked")

        assert kept.endswith(record)
        assert moved == f"alert-{record}"
        with kit.product.database.reading() as work:
            kinds = [entry.kind.value for entry in work.safety.entries_of(record)]
        assert kinds == ["noticed", "breathing", "going", "checked"]


def test_what_nobody_answers_sounds_at_each_step_and_says_so_at_the_top(
    browser: Browser, kit: DeskKit
) -> None:
    record = quiet_one(kit, Level.CONCERN)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.wait_for_selector(f"#alert-{record}")
        page.wait_for_timeout(500)
        counts = [page.evaluate("window.sounds.length")]

        for _ in range(3):
            climb(kit, record)
            page.wait_for_timeout(1500)
            counts.append(page.evaluate("window.sounds.length"))
        page.wait_for_selector(".unanswered")
        shot(page, "unanswered")

        assert counts == [1, 2, 3, 4]
        assert "NOBODY HAS ANSWERED for 3 min" in page.inner_text(".unanswered")


def test_a_damaged_screen_is_a_line_on_every_page_that_comes_and_goes_live(
    browser: Browser, kit: DeskKit
) -> None:
    with serving(kit.app) as address:
        pages = [opened(browser, address, "wing"), opened(browser, address, "safer")]
        pages[1].goto(f"{address}/safety")
        for page in pages:
            page.wait_for_timeout(500)
            assert not page.is_visible("#screen-damaged")
        told = Told(PART, damaged=True, at=kit.clock.time, since=kit.clock.time)

        with kit.product.database.writing() as work:
            work.screen_state.tell(PRISON, told)
        for page in pages:
            page.wait_for_selector("#screen-damaged:not([hidden])")
        shot(pages[0], "damaged")
        pages[0].wait_for_timeout(400)
        sounds = pages[0].evaluate("window.sounds")
        with kit.product.database.writing() as work:
            work.screen_state.tell(PRISON, replace(told, damaged=False))

        for page in pages:
            page.wait_for_selector("#screen-damaged", state="hidden")
        assert sounds.count("lost") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_alerts_in_every_state_pass_the_accessibility_rules(
    browser: Browser, kit: DeskKit, scheme: str
) -> None:
    floods(kit, 2, 4)
    record = quiet_one(kit, Level.EMERGENCY)
    for _ in range(4):
        climb(kit, record)
    gone = kit.say(kit.person("dan", "B"), "low", Level.URGENT)
    kit.post("wing", f"/alerts/{gone}/go")
    kit.post("wing", f"/alerts/{gone}/breathing/no")
    kit.post("wing", f"/alerts/{record}/breathing/yes")
    with kit.product.database.writing() as work:
        work.screen_state.tell(PRISON, Told(PART, damaged=True, at=kit.clock.time, since=kit.clock.time))

    found = []
    with serving(kit.app) as address:
        page = opened(browser, address, "safer", scheme)
        for path in ("/board", f"/alerts/{record}", f"/alerts/{gone}", f"/safety/{gone}"):
            page.goto(address + path)
            page.wait_for_timeout(300)
            shot(page, f"rules-{scheme}-{path.strip('/').split('/')[0]}-{'gone' if gone in path else ''}")
            broken = Axe().run(page).response["violations"]
            found += [(path, rule["id"], rule["nodes"][0]["html"][:150]) for rule in broken]

    assert found == []


def test_an_open_page_of_an_alert_says_when_the_person_has_written_again_and_keeps_what_was_typed(
    browser: Browser, kit: DeskKit
) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant see a way", Level.CONCERN)
    with serving(kit.app) as address:
        page = opened(browser, address)
        page.goto(f"{address}/alerts/{record}")
        page.wait_for_timeout(1000)
        before = page.is_visible("#wrote-again")
        page.fill("#response", "He talked")

        kit.say(sam, "i have took all the tablets now")

        page.wait_for_selector("#wrote-again:not([hidden])")
        typed = page.input_value("#response")
        page.click("#wrote-again a")
        page.wait_for_selector("text=i have took all the tablets now")

        assert not before
        assert typed == "He talked"
        assert "i have took all the tablets now" in page.inner_text("main")
        assert not page.is_visible("#wrote-again")
