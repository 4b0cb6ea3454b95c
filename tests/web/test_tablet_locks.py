"""Locks of the tablet: waits never close the way to help, and rights end the minute they are taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.passwords import Argon2Hasher
from bot.people import duty
from bot.people.model import PeerRole
from bot.people.throttle import FREE_FOR_TABLET
from bot.web.access import TABLE, App, Need
from tests.support.tablet_app import Browser, World, opened

HELP = "Samaritans"
SUPPORTER_ROWS = [
    (rule.method, rule.path.replace("{", "").replace("}", ""))
    for rule in TABLE
    if rule.app is App.TABLET and rule.need is Need.SUPPORTER
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def _wrong(browser: Browser, number: str, times: int) -> int:
    """The status of the last of so many wrong PINs."""
    for _ in range(times):
        answer = browser.submit("/sign-in", number=number, pin="0000")
    return answer.status_code


def test_a_throttled_tablet_still_shows_the_help_card_and_the_bell(world: World) -> None:
    world.add("sam")
    browser = world.enrolled()

    assert _wrong(browser, "SAM1", FREE_FOR_TABLET + 4) == 429
    throttled = browser.submit("/sign-in", number="SAM1", pin="2468")

    assert throttled.status_code == 429
    for page in (throttled, browser.get("/sign-in"), browser.get("/help")):
        assert HELP in page.text
        assert "bell" in page.text
    assert browser.get("/help").status_code == 200


def test_wrong_pins_for_one_person_hold_up_nobody_else(world: World) -> None:
    world.add("sam")
    ali = world.add("ali")
    signed_in = world.signed_in(ali, "A2-15")

    assert _wrong(world.enrolled("A2-16"), "SAM1", 6) == 429

    assert signed_in.say("hello").status_code == 303
    assert world.enrolled("A2-17").submit("/sign-in", number="ALI1", pin="2468").status_code == 303


def test_who_is_signed_in_on_a_throttled_tablet_goes_on(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    assert _wrong(browser, "NOBODY", FREE_FOR_TABLET + 4) == 429

    assert browser.say("hello").status_code == 303
    assert browser.get("/chat").status_code == 200


def test_many_numbers_on_one_tablet_bring_a_wait_for_it_but_not_for_who_lives_there(world: World) -> None:
    world.add("sam")
    world.add("ali")
    browser = world.enrolled()
    assert browser.submit("/sign-in", number="SAM1", pin="2468").status_code == 303
    statuses = [_wrong(browser, f"A{at:04}AA", 1) for at in range(FREE_FOR_TABLET + 1)]

    stranger = browser.submit("/sign-in", number="ALI1", pin="2468")
    known = browser.submit("/sign-in", number="SAM1", pin="2468")

    assert statuses == [400] * FREE_FOR_TABLET + [429]
    assert (stranger.status_code, known.status_code) == (429, 303)


def test_a_number_that_nobody_has_waits_as_one_that_somebody_has(world: World) -> None:
    world.add("sam")

    assert [_wrong(world.enrolled("A2-14"), "SAM1", at) for at in (4, 1)] == [400, 429]
    assert [_wrong(world.enrolled("A2-15"), "NOBODY1", at) for at in (4, 1)] == [400, 429]


def test_waits_outlast_a_restart_and_are_shared_by_processes(world: World) -> None:
    from bot.web.tablet.app import create_app

    world.add("sam")
    browser = world.enrolled()
    assert _wrong(browser, "SAM1", 5) == 429

    again = Browser(create_app(world.product, world.judge, world.assistant), follow_redirects=False)
    again.cookies.update(browser.cookies)

    assert again.submit("/sign-in", number="SAM1", pin="2468").status_code == 429


def test_a_new_pin_from_staff_ends_the_wait(world: World) -> None:
    from bot.people.tablets import gate_of

    sam = world.add("sam")
    assert _wrong(world.enrolled(), "SAM1", 5) == 429
    with world.product.database.writing() as work:
        gate_of(sam.prison_id, sam.number).forget(work.tries)

    assert world.enrolled("A2-15").submit("/sign-in", number="SAM1", pin="2468").status_code == 303


@pytest.mark.parametrize("pin", ["", "nobody has this secret", "2468"])
def test_who_has_no_pin_gets_in_with_none(pin: str) -> None:
    hasher = Argon2Hasher()

    assert not hasher.matches("", pin)
    assert not hasher.matches(None, pin)


def test_a_desk_cookie_opens_nothing_on_a_tablet(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    other = world.browser()
    other.cookies.set("signpost_desk", browser.cookies["signpost_person"])
    other.cookies.set("signpost_desk_half", browser.cookies["signpost_tablet"])

    assert other.get("/chat").headers["location"] == "/enrol"


@pytest.mark.parametrize(("method", "path"), SUPPORTER_ROWS)
def test_a_suspended_supporter_with_an_open_session_reaches_no_page_of_supporters(
    world: World, method: str, path: str
) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    browser = world.signed_in(lee)
    assert browser.get("/supporter").status_code == 200
    form = browser.token("/supporter")
    with world.product.database.writing() as work:
        duty.suspend(work, lee.id, "officer", suspended=True, now=world.time[0])

    answer = browser.request(method, path, data={"form": form} if method == "POST" else None)

    assert answer.status_code == 403
    # The person stays signed in: suspended is the role, not the human.
    assert browser.get("/chat").status_code == 200
