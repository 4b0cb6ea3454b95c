"""People come in by the prison's single sign-on, as HMPPS Launchpad does it, against a real provider."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.people.model import Person, Place
from bot.people.single_sign_on import ENROLLED_BY, NotThisPrison, read_claims
from tests.support.builders import PRISON
from tests.support.provider import agree, here, provider, query_of
from tests.support.tablet_app import DANGER, Browser, World, opened

AGENCY = "OKI"


def _claims(given: str, agency: str = AGENCY, **more: Any) -> dict[str, Any]:
    where = {"id": "1", "agency_id": agency, "name": agency, "display_name": "HMP Oakmoor", "youth": False}
    return {"given_name": given, "family_name": "MARSH", "establishment": where, **more}


PEOPLE = (
    ("A1234BC", _claims("KIT ANN")),
    ("SAM1", _claims("SAM")),
    ("A9999ZZ", _claims("LOU", "FHI")),
    ("A8888ZZ", {"given_name": "MAX"}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(*PEOPLE) as address:
        yield address


@pytest.fixture
def world(tmp_path: Path, issuer: str) -> Iterator[World]:
    given = {"people_oidc_issuer": issuer, "people_oidc_client_id": "signpost", "people_agency": AGENCY}
    # This provider gives names for another scope than Launchpad does.
    given |= {"people_oidc_client_secret": "given", "people_oidc_scope": "openid profile"}
    with opened(tmp_path, **given) as made:
        made.time[0] = datetime.now(UTC)
        yield made


def _back(browser: Browser, number: str, **changed: str) -> str:
    """Where the browser lands on our side."""
    there = browser.get("/sign-in/provider").headers["location"]
    return here(agree(there, number, **changed))


def _onward(address: str) -> str:
    return address.replace("/back?", "/in?")


def _come(browser: Browser, number: str):  # type: ignore[no-untyped-def]
    return browser.get(_onward(_back(browser, number)))


def _person(world: World, number: str) -> Person | None:
    return world.read(lambda work: work.persons.find_by_number(PRISON, number))  # type: ignore[no-any-return]


def test_the_way_back_takes_one_step_by_itself_so_that_strict_cookies_come_along(world: World) -> None:
    browser = world.browser()
    address = _back(browser, "A1234BC")

    page = browser.get(address)

    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    assert "/sign-in/provider/in?code=" in page.text
    assert "signpost_person" not in page.headers.get("set-cookie", "")


def test_somebody_new_comes_in_and_is_asked_where_the_cell_is_before_anything_else(world: World) -> None:
    browser = world.browser()

    first = _come(browser, "A1234BC")

    assert first.headers["location"] == "/welcome"
    for path in ("/welcome", "/chat", "/ask/listener", "/requests"):
        assert browser.get(path).headers["location"] == "/where"
    assert browser.get("/api/messages").json()["go"] == "/where"
    assert browser.get("/help").status_code == 200
    person = _person(world, "A1234BC")
    assert person is not None
    assert (person.first_name, person.pin_hash) == ("Kit", "")


def test_with_the_cell_said_all_is_open_and_an_alert_knows_where(world: World) -> None:
    browser = world.browser()
    _come(browser, "A1234BC")

    wrong = browser.submit("/where", landing="A/Z9", cell="A2-14")
    empty = browser.submit("/where", landing="A/A2", cell=" ")
    right = browser.submit("/where", landing="A/A2", cell=" a2-14 ")
    browser.submit("/welcome")
    browser.say(DANGER)

    assert (wrong.status_code, empty.status_code, right.status_code) == (400, 400, 303)
    person = _person(world, "A1234BC")
    assert person is not None
    assert person.place == Place("A", "A2", "A2-14")
    assert person.cell_said_at == world.time[0]
    record = world.read(lambda work: work.safety.open_of(person.id))
    assert record.place == person.place
    assert browser.get("/where").headers["location"] == "/chat"


def test_the_cell_is_said_once_and_then_staff_move_people(world: World) -> None:
    browser = world.browser()
    _come(browser, "A1234BC")
    form = browser.token("/where")
    browser.post("/where", data={"form": form, "landing": "A/A2", "cell": "A2-14"})

    browser.post("/where", data={"form": form, "landing": "B/B1", "cell": "B1-01"})

    person = _person(world, "A1234BC")
    assert person is not None
    assert person.place.cell == "A2-14"


def test_a_person_who_is_known_is_the_same_person(world: World) -> None:
    sam = world.add("sam")
    browser = world.browser()

    assert _come(browser, "SAM1").headers["location"] == "/chat"

    assert browser.say("hello").status_code == 303
    assert "hello" in [message.text for message in world.messages(sam)]
    device = world.read(lambda work: work.devices.list_of(PRISON))[0]
    assert (device.enrolled_by, device.place) == (ENROLLED_BY, sam.place)


def test_on_a_tablet_that_staff_enrolled_the_cell_is_the_tablets(world: World) -> None:
    browser = world.enrolled("A2-20")

    assert _come(browser, "A1234BC").headers["location"] == "/welcome"

    assert browser.get("/welcome").status_code == 200
    person = _person(world, "A1234BC")
    assert person is not None
    assert (person.place.cell, person.cell_said_at) == ("A2-20", None)
    assert len(world.read(lambda work: work.devices.list_of(PRISON))) == 1


def test_a_machine_without_a_cell_of_its_own_goes_where_its_person_goes(world: World) -> None:
    sam = world.add("sam")
    browser = world.browser()
    _come(browser, "SAM1")
    moved = Place("B", "B1", "B1-03")
    with world.product.database.writing() as work:
        work.persons.save(type(sam)(**{**sam.__dict__, "place": moved}))

    _come(browser, "SAM1")

    person = _person(world, "SAM1")
    device = world.read(lambda work: work.devices.list_of(PRISON))[0]
    assert person is not None
    assert person.place == device.place == moved


def test_no_pin_counts_on_a_machine_that_goes_with_its_person(world: World) -> None:
    world.add("sam")
    world.add("ali")
    browser = world.browser()
    _come(browser, "SAM1")
    browser.submit("/sign-out", "/chat")

    answer = browser.submit("/sign-in", number="ALI1", pin="2468")

    assert answer.status_code == 403
    assert 'name="pin"' not in browser.get("/sign-in").text


def test_who_had_left_comes_back_and_is_asked_for_the_cell(world: World) -> None:
    sam = world.add("sam")
    with world.product.database.writing() as work:
        work.persons.save(type(sam)(**{**sam.__dict__, "active": False}))
    browser = world.browser()

    _come(browser, "SAM1")

    assert browser.get("/chat").headers["location"] == "/where"
    person = _person(world, "SAM1")
    assert person is not None
    assert (person.id, person.active, person.pin_hash) == (sam.id, True, "")


@pytest.mark.parametrize("number", ["A9999ZZ", "A8888ZZ"])
def test_somebody_of_another_prison_stays_out(world: World, number: str) -> None:
    browser = world.browser()

    answer = _come(browser, number)

    assert answer.status_code == 403
    assert "not for your prison" in answer.text
    assert "Samaritans" in answer.text
    assert _person(world, number) is None


def test_what_was_forged_replayed_or_meant_for_another_stays_out(world: World) -> None:
    world.add("sam")
    mine, stranger = world.browser(), world.browser()
    used = _onward(_back(mine, "SAM1"))
    assert mine.get(used).status_code == 303
    fresh = query_of(mine.get("/sign-in/provider").headers["location"])["state"]
    code = query_of(used)["code"]

    refused = [
        mine.get(used),
        stranger.get(_onward(_back(mine, "SAM1"))),
        mine.get(f"/sign-in/provider/in?code={code}&state={fresh}"),
        mine.get("/sign-in/provider/in?code=x&state=y"),
        mine.get("/sign-in/provider/in"),
        mine.get(_onward(_back(mine, "SAM1", nonce="other"))),
        mine.get(_onward(_back(mine, "SAM1", client_id="other"))),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert stranger.get("/chat").headers["location"] == "/enrol"


def test_signing_out_and_idle_time_are_as_with_a_pin(world: World) -> None:
    world.add("sam")
    browser = world.browser()
    _come(browser, "SAM1")
    old = browser.cookies["signpost_person"]
    browser.submit("/sign-out", "/chat")
    browser.cookies.set("signpost_person", old)
    assert browser.get("/chat").headers["location"] == "/sign-in"
    browser.cookies.delete("signpost_person")

    _come(browser, "SAM1")
    world.later(minutes=16)

    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_a_provider_that_is_down_says_so_beside_the_help_card(tmp_path: Path) -> None:
    given = {"people_oidc_issuer": "http://localhost:9", "people_agency": AGENCY, "oidc_seconds": 1.0}
    with opened(tmp_path, **given) as world:
        answer = world.browser().get("/sign-in/provider")

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "Samaritans" in answer.text


def test_the_home_page_of_the_prison_reads_where_this_is_for_people(world: World) -> None:
    answer = world.browser().get("/info")

    assert answer.json() == {"app": {"name": "signpost"}, "activeAgencies": [AGENCY]}


def test_where_it_is_off_nothing_of_it_is_there(tmp_path: Path) -> None:
    with opened(tmp_path) as world:
        browser = world.browser()

        assert browser.get("/info").json()["activeAgencies"] == []
        for path in ("/sign-in/provider", "/sign-in/provider/back", "/sign-in/provider/in"):
            assert browser.get(path).status_code == 404
        assert "prison account" not in browser.get("/enrol").text


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": "A1234BC"},
        {"sub": "A1234BC", "establishment": "OKI"},
        {"sub": "A1234BC", "establishment": {"agency_id": "FHI"}},
        {"sub": "", "establishment": {"agency_id": "OKI"}},
        {"sub": "A1234BC; DROP", "establishment": {"agency_id": "OKI"}},
        {"sub": "officer@prison.test", "establishment": {"agency_id": "OKI"}},
    ],
)
def test_claims_that_name_no_prisoner_of_this_prison_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(NotThisPrison):
        read_claims(claims, AGENCY)


@pytest.mark.parametrize(
    ("given", "name"), [("KIT ANN", "Kit"), ("<b>kit</b>", "Bkitb"), ("", "A1234BC"), ("zoë", "Zoë")]
)
def test_first_names_are_letters(given: str, name: str) -> None:
    claims = {"sub": "a1234bc", "given_name": given, "establishment": {"agencyId": AGENCY}}

    assert read_claims(claims, AGENCY).first_name == name
