"""A message on the tablet: stored, judged, answered; and what happens when a part of that breaks."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import structlog

from bot.queue.model import Kind
from bot.safety.message import MAX_LENGTH, Button, Direction, Message
from bot.safety.model import Level
from bot.safety.record import EntryKind
from bot.web.assistant import Said
from tests.support.tablet_app import DANGER, Browser, World, opened

MUM = "wen is me mum alowed 2 visit"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def texts_of(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


def from_person(messages: list[Message]) -> list[str]:
    return [m.text for m in messages if m.direction is Direction.FROM_PERSON]


def records(world: World) -> list:  # type: ignore[type-arg]
    return world.read(lambda work: list(work.safety.list_of("oakmoor")))


def api(browser: Browser, **fields: str):  # type: ignore[no-untyped-def]
    return browser.post("/api/messages", json={"form": browser.token(), **fields})


def test_a_question_is_stored_and_answered_on_the_page(world: World) -> None:
    world.assistant.says = (Said("Ask staff.", (Button("Video calls", "/ask_video_calls"),)),)
    sam = world.add("sam")
    browser = world.signed_in(sam)

    answer = browser.say(MUM)
    page = browser.get("/chat").text

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#latest")
    assert MUM in page
    assert "Ask staff." in page
    assert 'name="choice" value="/ask_video_calls"' in page
    assert texts_of(world.messages(sam)) == [MUM, "Ask staff."]
    assert records(world) == []


def test_the_script_gets_the_same_as_json(world: World) -> None:
    answer = api(world.signed_in(world.add("sam")), text=MUM)

    assert answer.status_code == 200
    assert [m["text"] for m in answer.json()["messages"]] == [MUM, "An answer."]
    assert answer.json()["notice"] == ""


def test_the_engine_hears_the_verdict_and_the_language(world: World) -> None:
    sam = world.add("sam")
    world.signed_in(sam).say(MUM)

    (turn,) = world.assistant.heard

    assert (turn.person_id, turn.text, turn.language, turn.answered) == (sam.id, MUM, "en", False)
    assert turn.verdict.level is Level.NONE
    assert turn.message_id == world.messages(sam)[0].id


def test_a_tap_is_stored_under_its_title_and_reaches_the_engine_as_an_intent(world: World) -> None:
    payload = '/ask_visits{"part": "more"}'
    world.assistant.says = (Said("Visits.", (Button("Tell me more", payload),)),)
    sam = world.add("sam")
    browser = world.signed_in(sam)
    browser.say(MUM)

    browser.submit("/chat", choice=payload)

    assert from_person(world.messages(sam)) == [MUM, "Tell me more"]
    assert world.assistant.heard[-1].text == payload


@pytest.mark.parametrize(
    "payload",
    [
        "/restart",
        "/ask_nothing",
        '/ask_visits{"x": ',
        "/request_staff",
        "ask_visits",
        "page:secret",
        "language:xx",
        "/ask_visits; x",
    ],
)
def test_a_payload_that_no_button_has_is_refused(world: World, payload: str) -> None:
    sam = world.add("sam")

    answer = world.signed_in(sam).submit("/chat", choice=payload)

    assert answer.status_code == 409
    assert world.messages(sam) == []
    assert world.assistant.heard == []


def test_a_button_that_does_nothing_here_is_not_shown(world: World) -> None:
    world.assistant.says = (Said("Hm.", (Button("Start over", "/restart"), Button("Visits", "/ask_visits"))),)
    sam = world.add("sam")
    world.signed_in(sam).say(MUM)

    assert [button.title for button in world.messages(sam)[-1].buttons] == ["Visits"]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/restart", "restart"),
        (" //ask_visits", "ask_visits"),
        ("///", "?"),
        ('/inform{"a":1}', 'inform{"a":1}'),
    ],
)
def test_typed_words_never_reach_the_engine_as_an_intent(world: World, typed: str, heard: str) -> None:
    sam = world.add("sam")
    world.signed_in(sam).say(typed)

    assert world.assistant.heard[0].text == heard
    assert from_person(world.messages(sam)) == [typed.strip()]


def test_a_page_button_is_a_link(world: World) -> None:
    world.assistant.says = (Said("See there.", (Button("My requests", "page:requests"),)),)
    browser = world.signed_in(world.add("sam"))
    browser.say(MUM)

    assert '<a class="button second chip" href="/requests">' in browser.get("/chat").text
    assert browser.submit("/chat", choice="page:requests").headers["location"] == "/requests"


def test_the_buttons_are_those_of_the_latest_answer(world: World) -> None:
    world.assistant.says = (Said("First.", (Button("Visits", "/ask_visits"),)),)
    browser = world.signed_in(world.add("sam"))
    browser.say(MUM)
    world.assistant.says = (Said("Second.", (Button("Letters", "/ask_letters"),)),)

    browser.say("and letters")

    assert 'value="/ask_letters"' in browser.get("/chat").text
    assert 'value="/ask_visits"' not in browser.get("/chat").text


# -- danger


def test_danger_is_told_to_staff_and_answered_in_one_transaction(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)

    browser.say(f"cant do this {DANGER}")

    said, reply = world.messages(sam)
    (record,) = records(world)
    assert (record.level, record.person_id, record.place.cell) == (Level.EMERGENCY, sam.id, "A2-14")
    assert said.record_id == record.id
    assert reply.tone == "danger"
    assert reply.reply_to == said.id
    assert reply.text.startswith("Press your cell bell now. Tell anyone near you.")
    assert "I have told staff what you wrote." in reply.text
    assert [button.title for button in reply.buttons] == [
        "Yes, safe",
        "No, not safe",
        "I do not want to say",
        "Ask for a Listener",
        "It was a mistake",
    ]
    alerts = world.read(
        lambda work: [n.topic for n in work.outbox.claim(world.time[0], world.time[0] - world.time[0])]
    )
    assert "alert" in alerts
    assert world.assistant.heard[0].answered is True


def test_nothing_is_said_of_staff_when_the_transaction_fails(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    token = browser.token()
    world.database.fails_writing = True

    answer = browser.post("/chat", data={"form": token, "text": f"cant go on {DANGER}"})

    assert answer.status_code == 503
    assert "I could not reach staff from here. Please press your cell bell." in answer.text
    assert "I have told staff" not in answer.text
    assert f"cant go on {DANGER}</textarea>" in answer.text
    assert (world.messages(sam), records(world)) == ([], [])
    assert world.assistant.heard == []


def test_a_message_that_cannot_be_kept_goes_back_into_the_box(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    token = browser.token()
    world.database.fails_writing = True

    page = browser.post("/chat", data={"form": token, "text": MUM})
    json = browser.post("/api/messages", json={"form": token, "text": MUM})

    assert page.status_code == json.status_code == 503
    assert f"{MUM}</textarea>" in page.text
    assert "Nobody has seen it" in json.json()["notice"]
    assert "I could not reach staff" not in page.text


def test_danger_does_not_wait_for_the_engine(world: World) -> None:
    sam = world.add("sam")
    world.assistant.down = True

    answer = api(world.signed_in(sam), text=DANGER)

    assert [m["tone"] for m in answer.json()["messages"]] == ["", "danger"]
    assert len(world.messages(sam)) == 2, "no words about the engine after the words of danger"


def test_asking_for_a_listener_with_a_button_makes_no_safety_record(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)

    browser.submit("/chat", choice="/request_listener")

    assert from_person(world.messages(sam)) == ["Ask for a Listener"]
    assert world.judge.judged == []
    assert records(world) == []


def test_a_screen_that_breaks_counts_as_urgent(world: World) -> None:
    world.judge.broken = True
    sam = world.add("sam")

    world.signed_in(sam).say(MUM)

    (record,) = records(world)
    entry = world.read(lambda work: work.safety.entries_of(record.id))[0]
    assert record.level is Level.URGENT
    assert entry.kind is EntryKind.NOTICED
    assert entry.body["verdict"]["fault"] is True
    assert "I have told staff" in world.messages(sam)[1].text


def test_danger_opens_a_request_for_staff_that_the_person_cannot_silence(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    browser.say(DANGER)
    (request,) = world.read(lambda work: work.requests.of_person(sam.id))

    answer = browser.submit(f"/requests/{request.id}/cancel", page="/requests")

    assert request.kind is Kind.STAFF
    assert answer.headers["location"] == "/requests?said=too_late"
    assert "/cancel" not in browser.get("/requests").text
    assert world.read(lambda work: work.requests.get(request.id)).is_open


# -- the engine


def test_when_the_engine_is_down_the_words_are_honest_and_the_buttons_work(world: World) -> None:
    world.assistant.down = True
    sam = world.add("sam")
    browser = world.signed_in(sam)

    browser.say(MUM)
    page = browser.get("/chat").text

    assert "I cannot answer right now. Your message is kept." in page
    for path in ("/topics", "/ask", "/requests", "/ask/listener"):
        assert f'href="{path}"' in page
        assert browser.get(path).status_code == 200
    assert from_person(world.messages(sam)) == [MUM]


@pytest.mark.parametrize("says", [(), (Said("\x00\x07"),)])
def test_an_empty_answer_counts_as_none(world: World, says: tuple[Said, ...]) -> None:
    world.assistant.says = says
    browser = world.signed_in(world.add("sam"))

    browser.say(MUM)
    world.later(seconds=10)

    assert "I cannot answer right now" in browser.get("/chat").text


def test_a_message_whose_process_died_before_the_answer_is_not_left_alone(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    lost = Message("lost", sam.id, "tablet", Direction.FROM_PERSON, MUM, world.time[0], "key")
    with world.product.database.writing() as work:
        work.messages.add(lost)

    at_once = browser.get("/chat").text
    world.later(seconds=5)
    later = browser.get("/chat").text

    assert "I cannot answer right now" not in at_once
    assert "I cannot answer right now" in later
    assert 'href="/ask/listener"' in later


def test_the_page_is_told_that_something_is_new(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    before = browser.get("/api/messages").json()["seen"]

    browser.say(MUM)
    after = browser.get("/api/messages").json()

    assert after["seen"] != before
    assert f'data-seen="{after["seen"]}"' in browser.get("/chat").text
    last = after["messages"][-1]["seq"]
    assert browser.get(f"/api/messages?after={last}").json()["messages"] == []


# -- once, in order, and not too many


def test_a_form_pressed_twice_is_one_message(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    form = {"form": browser.token(), "text": DANGER}

    answers = [browser.post("/chat", data=form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert from_person(world.messages(sam)) == [DANGER]
    assert [record.times for record in records(world)] == [1]
    assert len(world.assistant.heard) == 1


def test_other_words_in_the_same_form_are_another_message(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    token = browser.token()

    for text in (MUM, f"{MUM} and dad"):
        browser.post("/chat", data={"form": token, "text": text})

    assert from_person(world.messages(sam)) == [MUM, f"{MUM} and dad"]


async def at_once(world: World, browser: Browser, bodies: list[dict[str, str]]) -> list[httpx.Response]:
    transport = httpx.ASGITransport(app=world.app)
    cookies = dict(browser.cookies.items())
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", cookies=cookies
    ) as client:
        return await asyncio.gather(*(client.post("/api/messages", json=body) for body in bodies))


def test_five_messages_at_the_same_moment_are_all_kept(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    bodies = [{"form": browser.token(), "text": f"{DANGER} {n}"} for n in range(5)]

    answers = asyncio.run(at_once(world, browser, bodies))

    assert [answer.status_code for answer in answers] == [200] * 5
    kept = [m for m in world.messages(sam) if m.direction is Direction.FROM_PERSON]
    assert sorted(m.text for m in kept) == sorted(body["text"] for body in bodies)
    assert [m.seq for m in kept] == sorted(m.seq for m in kept)
    assert [record.times for record in records(world)] == [5]


def test_one_form_sent_five_times_at_the_same_moment_is_one_message(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)

    answers = asyncio.run(at_once(world, browser, [{"form": browser.token(), "text": MUM}] * 5))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert from_person(world.messages(sam)) == [MUM]


def test_a_flood_is_slowed_but_danger_goes_through(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    codes = [browser.say(f"hello {n}").status_code for n in range(21)]

    slowed = browser.say("hello again")
    danger = browser.say(DANGER)
    asked = browser.submit("/ask/staff")

    assert codes == [303] * 20 + [429]
    assert "hello again</textarea>" in slowed.text
    assert danger.status_code == 303
    assert len(records(world)) == 1
    assert asked.status_code == 303
    world.later(minutes=1)
    assert browser.say("and now").status_code == 303


# -- bad input


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x07\x1b"])
def test_no_words_is_said_so(world: World, text: str) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)

    assert browser.say(text).status_code == 400
    assert "no words" in api(browser, text=text).json()["notice"]
    assert world.messages(sam) == []


def test_a_message_that_is_too_long_is_refused_whole_and_kept_in_the_box(world: World) -> None:
    sam = world.add("sam")
    text = "a" * 100_000

    answer = world.signed_in(sam).say(text)

    assert answer.status_code == 400
    assert "send it in parts" in answer.text
    assert text in answer.text
    assert world.messages(sam) == []


def test_the_longest_message_is_kept_in_any_alphabet(world: World) -> None:
    sam = world.add("sam")
    text = "ሀ" * MAX_LENGTH

    assert world.signed_in(sam).say(text).status_code == 303
    assert from_person(world.messages(sam)) == [text]


@pytest.mark.parametrize("path", ["/chat", "/api/messages", "/enrol"])
def test_a_body_beyond_all_reason_is_refused(world: World, path: str) -> None:
    browser = world.signed_in(world.add("sam"))
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"

    answer = browser.post(path, content=b"text=" + b"a" * 300_000, headers={"content-type": kind})

    assert answer.status_code == 413
    assert "too long" in answer.text


STRANGE = {
    "control": ("a\x00b\x07c\x1b[31m\x7f", "abc[31m"),
    "emoji": ("😀 👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿", "😀 👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿"),
    "right to left": ("متى يمكن لأمي زيارتي \u202eabc", "متى يمكن لأمي زيارتي \u202eabc"),
    "html": ("<script>alert(1)</script><b>x", "<script>alert(1)</script><b>x"),
    "sql": ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
    "template": ("{{ 7*7 }} {reference} %s", "{{ 7*7 }} {reference} %s"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_text_is_text(world: World, name: str) -> None:
    typed, kept = STRANGE[name]
    sam = world.add("sam")
    browser = world.signed_in(sam)

    assert browser.say(typed).status_code == 303
    page = browser.get("/chat").text

    assert from_person(world.messages(sam)) == [kept]
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_half_a_surrogate_pair_is_dropped_and_the_rest_is_kept(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    body = f'{{"form": "{browser.token()}", "text": "{DANGER} \\ud83d"}}'

    answer = browser.post("/api/messages", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 200
    assert from_person(world.messages(sam)) == [DANGER]
    assert len(records(world)) == 1


def test_bytes_that_are_no_text_are_kept_as_what_can_be_read(world: World) -> None:
    sam = world.add("sam")
    browser = world.signed_in(sam)
    content = b"form=" + browser.token().encode() + b"&text=help%ED%A0%80%FF"

    answer = browser.post(
        "/chat", content=content, headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 303
    assert from_person(world.messages(sam))[0].startswith("help")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": 5}', b"[" * 50_000, b"\xff\xfe", b"null"])
def test_json_of_another_shape_gets_plain_words(world: World, body: bytes) -> None:
    browser = world.signed_in(world.add("sam"))

    answer = browser.post("/api/messages", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 409)
    assert set(answer.json()) >= {"notice"}
    assert "detail" not in answer.json()


def test_an_old_page_keeps_what_was_typed(world: World) -> None:
    sam = world.add("sam")

    answer = world.signed_in(sam).post("/chat", data={"form": "old", "text": MUM})

    assert answer.status_code == 409
    assert f"{MUM}</textarea>" in answer.text
    assert world.messages(sam) == []


def test_no_log_holds_a_message_a_name_or_a_cell(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    sam = replace(world.add("sam"), number="SAM1")
    with structlog.testing.capture_logs() as logs:
        browser = world.signed_in(sam)
        browser.say(f"secret words {DANGER}")
        world.judge.broken = True
        browser.say("secret words")
        world.assistant.down = True
        browser.say("secret words again")
        token = browser.token()
        world.database.fails_writing = True
        browser.post("/chat", data={"form": token, "text": "secret words lost"})
        world.database.fails_reading = True
        browser.get("/chat")

    out = capfd.readouterr()
    everything = f"{logs}{out.out}{out.err}"
    assert logs
    for word in ("secret", "Sam", "A2-14"):
        assert word not in everything
