"""Reads a turn from a tracker and from the metadata of its message."""

from collections.abc import Iterator, Mapping
from typing import Any

from actions import names
from actions.turn import Danger, Message, PastTurn, Reply, Turn
from bot.content import ENGLISH
from bot.learning.model import Guess
from bot.safety.message import Button
from bot.safety.model import Level, Risk, Verdict


def read_turn(
    person_id: str, message: Mapping[str, Any], slots: Mapping[str, Any], events: list[dict[str, Any]]
) -> Turn:
    """`message` and `events` as Rasa keeps them; what is missing or of another shape counts as not there."""
    metadata = _mapping(message.get("metadata"))
    intent = _mapping(message.get("intent"))
    return Turn(
        person_id=person_id,
        intent=_intent(message),
        confidence=_number(intent.get("confidence")),
        message=_message(str(message.get("text") or ""), message, metadata),
        entities=_entities(message),
        language=str(metadata.get("language") or ENGLISH),
        slots=slots,
        past=tuple(reversed(list(_past(events))[:-1])),
    )


def _message(text: str, parsed: Mapping[str, Any], metadata: Mapping[str, Any]) -> Message:
    return Message(
        id=str(metadata.get("message_id") or ""),
        text=text,
        guesses=_guesses(parsed.get("intent_ranking"), "name"),
        needs=_guesses(parsed.get("needs"), "intent"),
        verdict=_verdict(metadata),
        danger=_danger(parsed, metadata),
    )


def _guesses(entries: object, name: str) -> tuple[Guess, ...]:
    found = (_mapping(entry) for entry in (entries if isinstance(entries, list) else ()))
    return tuple(Guess(str(each.get(name)), _number(each.get("confidence"))) for each in found)


def _danger(message: Mapping[str, Any], metadata: Mapping[str, Any]) -> Danger | None:
    """The verdict counts even where the intent is another one, so that no button's form can hide a danger."""
    verdict = _verdict(metadata)
    answered = metadata.get("answered") is True
    if verdict is not None and verdict.is_danger:
        return Danger(verdict.level, next(iter(verdict.risks), None), answered)
    if _intent(message) != names.DANGER:
        return None
    noticed = _entities(message)
    try:
        level = Level(noticed.get(names.DANGER_LEVEL))
    except ValueError:
        level = Level.NONE
    # Danger of no known level counts as the highest.
    risk = noticed.get(names.DANGER_RISK)
    known = Risk(risk) if risk in set(Risk) else None
    return Danger(level if level > Level.NONE else Level.EMERGENCY, known, answered)


def _verdict(metadata: Mapping[str, Any]) -> Verdict | None:
    try:
        return Verdict.from_json(metadata["verdict"])
    except (KeyError, ValueError, TypeError):
        return None


def _past(events: list[dict[str, Any]]) -> Iterator[PastTurn]:
    """Every turn in order; the last one is the turn that is being answered."""
    message: Message | None = None
    replies: list[Reply] = []
    for event in events:
        if event.get("event") == "user":
            if message is not None:
                yield PastTurn(message, tuple(replies))
            parsed = _mapping(event.get("parse_data"))
            message = _message(str(event.get("text") or ""), parsed, _mapping(event.get("metadata")))
            replies = []
        elif event.get("event") == "bot" and event.get("text"):
            replies.append(_reply(event))
    if message is not None:
        yield PastTurn(message, tuple(replies))


def _reply(event: Mapping[str, Any]) -> Reply:
    data = _mapping(event.get("data"))
    buttons = tuple(Button(button["title"], button["payload"]) for button in data.get("buttons") or ())
    return Reply(event["text"], buttons, topic=str(_mapping(data.get("custom")).get("topic") or ""))


def _intent(message: Mapping[str, Any]) -> str:
    return str(_mapping(message.get("intent")).get("name") or "")


def _entities(message: Mapping[str, Any]) -> dict[str, str]:
    """The first value of each entity; a payload may be forged, so only texts are taken."""
    found: dict[str, str] = {}
    for entity in message.get("entities") or ():
        if isinstance(entity.get("value"), str):
            found.setdefault(str(entity.get("entity")), entity["value"])
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
