"""Staff ask in somebody's stead: recorded as theirs, seen by the person, and never a second request."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from bot.directory.model import Hours
from bot.people.model import Actor, ActorKind, PeerRole
from bot.queue import service
from bot.queue.model import Change, Kind, Request, State
from bot.web.desk.app import create_app
from tests.support.desk import DeskKit, make_kit
from tests.support.tablet_app import opened

STANDING = "oakmoor/A/A1/A1-01"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    kit.person("sam")
    yield kit
    kit.product.database.close()


def requests_of(kit: DeskKit) -> list[Request]:
    with kit.product.database.reading() as work:
        return list(work.requests.of_person("sam"))


def ask(kit: DeskKit, who: str = "listener", **fields: str):  # type: ignore[no-untyped-def]
    known = " ".join(each.id for each in requests_of(kit)) if "known" not in fields else fields.pop("known")
    return kit.post("wing", "/on-behalf/sam", who=who, standing=STANDING, known=known, **fields)


@pytest.mark.parametrize("typed", ["SAM1", "sam1", "a1-01", " A1-01 "])
def test_a_person_is_found_by_number_or_cell(kit: DeskKit, typed: str) -> None:
    kit.person("tom", "B")

    page = kit.signed_in("wing").get("/on-behalf", params={"find": typed}).text

    assert 'href="/on-behalf/sam"' in page
    assert "/on-behalf/tom" not in page


@pytest.mark.parametrize("typed", ["SAM", "A1", "%", "nobody"])
def test_half_a_number_finds_nobody(kit: DeskKit, typed: str) -> None:
    page = kit.signed_in("wing").get("/on-behalf", params={"find": typed}).text

    assert "/on-behalf/sam" not in page
    assert "Nobody with this number" in page


def test_a_request_in_somebodys_stead_is_recorded_as_asked_by_staff(kit: DeskKit) -> None:
    answer = ask(kit)
    page = kit.signed_in("wing").get(answer.headers["location"]).text

    (request,) = requests_of(kit)
    with kit.product.database.reading() as work:
        event, *_ = work.requests.events_of(request.id)
    assert (request.kind, request.state, request.record_id) == (Kind.LISTENER, State.WAITING, None)
    assert (event.actor_kind, event.actor_id) == (ActorKind.STAFF, "staff-wing")
    assert "Asked on the person&#39;s behalf." in page
    assert "Officer Wing asked for this on the person&#39;s behalf." in page


def test_the_same_form_pressed_twice_asks_once(kit: DeskKit) -> None:
    ask(kit, known="")

    twice = ask(kit, known="")

    assert [request.times_asked for request in requests_of(kit)] == [1]
    assert twice.headers["location"].endswith("?done=on_behalf_open")


def test_what_the_page_shows_as_open_is_asked_again_and_stays_one(kit: DeskKit) -> None:
    ask(kit)

    again = ask(kit)
    page = kit.signed_in("wing").get(again.headers["location"]).text

    assert [request.times_asked for request in requests_of(kit)] == [2]
    assert "it is still one request" in page


def test_another_hour_needs_a_reason_which_staff_read(kit: DeskKit) -> None:
    mornings = Hours(week=(((time(8), time(9)),),) * 7)
    prison = replace(kit.product.prison, peer_hours={PeerRole.READING_MENTOR: mornings})
    product = replace(kit.product, prison=prison)
    kit = DeskKit(product, create_app(product), kit.clock)

    page = kit.signed_in("wing").get("/on-behalf/sam").text
    silent = ask(kit, "peer:reading_mentor")
    told = ask(kit, "peer:reading_mentor", note="He leaves tomorrow at six")

    (request,) = requests_of(kit)
    story = kit.signed_in("wing").get(f"/requests/{request.id}").text
    assert page.index("Not at this hour") < page.index('value="peer:reading_mentor"')
    assert silent.status_code == 409
    assert "The prison does not offer this at this hour." in silent.text
    assert told.status_code == 303
    assert "Note: He leaves tomorrow at six" in story


@pytest.mark.parametrize("who", ["", "king", "peer", "peer:king", "peer:listener", "listener:x", "staff:pid"])
def test_whom_the_prison_never_has_cannot_be_asked_for(kit: DeskKit, who: str) -> None:
    answer = ask(kit, who, note="all the same")

    assert answer.status_code == 400
    assert requests_of(kit) == []


def test_a_person_moved_meanwhile_is_shown_again_first(kit: DeskKit) -> None:
    answer = kit.post("wing", "/on-behalf/sam", who="listener", standing="oakmoor/B/B1/B1-01", known="")

    assert answer.status_code == 409
    assert "A colleague was faster" in answer.text
    assert requests_of(kit) == []


def test_a_person_of_another_wing_is_not_found(kit: DeskKit) -> None:
    kit.person("tom", "B")

    page = kit.signed_in("a_wing").get("/on-behalf", params={"find": "TOM1"}).text

    assert "/on-behalf/tom" not in page
    assert kit.signed_in("a_wing").get("/on-behalf/tom").status_code == 404


def test_who_only_looks_at_the_board_cannot_ask(kit: DeskKit) -> None:
    assert kit.signed_in("manager").get("/on-behalf").status_code == 403


def test_the_person_reads_that_staff_asked_and_can_stop_it(tmp_path: Path) -> None:
    with opened(tmp_path) as world:
        sam = world.add("sam")
        browser = world.signed_in(sam)
        with world.product.database.writing() as work:
            request = service.ask(
                work,
                work.persons.lock(sam.id),
                Kind.LISTENER,
                deadlines=world.product.prison,
                now=world.time[0],
                by=Actor(ActorKind.STAFF, "officer"),
            )

        page = browser.get("/requests").text
        browser.submit(f"/requests/{request.id}/cancel", page="/requests")

        after = world.read(lambda work: work.requests.get(request.id))
        last = world.read(lambda work: work.requests.events_of(request.id))[-1]
        assert "Staff asked for you." in page
        assert (after.state, last.change, last.actor_kind) == (
            State.CANCELLED,
            Change.CANCELLED,
            ActorKind.PERSON,
        )
