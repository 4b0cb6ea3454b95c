"""The supporter's page: duty, what fits, accepting, helping, handing back, and what is never shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.people.model import PeerRole
from bot.queue import keep_apart
from bot.queue.model import Change, Request, State
from bot.store.sealed import Sealer
from tests.support.builders import PRISON, STAFF, a_staff_member
from tests.support.tablet_app import DANGER, Browser, World, opened

ACCEPT = "/supporter/requests/{}/accept"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def lee_in(world: World, name: str = "lee", cell: str = "A1-02") -> Browser:
    return world.signed_in(world.add(name, PeerRole.LISTENER), cell)


def asked(world: World, name: str = "sam", kind: str = "listener") -> Request:
    world.signed_in(world.add(name)).submit(f"/ask/{kind}")
    return next(iter(world.read(lambda work: work.requests.of_person(name))))


def state_of(world: World, request: Request) -> State:
    return world.read(lambda work: work.requests.get(request.id)).state


def test_a_request_that_fits_is_offered_with_a_name_a_place_and_a_wait_only(world: World) -> None:
    sam = world.signed_in(world.add("sam"))
    sam.say("my secret words")
    sam.submit("/ask/listener")
    world.later(minutes=12)

    lee = lee_in(world)
    page = lee.get("/supporter").text
    (offered,) = lee.get("/api/supporter").json()["offered"]

    assert "Sam" in page
    assert "Wing A, A2, cell A2-14" in page
    assert "Waiting 12 minutes" in page
    assert "secret" not in page
    assert set(offered) == {"id", "first_name", "place", "kind", "waited"}


def test_what_danger_raised_is_never_offered(world: World) -> None:
    world.signed_in(world.add("sam")).say(DANGER)

    assert lee_in(world).get("/api/supporter").json()["offered"] == []


def test_off_duty_nothing_is_offered(world: World) -> None:
    asked(world)
    lee = lee_in(world)

    lee.submit("/supporter/duty", page="/supporter", on="no")

    assert lee.get("/api/supporter").json()["offered"] == []
    assert "You are off duty" in lee.get("/supporter").text
    lee.submit("/supporter/duty", page="/supporter", on="yes")
    assert len(lee.get("/api/supporter").json()["offered"]) == 1


def test_a_contact_goes_its_way(world: World) -> None:
    request = asked(world)
    lee = lee_in(world)
    states = []
    for step in ("accept", "begin", "finish"):
        answer = lee.submit(f"/supporter/requests/{request.id}/{step}", page="/supporter")
        assert answer.status_code == 303
        states.append(state_of(world, request))

    assert states == [State.ACCEPTED, State.WITH_PERSON, State.DONE]
    assert "How are you after that?" in lee.get(answer.headers["location"]).text


def test_a_contact_can_be_handed_back_without_a_reason(world: World) -> None:
    request = asked(world)
    lee = lee_in(world)
    lee.submit(ACCEPT.format(request.id), page="/supporter")

    answer = lee.submit(f"/supporter/requests/{request.id}/hand_back", page="/supporter")

    assert "That is all right." in lee.get(answer.headers["location"]).text
    assert state_of(world, request) is State.WAITING


def test_who_breaks_a_contact_off_is_asked_how_it_was_and_the_person_reads_that_the_helper_had_to_stop(
    world: World,
) -> None:
    request = asked(world)
    lee = lee_in(world)
    for step in ("accept", "begin"):
        lee.submit(f"/supporter/requests/{request.id}/{step}", page="/supporter")

    answer = lee.submit(f"/supporter/requests/{request.id}/hand_back", page="/supporter")

    assert "/supporter/after/" in answer.headers["location"]
    sam = world.read(lambda work: work.persons.get(request.person_id))
    story = world.signed_in(sam).get("/requests").text
    assert "The helper had to stop." in story
    assert "The helper cannot come." not in story


@pytest.mark.parametrize("step", ["finish", "hand_back"])
def test_when_the_task_ends_the_name_and_the_place_are_seen_no_more(world: World, step: str) -> None:
    request = asked(world)
    lee = lee_in(world)
    lee.submit(ACCEPT.format(request.id), page="/supporter")
    lee.submit(f"/supporter/requests/{request.id}/begin", page="/supporter")
    while_helping = lee.get("/supporter").text

    lee.submit("/supporter/duty", page="/supporter", on="no")
    lee.submit(f"/supporter/requests/{request.id}/{step}", page="/supporter")

    pages = [lee.get("/supporter").text, lee.get("/api/supporter").text]
    assert re.search(r"\bSam\b", while_helping)
    for page in pages:
        assert not re.search(r"\bSam\b", page)
        assert "A2-14" not in page


def test_of_two_who_accept_the_second_is_told(world: World) -> None:
    request = asked(world)
    lee, mo = lee_in(world), lee_in(world, "mo", "A1-03")
    tokens = [browser.token("/supporter") for browser in (lee, mo)]

    answers = [
        browser.post(ACCEPT.format(request.id), data={"form": token})
        for browser, token in zip((lee, mo), tokens, strict=True)
    ]

    assert answers[0].headers["location"] == "/supporter?said=accepted"
    assert answers[1].headers["location"] == "/supporter?said=taken"
    assert "Somebody else may have it" in mo.get("/supporter?said=taken").text
    assert world.read(lambda work: work.requests.get(request.id)).supporter_id == "lee"


def test_accepting_twice_with_one_form_is_accepting_once(world: World) -> None:
    request = asked(world)
    lee = lee_in(world)
    form = {"form": lee.token("/supporter")}

    places = [lee.post(ACCEPT.format(request.id), data=form).headers["location"] for _ in range(2)]

    assert places == ["/supporter?said=accepted"] * 2
    events = world.read(lambda work: work.requests.events_of(request.id))
    assert sum(event.change is Change.ACCEPTED for event in events) == 1


def test_at_the_load_cap_nothing_more_is_offered_and_the_page_says_why(world: World) -> None:
    lee = lee_in(world)
    for name in ("sam", "ali", "jo"):
        request = asked(world, name)
        answer = lee.submit(ACCEPT.format(request.id), page="/supporter")

    page = lee.get("/supporter").text
    assert answer.headers["location"] == "/supporter?said=over"
    assert "You are helping 2. At most 2 at once." in page
    assert "That is enough for now." in page


def test_only_who_has_a_contact_changes_it(world: World) -> None:
    request = asked(world)
    lee, mo = lee_in(world), lee_in(world, "mo", "A1-03")
    lee.submit(ACCEPT.format(request.id), page="/supporter")

    answer = mo.submit(f"/supporter/requests/{request.id}/finish", page="/supporter")

    assert answer.headers["location"] == "/supporter?said=changed"
    assert state_of(world, request) is State.ACCEPTED


def test_an_unknown_change_or_request_is_not_there(world: World) -> None:
    request = asked(world)
    lee = lee_in(world)

    assert lee.submit(f"/supporter/requests/{request.id}/seen", page="/supporter").status_code == 404
    assert lee.submit("/supporter/requests/none/finish", page="/supporter").status_code == 404
    assert lee.post(ACCEPT.format(request.id), data={"form": "old"}).headers["location"].endswith("expired")


def test_the_page_is_linked_for_supporters_only(world: World) -> None:
    sam, lee = world.signed_in(world.add("sam")), lee_in(world)

    assert 'href="/supporter"' in lee.get("/chat").text
    assert 'href="/supporter"' not in sam.get("/chat").text


def test_listeners_and_others_each_have_their_own_card(world: World) -> None:
    lee = lee_in(world).get("/supporter/card").text
    jo = world.signed_in(world.add("jo", PeerRole.INSIDER), "A1-09").get("/supporter/card").text

    assert "What stays private" in lee
    assert "I tell staff only when the caller says yes." in lee
    assert "If a new person is struggling, I tell an officer the same day." in jo
    assert "You are not a Listener." in jo
    assert "What stays private" not in jo


def test_an_offer_says_how_long_it_stands_and_is_over_after_that(world: World) -> None:
    request, lee = asked(world), lee_in(world)
    page = lee.get("/supporter").text
    assert "On offer until 10:10" in page
    assert "I can help" in page
    assert "Not this time" in page

    world.later(minutes=10)
    answer = lee.submit(ACCEPT.format(request.id), page="/supporter")

    assert answer.headers["location"] == "/supporter?said=over"
    assert "It is not your fault." in lee.get("/supporter?said=over").text
    assert lee.get("/api/supporter").json()["offered"] == []
    assert state_of(world, request) is State.WAITING


def test_not_this_time_needs_no_reason_and_others_are_asked_at_once(world: World) -> None:
    lee, mo, ed = (lee_in(world, name, f"A1-0{n}") for n, name in enumerate(("lee", "mo", "ed")))
    request = asked(world)
    by_who = {"ed": ed, "lee": lee, "mo": mo}
    offered = [name for name, b in by_who.items() if b.get("/api/supporter").json()["offered"]]
    assert offered == ["ed", "lee"]

    answer = lee.submit(f"/supporter/requests/{request.id}/decline", page="/supporter")

    assert "Others can be asked now." in lee.get(answer.headers["location"]).text
    assert lee.get("/api/supporter").json()["offered"] == []
    assert len(mo.get("/api/supporter").json()["offered"]) == 1
    again = lee.submit(f"/supporter/requests/{request.id}/decline", page="/supporter")
    assert again.headers["location"] == "/supporter?said=over"


def test_what_was_taken_back_can_not_be_accepted(world: World) -> None:
    lee = lee_in(world)
    sam = world.signed_in(world.add("sam"))
    sam.submit("/ask/listener")
    request = next(iter(world.read(lambda work: work.requests.of_person("sam"))))
    form = {"form": lee.token("/supporter")}
    sam.submit(f"/requests/{request.id}/cancel", page="/requests")

    answer = lee.post(ACCEPT.format(request.id), data=form)

    assert answer.headers["location"] == "/supporter?said=taken"
    assert state_of(world, request) is State.CANCELLED


def test_who_goes_off_duty_makes_room_for_another(world: World) -> None:
    lee, mo, ed = (lee_in(world, name, f"A1-0{n}") for n, name in enumerate(("lee", "mo", "ed")))
    asked(world)
    assert mo.get("/api/supporter").json()["offered"] == []

    ed.submit("/supporter/duty", page="/supporter", on="no")

    assert len(mo.get("/api/supporter").json()["offered"]) == 1
    assert ed.get("/api/supporter").json()["offered"] == []
    assert len(lee.get("/api/supporter").json()["offered"]) == 1


def test_an_entry_that_keeps_two_apart_hides_and_refuses_the_offer(world: World) -> None:
    lee, request = lee_in(world), asked(world)
    form = {"form": lee.token("/supporter")}
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        seal = Sealer.of("s" * 32)
        keep_apart.add(work, PRISON, "lee", "sam", "They fought", STAFF, seal=seal, now=world.time[0])

    answer = lee.post(ACCEPT.format(request.id), data=form)

    assert answer.headers["location"] == "/supporter?said=over"
    page = lee.get("/supporter").text
    assert "A2-14" not in page
    assert "apart" not in page
    assert "fought" not in page
