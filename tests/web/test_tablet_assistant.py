"""The way to the dialogue engine: what is sent, and what counts as no answer."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from bot.safety.message import Button
from bot.safety.model import Level, Verdict
from bot.settings import Settings
from bot.web.assistant import AssistantDown, RasaAssistant, Said, Turn, intent_of
from tests.support.builders import a_verdict

TURN = Turn("sam", "m1", "hello", a_verdict(Level.URGENT), answered=True, language="pl")


def said(answer: Callable[[httpx.Request], httpx.Response], seconds: float = 1.0) -> tuple[Said, ...]:
    settings = Settings(_env_file=None, rasa_timeout=seconds, rasa_token="t" * 40)  # type: ignore[call-arg]

    async def ask() -> tuple[Said, ...]:
        assistant = RasaAssistant(settings, transport=httpx.MockTransport(answer))
        try:
            return await assistant.say(TURN)
        finally:
            await assistant.close()

    return asyncio.run(ask())


def test_the_engine_is_told_who_what_and_the_verdict() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    said(answer)

    body = json.loads(seen[0].content)
    assert seen[0].url.path == "/webhooks/tablet/webhook"
    assert seen[0].headers["X-Signpost-Token"] == "t" * 40
    assert "token" not in str(seen[0].url), "an address is logged more easily than a header"
    assert (body["sender"], body["message"]) == ("sam", "hello")
    assert Verdict.from_json(body["metadata"]["verdict"]) == TURN.verdict
    assert {key: body["metadata"][key] for key in ("answered", "language", "message_id")} == {
        "answered": True,
        "language": "pl",
        "message_id": "m1",
    }


def test_replies_come_with_their_buttons() -> None:
    replies = [
        {"recipient_id": "sam", "text": " Hi. ", "buttons": [{"title": "Yes", "payload": "/affirm"}]},
        {"recipient_id": "sam", "custom": {"x": 1}},
    ]

    assert said(lambda _: httpx.Response(200, json=replies)) == (Said("Hi.", (Button("Yes", "/affirm"),)),)


def test_a_reply_knows_which_topic_it_answers() -> None:
    replies = [
        {"custom": {"topic": "of nothing"}},
        {"text": "Visits."},
        {"custom": {"topic": "visits"}},
        {"text": "And more.", "custom": {"topic": 5}},
        {"custom": "visits"},
    ]

    found = said(lambda _: httpx.Response(200, json=replies))

    assert found == (Said("Visits.", (), "visits"), Said("And more."))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json=[]),
        httpx.Response(403, json={"error": "not allowed"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"text": "hi"}),
        httpx.Response(200, json=["hi"]),
        httpx.Response(200, json=[{"text": "hi", "buttons": "no"}]),
        httpx.Response(200, json=[{"text": "hi", "buttons": [{"title": "x"}]}]),
        httpx.Response(302, headers={"location": "http://else.where"}),
    ],
)
def test_rubbish_is_no_answer(answer: httpx.Response) -> None:
    with pytest.raises(AssistantDown):
        said(lambda _: answer)


def test_an_engine_that_is_off_is_no_answer() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(AssistantDown):
        said(refuse)


def test_an_engine_that_is_too_slow_is_no_answer() -> None:
    settings = Settings(_env_file=None, rasa_timeout=0.05, rasa_token="t" * 40)  # type: ignore[call-arg]

    async def slow(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        return httpx.Response(200, json=[])

    async def ask() -> None:
        assistant = RasaAssistant(settings, transport=httpx.MockTransport(slow))
        await assistant.say(TURN)

    with pytest.raises(AssistantDown):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("payload", "intent"),
    [
        ("/ask_visits", "ask_visits"),
        ('/ask_visits{"part": "more"}', "ask_visits"),
        ("ask_visits", None),
        ("/Ask", None),
        ("/ask_visits{", None),
        ("/ask_visits{1}", None),
        ("/ask_visits[1]", None),
        ("/ask_visits@0.9", None),
        ("//ask_visits", None),
        ("", None),
        ("/a" + "{" * 10_000, None),
    ],
)
def test_a_payload_is_an_intent_and_at_most_an_object(payload: str, intent: str | None) -> None:
    assert intent_of(payload) == intent
