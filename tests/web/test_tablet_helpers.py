"""Helpers whom a prison does not have, or not at this hour, in every place of the tablet."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from bot.directory.model import Hours
from bot.people.hard_days import DayKind, MarkedBy, mark
from bot.people.model import PeerRole, Person
from bot.prison import Prison
from bot.queue.model import Kind
from bot.safety.message import Button
from bot.web.assistant import Said
from bot.web.tablet.app import create_app
from tests.support.builders import NOW
from tests.support.tablet_app import DANGER, Browser, World, opened

# NOW is ten in the morning: these are over.
EARLY = Hours(week=(((time(7), time(9)),),) * 7, holiday=((time(7), time(9)),))
NEVER, LATER = "Not in this prison: A Listener.", "Not at this hour: A Listener."
PAGES = (
    "/chat",
    "/help",
    "/topics",
    "/topics/visits",
    "/topics/about_listeners",
    "/topics/bereavement",
    "/services",
    "/services/listeners_room",
    "/services/mental_health_team",
    "/ask",
    "/ask/peer",
    "/ask/staff",
    "/ask/someone",
    "/requests",
    "/days",
    "/welcome",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def sam(world: World) -> Person:
    return world.add("sam")


def put(world: World, prison: Prison) -> None:
    """The app as it is with this prison's file."""
    world.product = replace(world.product, prison=prison)
    world.app = create_app(world.product, world.judge, world.assistant)


def without(world: World, *roles: PeerRole) -> None:
    prison = world.product.prison
    put(world, replace(prison, peer_roles=tuple(r for r in prison.peer_roles if r not in roles)))


def after_hours(world: World, role: PeerRole = PeerRole.LISTENER) -> None:
    put(world, replace(world.product.prison, peer_hours={role: EARLY}))


@pytest.fixture(params=[NEVER, LATER])
def quiet(request: pytest.FixtureRequest, world: World) -> str:
    """A prison that has no Listener, or none at this hour. Gives the words that say so."""
    if request.param == NEVER:
        without(world, PeerRole.LISTENER)
    else:
        after_hours(world)
    return str(request.param)


def offers(page: str) -> list[str]:
    """Every link and button on this page that asks for a Listener."""
    links = re.findall(r'(?:href|value|action)="([^"]*)"', page)
    return [
        each
        for each in links
        if re.search(r"/ask/listener|role=listener|request_listener|care:listener", each)
    ]


def test_no_page_offers_a_listener_where_there_is_none(world: World, sam: Person, quiet: str) -> None:
    browser = world.signed_in(sam)
    pages = {path: browser.get(path).text for path in PAGES}

    assert {path: found for path, page in pages.items() if (found := offers(page))} == {}
    assert [p for p, page in pages.items() if re.search(r">(Ask for a|Ask: A) Listener<", page)] == []


def test_the_side_button_asks_for_someone_instead_and_the_help_card_stays(
    world: World, sam: Person, quiet: str
) -> None:
    browser = world.signed_in(sam)

    for page in (browser.get(path).text for path in PAGES):
        assert re.search(r'class="button listener" href="/ask/someone">.*Ask for someone to talk to', page)
        assert "Ring Samaritans" in page
        assert "Tell any officer" in page


def test_the_side_button_asks_for_a_listener_where_there_is_one(world: World, sam: Person) -> None:
    browser = world.signed_in(sam)

    for page in (browser.get(path).text for path in PAGES):
        assert re.search(r'action="/ask/listener" id="at-once".*?Ask for a Listener', page, re.DOTALL)


def test_the_page_who_would_you_like_to_see_leads_to_what_there_is(
    world: World, sam: Person, quiet: str
) -> None:
    page = world.signed_in(sam).get("/ask").text

    assert re.findall(r'class="way" href="([^"]+)"', page) == [
        "/ask/someone",
        "/topics/samaritans_phone",
        "/services/chaplaincy",
        "/ask/peer",
        "/ask/staff",
    ]


def test_without_any_helper_staff_someone_and_samaritans_are_left(world: World, sam: Person) -> None:
    put(world, replace(world.product.prison, peer_roles=(), services={}))
    browser = world.signed_in(sam)

    page = browser.get("/ask").text

    assert re.findall(r'class="way" href="([^"]+)"', page) == [
        "/ask/someone",
        "/topics/samaritans_phone",
        "/ask/staff",
    ]
    assert "Staff will see your name and your cell." in browser.get("/ask/someone").text


def test_someone_to_talk_to_is_said_to_be_who_it_can_be(world: World, sam: Person, quiet: str) -> None:
    page = world.signed_in(sam).get("/ask/someone").text

    assert "This can be another prisoner who helps. It may be staff." in page


def test_the_page_before_the_start_promises_no_listener(world: World, sam: Person, quiet: str) -> None:
    page = world.signed_in(sam).get("/welcome").text

    assert "I can ask for someone to talk to." in page
    assert "I can ask for a Listener." not in page


def test_the_first_tiles_of_an_empty_chat_lead_to_who_listens(world: World, sam: Person, quiet: str) -> None:
    page = world.signed_in(sam).get("/chat").text

    assert 'href="/topics/samaritans_phone"' in page
    assert 'href="/topics/about_listeners"' not in page


@pytest.mark.parametrize("topic", ["about_listeners", "bereavement", "bored_lonely"])
def test_an_answer_that_speaks_of_listeners_says_that_there_is_none(
    world: World, sam: Person, quiet: str, topic: str
) -> None:
    page = world.signed_in(sam).get(f"/topics/{topic}").text

    assert quiet in page
    assert "You can ask any officer for the chaplain." in page
    assert 'href="/ask/staff"' in page


def test_a_service_says_it_of_its_note_and_of_its_ways(world: World, sam: Person, quiet: str) -> None:
    browser = world.signed_in(sam)

    assert quiet in browser.get("/services/mental_health_team").text
    room = browser.get("/services/listeners_room").text
    assert quiet in room
    assert "You can ask here." not in room


# -- asking by hand


@pytest.mark.parametrize(("path", "fields"), [("/ask/listener", {}), ("/ask/peer", {"role": "listener"})])
def test_a_listener_asked_for_by_a_form_made_by_hand_is_refused_kindly(
    world: World, sam: Person, quiet: str, path: str, fields: dict[str, str]
) -> None:
    browser = world.signed_in(sam)

    answer = browser.post(path, data={"form": browser.token(), **fields})

    assert answer.status_code == (404 if quiet == NEVER else 409)
    assert f"{quiet} " in answer.text
    assert "You can ring Samaritans free from the phone." in answer.text
    assert 'class="way" href="/ask/someone"' in answer.text
    assert world.read(lambda work: work.requests.of_person(sam.id)) == []


def test_a_peer_role_that_the_prison_lacks_is_refused_kindly(world: World, sam: Person) -> None:
    without(world, PeerRole.BUDDY)
    browser = world.signed_in(sam)

    shown = browser.get("/ask/peer?role=buddy")
    asked = browser.post("/ask/peer", data={"form": browser.token(), "role": "buddy"})

    for answer in (shown, asked):
        assert answer.status_code == 404
        assert "Not in this prison: A buddy, for help in the day." in answer.text
        assert 'class="way" href="/ask/listener"' in answer.text
    assert world.read(lambda work: work.requests.of_person(sam.id)) == []


def test_an_old_form_for_a_listener_does_not_ask_shall_i(world: World, sam: Person, quiet: str) -> None:
    answer = world.signed_in(sam).post("/ask/listener", data={"form": "old"})

    assert "Shall I ask for a Listener?" not in answer.text
    assert quiet in answer.text


def test_a_role_after_its_hours_stands_under_the_roles_with_its_next_time(world: World, sam: Person) -> None:
    after_hours(world, PeerRole.BUDDY)

    page = world.signed_in(sam).get("/ask/peer").text

    assert "role=buddy" not in page
    assert "role=insider" in page
    assert "Not at this hour: A buddy, for help in the day. You can ask from 7:00 on Tuesday." in page


def test_who_asked_in_time_may_look_and_ask_again(world: World, sam: Person) -> None:
    world.signed_in(sam).submit("/ask/listener")
    after_hours(world)
    browser = world.signed_in(sam)

    again = browser.post("/ask/listener", data={"form": browser.token()})

    assert "said=again" in again.headers["location"]
    assert "A Listener" in browser.get("/requests").text


# -- the chat


def test_a_button_of_an_older_answer_is_gone_when_its_hour_is_over(world: World, sam: Person) -> None:
    offered = (
        Button("Ask for a Listener", "/request_listener"),
        Button("Ask for a Listener", "page:ask_listener"),
        Button("Ask: A buddy", '/request_peer{"role": "buddy"}'),
        Button("See all topics", "page:topics"),
    )
    world.assistant.says = (Said("An answer.", offered),)
    browser = world.signed_in(sam)
    browser.say("hello")
    shown = browser.get("/chat").text.split('id="replies"')[1]
    prison = world.product.prison
    put(world, replace(prison, peer_hours={PeerRole.LISTENER: EARLY, PeerRole.BUDDY: EARLY}))

    later = world.signed_in(sam)
    page, said = later.get("/chat").text.split('id="replies"')[1], later.get("/api/messages").json()

    assert "Ask: A buddy" in shown
    assert len(offers(shown)) == 2
    assert offers(page) == []
    assert "Ask: A buddy" not in page
    assert "See all topics" in page
    assert [b["title"] for b in said["messages"][-1]["buttons"]] == ["See all topics"]


def test_when_the_engine_is_down_the_buttons_lead_to_who_listens(
    world: World, sam: Person, quiet: str
) -> None:
    world.assistant.down = True
    browser = world.signed_in(sam)
    browser.say("hello")

    page = browser.get("/chat").text.split('id="replies"')[1]

    assert re.search(r'href="/topics/samaritans_phone">Ring Samaritans<', page)
    assert offers(page) == []


def test_help_that_is_offered_again_offers_what_there_is(world: World, sam: Person, quiet: str) -> None:
    with world.product.database.writing() as work:
        mark(work, sam.id, DayKind.COURT, NOW.date(), MarkedBy.PERSON, today=NOW.date(), now=NOW)

    page = world.signed_in(sam).get("/chat").text.split('id="replies"')[1]

    assert "Ring Samaritans" in page
    assert offers(page) == []


# -- after danger


def test_the_words_after_danger_offer_what_there_is(world: World, sam: Person, quiet: str) -> None:
    browser = world.signed_in(sam)

    browser.say(DANGER)
    browser.say(f"again {DANGER}")

    first, second = (m for m in world.messages(sam) if m.tone == "danger")
    assert "You can also ask for the chaplain, or for someone to talk to." in first.text
    assert "You can ask for someone to talk to with one tap." in second.text
    assert "Listener" not in first.text + second.text
    assert offers(browser.get("/chat").text) == []


@pytest.mark.parametrize("title", ["Yes, safe", "No, not safe", "I do not want to say", "It was a mistake"])
def test_no_step_after_danger_offers_a_listener(world: World, sam: Person, quiet: str, title: str) -> None:
    browser = world.signed_in(sam)
    browser.say(DANGER)

    tap(world, sam, browser, title)

    reply = world.messages(sam)[-1]
    assert "Listener" not in reply.text
    assert "Ask for someone to talk to" in [button.title for button in reply.buttons]


def test_someone_to_talk_to_is_one_tap_away_after_danger(world: World, sam: Person, quiet: str) -> None:
    world.assistant.down = True
    browser = world.signed_in(sam)
    browser.say(DANGER)

    tap(world, sam, browser, "Ask for someone to talk to")

    requests = world.read(lambda work: work.requests.of_person(sam.id))
    (asked,) = [request for request in requests if request.record_id is None]
    assert asked.kind is Kind.SOMEONE
    assert asked.reference in world.messages(sam)[-1].text
    assert world.messages(sam)[-1].text.endswith("Can I ask again: are you safe right now?")


def test_a_tap_for_a_listener_when_the_hour_is_over_is_refused_kindly(world: World, sam: Person) -> None:
    browser = world.signed_in(sam)
    browser.say(DANGER)
    payload = next(b.payload for b in world.messages(sam)[-1].buttons if b.title == "Ask for a Listener")
    after_hours(world)
    later = world.signed_in(sam)

    answer = later.submit("/chat", choice=payload)

    reply = world.messages(sam)[-1]
    kinds = {request.kind for request in world.read(lambda work: work.requests.of_person(sam.id))}
    assert answer.status_code == 303
    assert reply.text.startswith(LATER)
    assert reply.text.endswith("Can I ask again: are you safe right now?")
    assert [b.title for b in reply.buttons][-2:] == ["Ask for someone to talk to", "It was a mistake"]
    assert kinds == {Kind.STAFF}


def tap(world: World, sam: Person, tablet: Browser, title: str) -> None:
    button = next(b for message in world.messages(sam)[::-1] for b in message.buttons if b.title == title)
    assert tablet.submit("/chat", choice=button.payload).status_code == 303
