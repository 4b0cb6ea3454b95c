"""What eyes found once, measured: nothing runs off the side, and every way is large enough for a thumb."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.people.model import Actor, ActorKind, PeerRole
from bot.queue import service as queue
from bot.queue.model import Change
from tests.support.desk import PASSWORD, DeskKit, make_kit, serving
from tests.support.tablet_app import World, opened
from tests.web.test_tablet_browser import page_of

TABLET = (
    *(
        "/welcome",
        "/chat",
        "/topics",
        "/topics/visits",
        "/services",
        "/services/healthcare",
        "/ask",
        "/ask/peer",
    ),
    *("/ask/listener", "/requests", "/days", "/apply", "/help", "/hide", "/nowhere"),
)
HELPER = (
    *("/supporter", "/supporter/rota", "/supporter/record", "/supporter/card", "/supporter/limits"),
    "/supporter/pressure",
)
DESK = {
    "safer": (
        *(
            "/board",
            "/handover",
            "/reviews",
            "/safety",
            "/supporters",
            "/coordinator",
            "/keep-apart",
            "/reports",
        ),
        *("/alarms", "/danger-examples", "/notices", "/emergency", "/account", "/on-behalf"),
    ),
    "admin": ("/tablets", "/people", "/accounts", "/accounts/staff-wing", "/content", "/not-understood"),
    "dpo": ("/reading", "/holds", "/own-data"),
}
# Ways in a line of text are as high as the line: these stand by themselves, or are buttons.
_TOO_SMALL = """() => [...document.querySelectorAll(
    "a, button, summary, select, textarea, input:not([type=hidden])")]
  .map((each) => [each, (["radio", "checkbox"].includes(each.type) ? each.closest("label") : each)])
  .filter(([each]) => each.checkVisibility() && !each.closest(".out-of-sight, .skip"))
  .map(([each, shown]) => [each.innerText || each.name, shown.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_the_tablet_every_way_is_large_enough_and_nothing_runs_off_the_side(
    browser: Browser, world: World, language: str
) -> None:
    people = {"sam": world.add("sam"), "lee": world.add("lee", PeerRole.LISTENER)}
    with world.product.database.writing() as work:
        for person in people.values():
            work.persons.save(replace(person, language=language))
    clients = {"sam": world.signed_in(people["sam"]), "lee": world.signed_in(people["lee"], "A1-02")}
    clients["sam"].submit("/ask/listener")
    found: list[tuple[str, object]] = []
    with serving(world.app) as address:
        for name, paths in (("sam", TABLET), ("lee", HELPER)):
            page = page_of(browser, address, clients[name])
            for path in paths:
                page.goto(address + path)
                found += [(path, each) for each in page.evaluate(_TOO_SMALL)]
                # As at 200 %.
                page.set_viewport_size({"width": 640, "height": 400})
                found += [(path, "too wide")] if page.evaluate(_TOO_WIDE) else []
                page.set_viewport_size({"width": 1280, "height": 800})
            page.context.close()

    assert found == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 1280), ("en", 640), ("ar", 640)])
def test_whoever_presses_language_sees_the_languages_at_once(
    browser: Browser, world: World, language: str, width: int
) -> None:
    person = replace(world.add("sam"), language=language)
    with world.product.database.writing() as work:
        work.persons.save(person)
    with serving(world.app) as address:
        page = page_of(browser, address, world.signed_in(person))
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/chat")
        page.locator(".languages summary").click()
        seen = page.locator(".languages form button").evaluate_all(
            "all => all.every((each) => { const box = each.getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth"
            " && each.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))"
            "; })"
        )
        page.context.close()

    assert seen


def test_after_a_long_talk_did_somebody_come_is_in_sight(browser: Browser, world: World) -> None:
    sam = world.signed_in(world.add("sam"))
    for n in range(8):
        sam.say(f"a question {n}")
    sam.submit("/ask/listener")
    (request,) = world.read(lambda work: work.requests.of_person("sam"))
    with world.product.database.writing() as work:
        for change in (Change.BEGUN, Change.FINISHED):
            queue.move(work, request.id, change, Actor(ActorKind.STAFF, "officer"), now=world.time[0])
    world.later(minutes=1)
    with serving(world.app) as address:
        page = page_of(browser, address, sam)
        page.goto(f"{address}/chat")
        page.wait_for_timeout(500)
        box = page.locator("#came-asks").bounding_box()
        composer = page.locator("#composer").bounding_box()
        page.context.close()

    assert box is not None
    assert composer is not None
    assert 70 < box["y"] < box["y"] + box["height"] <= composer["y"]


def test_what_holds_a_button_stands_where_an_arabic_page_begins(browser: Browser, world: World) -> None:
    person = replace(world.add("sam"), language="ar")
    with world.product.database.writing() as work:
        work.persons.save(person)
    with serving(world.app) as address:
        page = page_of(browser, address, world.signed_in(person))
        page.goto(f"{address}/help")
        button = page.locator("main .button").bounding_box()
        card = page.locator("main .card").bounding_box()
        page.context.close()

    assert button is not None
    assert card is not None
    assert card["x"] + card["width"] - (button["x"] + button["width"]) < 60


def test_at_200_percent_no_page_of_the_desk_runs_off_the_side(browser: Browser, kit: DeskKit) -> None:
    sam = kit.person("sam")
    request, record = kit.ask(sam), kit.say(kit.person("bartholomew-alexander"), "w" * 90)
    kit.supporter("lee")
    more = (f"/requests/{request.id}", f"/alerts/{record}", f"/safety/{record}", f"/people/{sam.id}")
    found = []
    with serving(kit.app) as address:
        for account, paths in DESK.items():
            page = _signed_in(browser, address, account)
            for path in (*paths, *more) if account == "safer" else paths:
                page.goto(address + path)
                found += [path] if page.evaluate(_TOO_WIDE) else []
            page.context.close()

    assert found == []


def test_at_200_percent_no_word_of_a_list_is_broken_into_letters(browser: Browser, kit: DeskKit) -> None:
    kit.say(kit.person("sam"), "the words")
    with serving(kit.app) as address:
        page = _signed_in(browser, address, "safer")
        page.goto(f"{address}/reviews")
        box = page.locator("td .button").first.bounding_box()
        page.context.close()

    assert box is not None
    assert box["width"] > box["height"]


def test_an_alert_that_is_opened_from_the_night_view_is_dark_too(browser: Browser, kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "the words")
    with serving(kit.app) as address:
        page = _signed_in(browser, address, "wing")
        page.goto(f"{address}/board")
        page.click("#view-night")
        expect(page.locator("html")).to_have_attribute("data-view", "night")
        page.goto(f"{address}/alerts/{record}")
        night = page.get_attribute("html", "data-theme")
        page.goto(f"{address}/board")
        page.click("#view-plain")
        expect(page.locator("html")).to_have_attribute("data-view", "plain")
        page.goto(f"{address}/alerts/{record}")
        day = page.get_attribute("html", "data-theme")
        page.context.close()

    assert (night, day) == ("dark", "light")


def test_the_number_of_a_cell_is_read_on_one_line(browser: Browser, kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))
    with serving(kit.app) as address:
        page = _signed_in(browser, address, "wing")
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(f"{address}/requests/{request.id}")
        heights = page.eval_on_selector_all(
            ".facts-list .long dd", "all => all.map((each) => each.offsetHeight)"
        )
        page.context.close()

    assert max(heights) < 40


def _signed_in(browser: Browser, address: str, account: str) -> Page:
    page = browser.new_context(viewport={"width": 683, "height": 384}, device_scale_factor=2).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#username", account)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("nav")
    return page
