"""The way to the dialogue engine: one call with a time limit, and an answer that is checked before use."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from typing import Any, Protocol

import httpx

from bot.bootstrap import secret_of
from bot.safety.message import Button
from bot.safety.model import Verdict
from bot.settings import Settings

_WEBHOOK = "/webhooks/tablet/webhook"
_TOKEN_HEADER = "X-Signpost-Token"  # noqa: S105 - the header's name
_INTENT = re.compile(r"^/([a-z_]+)(\{.*\})?$", re.DOTALL)
_MOST_BUTTONS = 8
_LONGEST_TITLE = 120
_LONGEST_TEXT = 4_000


class AssistantDown(Exception):
    """The engine is off, too slow, or answered what cannot be used. What it says later is dropped."""


@dataclass(frozen=True)
class Said:
    """One reply of the engine. `topic` is set when it answers one."""

    text: str
    buttons: tuple[Button, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class Turn:
    """What the engine is told. `answered` says that the danger words were already given and staff told."""

    person_id: str
    message_id: str
    text: str
    verdict: Verdict
    answered: bool
    language: str


class Assistant(Protocol):
    async def say(self, turn: Turn) -> tuple[Said, ...]:
        """The replies, none or more. Raises AssistantDown."""

    async def close(self) -> None: ...


class RasaAssistant:
    """Speaks to the Rasa server on loopback. Never through a proxy, and never longer than the time limit."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._seconds = settings.rasa_timeout
        self._client = httpx.AsyncClient(
            base_url=settings.rasa_url,
            headers={_TOKEN_HEADER: secret_of(settings, "rasa_token")},
            timeout=settings.rasa_timeout,
            trust_env=False,
            transport=transport,
            # Each waiting person holds a connection; more than this at once is an engine that is down.
            limits=httpx.Limits(max_connections=64),
        )

    async def say(self, turn: Turn) -> tuple[Said, ...]:
        try:
            # httpx limits each read; this limits the whole.
            async with asyncio.timeout(self._seconds):
                answer = await self._client.post(_WEBHOOK, json=_question(turn))
            answer.raise_for_status()
            return read_answer(answer.json())
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise AssistantDown(type(error).__name__) from error

    async def close(self) -> None:
        await self._client.aclose()


def read_answer(data: Any) -> tuple[Said, ...]:
    """The replies in what the engine sent. Raises ValueError for anything of another shape."""
    if not isinstance(data, list):
        raise ValueError("not a list of replies")
    found: list[Said] = []
    for item in data:
        said, topic = _said(item), _topic(item)
        if said is not None:
            found.append(said)
        elif topic and found:
            # What a reply is about comes right after it, as an item of its own.
            found[-1] = replace(found[-1], topic=topic)
    return tuple(found)


def intent_of(payload: str) -> str | None:
    """The intent that a button's payload names; None where it is not a well-formed one."""
    match = _INTENT.match(payload)
    if match is None or (match[2] is not None and not _is_object(match[2])):
        return None
    return match[1]


def _question(turn: Turn) -> dict[str, Any]:
    metadata = {
        # What was typed before stays here: Rasa keeps what it is sent.
        "verdict": {**turn.verdict.to_json(), "before": []},
        "answered": turn.answered,
        "language": turn.language,
        "message_id": turn.message_id,
    }
    return {"sender": turn.person_id, "message": turn.text, "metadata": metadata}


def _said(item: Any) -> Said | None:
    if not isinstance(item, dict):
        raise ValueError("not a reply")
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        return None
    buttons = item.get("buttons") or []
    if not isinstance(buttons, list):
        raise ValueError("not a list of buttons")
    return Said(text.strip()[:_LONGEST_TEXT], tuple(_button(each) for each in buttons[:_MOST_BUTTONS]))


def _topic(item: Any) -> str:
    about = item.get("custom")
    topic = about.get("topic") if isinstance(about, dict) else None
    return topic if isinstance(topic, str) else ""


def _button(item: Any) -> Button:
    if not isinstance(item, dict):
        raise ValueError("not a button")
    title, payload = item.get("title"), item.get("payload")
    if not isinstance(title, str) or not isinstance(payload, str) or not title.strip():
        raise ValueError("a button without title or payload")
    return Button(title.strip()[:_LONGEST_TITLE], payload)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
