"""Asking for a person on the tablet, and what becomes of it."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.people.model import Actor, ActorKind, PeerRole
from bot.queue import service as queue
from bot.queue.model import Change, Kind, Request, State, Urgency
from tests.support.tablet_app import World, opened

OFFICER = Actor(ActorKind.STAFF, "officer")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def requests_of(world: World, person_id: str = "sam") -> list[Request]:
    return list(world.read(lambda work: work.requests.of_person(person_id)))


def move(world: World, request: Request, change: Change, **words: str) -> None:
    with world.product.database.writing() as work:
        given = queue.Words(**words)
        queue.move(work, request.id, change, OFFICER, now=world.time[0], words=given)


def test_a_listener_may_be_asked_for_on_a_page_of_its_own_and_needs_no_reason(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    confirm = browser.get("/ask/listener").text

    answer = browser.submit("/ask/listener")
    page = browser.get(answer.headers["location"]).text

    (request,) = requests_of(world)
    assert 'href="/ask/listener"' in browser.get("/ask").text
    assert "You do not need to say why." in confirm
    assert "<textarea" not in confirm
    assert (request.kind, request.state, request.record_id) == (Kind.LISTENER, State.WAITING, None)
    assert f"I have asked. Your number is {request.reference}." in page
    assert "Sent. Nobody has taken it yet." in page
    assert "10:00" in page, "the prison's own time"
    assert world.assistant.heard == []


def test_of_words_that_are_sent_along_with_a_listener_request_none_is_kept(
    world: World, tmp_path: Path
) -> None:
    browser = world.signed_in(world.add("sam"))

    browser.submit("/ask/listener", text="my zebra", note="my zebra", role="my zebra", reason="my zebra")

    assert [request.kind for request in requests_of(world)] == [Kind.LISTENER]
    with sqlite3.connect(tmp_path / "signpost.db") as database:
        assert "zebra" not in "".join(database.iterdump())


def test_while_no_helper_can_be_asked_the_page_says_so_and_what_is_possible_now(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    world.offers_go_out()
    nobody_there = browser.get("/requests").text

    world.add("lee", PeerRole.LISTENER)
    world.later(minutes=2)
    world.offers_go_out()
    somebody_there = browser.get("/requests").text
    asked_again = browser.get(browser.submit("/ask/listener").headers["location"]).text

    for words in (
        "No helper is free to be asked right now.",
        "ring Samaritans free from the phone",
        "chaplain",
    ):
        assert words in nobody_there.partition("<main")[2].partition("</main")[0]
    assert "No helper is free" not in somebody_there
    assert "While you wait, Samaritans are free on the phone." in asked_again


@pytest.mark.parametrize("kind", ["listener", "staff", "someone"])
def test_each_kind_can_be_asked_for(world: World, kind: str) -> None:
    browser = world.signed_in(world.add("sam"))

    browser.submit(f"/ask/{kind}")

    assert [request.kind.value for request in requests_of(world)] == [kind]


def test_a_peer_supporter_is_chosen_by_role(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    roles = browser.get("/ask/peer").text

    browser.submit("/ask/peer", page="/ask/peer?role=insider", role="insider")

    assert 'href="/ask/peer?role=insider"' in roles
    assert 'role=listener"' not in roles
    assert [(r.kind, r.role) for r in requests_of(world)] == [(Kind.PEER, "insider")]


def test_a_listener_asked_for_as_a_role_is_asked_for_as_a_listener(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    browser.submit("/ask/peer", page="/ask/peer?role=listener", role="listener")

    assert [(r.kind, r.role) for r in requests_of(world)] == [(Kind.LISTENER, "")]


@pytest.mark.parametrize("path", ["/ask/king", "/ask/peer?role=king", "/ask/LISTENER"])
def test_who_is_not_known_cannot_be_asked_for(world: World, path: str) -> None:
    browser = world.signed_in(world.add("sam"))

    assert browser.get(path).status_code == 404
    assert browser.post(path.partition("?")[0], data={"role": "king"}).status_code == 404
    assert requests_of(world) == []


def test_a_form_pressed_twice_asks_once(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    form = {"form": browser.token("/ask/listener")}

    answers = [browser.post("/ask/listener", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [request.times_asked for request in requests_of(world)] == [1]


def test_one_form_sent_five_times_at_once_asks_once(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    form = {"form": browser.token("/ask/listener")}

    async def press() -> list[int]:
        transport = httpx.ASGITransport(app=world.app)
        cookies = dict(browser.cookies.items())
        async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies=cookies) as client:
            answers = await asyncio.gather(*(client.post("/ask/listener", data=form) for _ in range(5)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(press()) == [303] * 5
    assert [request.times_asked for request in requests_of(world)] == [1]


def test_asking_again_moves_the_one_request_up(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")

    answer = browser.submit("/ask/listener")

    assert "You asked already." in browser.get(answer.headers["location"]).text
    assert [request.times_asked for request in requests_of(world)] == [2]


def test_an_old_form_asks_nobody(world: World) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = browser.post("/ask/listener", data={"form": "old"})

    assert answer.status_code == 409
    assert "too old" in answer.text
    assert requests_of(world) == []


def test_each_change_is_said_in_words(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)
    said = []
    for change in (Change.SEEN, Change.ARRANGED, Change.BEGUN, Change.FINISHED):
        move(world, request, change)
        said.append(browser.get("/api/requests").json()["requests"][0]["state"])

    assert said == [
        "Staff have seen it. Nobody has taken it yet.",
        "Staff have arranged it.",
        "Somebody is with you.",
        "Done.",
    ]


def test_the_line_that_is_seen_says_that_the_helper_had_to_stop_until_something_else_happens(
    world: World,
) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)
    move(world, request, Change.SEEN)
    move(world, request, Change.BEGUN)
    with world.product.database.writing() as work:
        prison, now = world.product.prison, world.time[0]
        queue.move(work, request.id, Change.HANDED_BACK, OFFICER, now=now, deadlines=prison)
    stopped = browser.get("/api/requests").json()["requests"][0]["state"]
    on_page = re.search(r'<p class="state">([^<]*)</p>', browser.get("/requests").text)

    move(world, request, Change.ARRANGED)
    move(world, request, Change.HANDED_BACK)
    later = browser.get("/api/requests").json()["requests"][0]["state"]

    assert stopped == "The helper had to stop. It waits again. Nobody has taken it yet."
    assert on_page is not None
    assert on_page[1] == stopped
    assert later == "Staff have seen it. Nobody has taken it yet."


def test_a_could_not_comes_with_its_reason_and_what_is_offered(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)

    move(world, request, Change.COULD_NOT, reason="roll_count", offered="The phone <b>now</b>")
    page = browser.get("/requests").text

    assert "Reason: roll count. Instead: The phone &lt;b&gt;now&lt;/b&gt;" in page


def test_news_changes_what_the_page_has_seen(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    before = browser.get("/api/requests").json()["seen"]
    same = browser.get("/api/requests").json()["seen"]
    move(world, requests_of(world)[0], Change.SEEN)

    after = browser.get("/api/requests").json()["seen"]

    assert before == same
    assert after != before


def test_no_nobody_came_opens_it_again_and_moves_it_up(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)
    for change in (Change.ARRANGED, Change.FINISHED):
        move(world, request, change)
    page, chat = browser.get("/requests").text, browser.get("/chat").text

    answer = browser.submit(f"/requests/{request.id}/came", page="/requests", came="no")

    (again,) = requests_of(world)
    assert "Did somebody come?" in page
    assert "Did somebody come?" in chat
    assert answer.headers["location"] == "/requests?said=no"
    assert (again.state, again.urgency) == (State.WAITING, Urgency.RAISED)
    assert "Did somebody come?" not in browser.get("/requests").text


def test_a_no_pressed_twice_moves_it_up_once(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    world.later(hours=2)
    browser = world.signed_in(world.read(lambda work: work.persons.get("sam")))
    (request,) = requests_of(world)
    form = {"form": browser.token("/requests"), "came": "no"}

    for _ in range(2):
        browser.post(f"/requests/{request.id}/came", data=form)

    events = world.read(lambda work: work.requests.events_of(request.id))
    assert [event.change for event in events].count(Change.NOT_REACHED) == 1


def test_yes_somebody_came_ends_it(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)
    move(world, request, Change.BEGUN)
    move(world, request, Change.FINISHED)

    browser.submit(f"/requests/{request.id}/came", page="/requests", came="yes")

    assert [(r.state, r.came) for r in requests_of(world)] == [(State.DONE, True)]


def test_a_request_can_be_taken_back_after_a_second_look(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/staff")
    (request,) = requests_of(world)

    answer = browser.submit(f"/requests/{request.id}/cancel", page="/requests")

    assert "Shall I stop this request?" not in browser.get("/requests").text
    assert "I have stopped that request" in browser.get(answer.headers["location"]).text
    assert [r.state for r in requests_of(world)] == [State.CANCELLED]


def test_what_is_under_way_cannot_be_taken_back(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/staff")
    (request,) = requests_of(world)
    token = browser.token("/requests")
    move(world, request, Change.BEGUN)

    answer = browser.post(f"/requests/{request.id}/cancel", data={"form": token})

    assert answer.headers["location"] == "/requests?said=too_late"
    assert [r.state for r in requests_of(world)] == [State.WITH_PERSON]


@pytest.mark.parametrize(("deed", "fields"), [("cancel", {}), ("came", {"came": "yes"})])
def test_nobody_touches_another_persons_request(world: World, deed: str, fields: dict[str, str]) -> None:
    world.signed_in(world.add("sam")).submit("/ask/listener")
    (request,) = requests_of(world)
    ali = world.signed_in(world.add("ali"), "A2-15")

    answer = ali.submit(f"/requests/{request.id}/{deed}", page="/requests", **fields)

    assert answer.status_code == 404
    assert requests_of(world) == [request]
    assert request.reference not in ali.get("/requests").text


@pytest.mark.parametrize("came", ["", "maybe"])
def test_an_answer_that_is_neither_yes_nor_no_is_refused(world: World, came: str) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)

    assert browser.submit(f"/requests/{request.id}/came", page="/requests", came=came).status_code == 400


@pytest.mark.parametrize(
    "query", ["said=asked", "said=asked&request=other", "said=<script>", "said=no&request=%00"]
)
def test_an_address_cannot_make_the_page_say_what_is_not_so(world: World, query: str) -> None:
    page = world.signed_in(world.add("sam")).get(f"/requests?{query}").text

    assert "I have asked. Your number" not in page
    assert "<script>" not in page


def test_the_requests_pages_work_while_the_engine_is_down(world: World) -> None:
    world.assistant.down = True
    browser = world.signed_in(world.add("sam", PeerRole.LISTENER))

    codes = [browser.get(path).status_code for path in ("/ask", "/ask/listener", "/requests", "/supporter")]

    assert codes == [200] * 4


def test_the_person_reads_what_happened_so_far_without_a_name_or_a_note(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)
    world.later(minutes=4)
    move(world, request, Change.SEEN)
    move(world, request, Change.COULD_NOT, reason="no_staff", offered="The phone", note="Lee is ill")

    page = browser.get("/requests").text

    assert "What happened so far" in page
    for words in ("You asked.", "Staff saw it.", "Staff could not do it.", "no staff to open doors", "10:04"):
        assert words in page
    assert "Lee is ill" not in page
    assert "officer" not in page.lower().replace("any officer", "").replace("card_officer", "")


def test_signing_in_in_another_cell_takes_the_request_along_and_the_person_reads_so(world: World) -> None:
    sam = world.add("sam")
    world.signed_in(sam).submit("/ask/listener")

    elsewhere = world.signed_in(sam, cell="A2-20")
    page = elsewhere.get("/requests").text

    (request,) = requests_of(world)
    assert request.place.cell == "A2-20"
    assert "You moved. This came with you." in page


def test_the_person_reads_which_other_reason_there_was_and_what_was_offered(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    browser.submit("/ask/listener")
    (request,) = requests_of(world)

    move(world, request, Change.COULD_NOT, reason="other", offered="The phone", note="the gate was broken")
    page = browser.get("/requests").text

    assert "Reason: the gate was broken. Instead: The phone" in page
