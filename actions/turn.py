"""One turn of a conversation as plain data, read from a tracker and from the metadata of the message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions import names
from actions.names import Slot, Step
from bot.content import ENGLISH
from bot.safety.message import Button
from bot.safety.model import Level, Risk, Verdict


@dataclass(frozen=True)
class Reply:
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Danger:
    """What was noticed in a message, and whether the tablet app already answered it and told staff."""

    level: Level
    risk: Risk | None
    answered: bool


@dataclass(frozen=True)
class PastTurn:
    """What was said earlier: a message's danger, if any, and the replies to it."""

    danger: Danger | None
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Turn:
    """The message that is to be answered. `past` runs from the latest turn before it to the first."""

    person_id: str
    intent: str
    text: str
    entities: Mapping[str, str]
    ranking: tuple[str, ...]
    language: str
    danger: Danger | None
    slots: Mapping[str, Any]
    past: tuple[PastTurn, ...]

    @property
    def step(self) -> Step | None:
        value = self.slots.get(Slot.STEP)
        return Step(value) if value in set(Step) else None

    def slot(self, name: Slot) -> str:
        return str(self.slots.get(name) or "")

    def count(self, name: Slot) -> int:
        return int(self.slots.get(name) or 0)


def read_turn(
    person_id: str, message: Mapping[str, Any], slots: Mapping[str, Any], events: list[dict[str, Any]]
) -> Turn:
    """`message` and `events` as Rasa keeps them; what is missing or of another shape counts as not there."""
    metadata = _mapping(message.get("metadata"))
    intent = _intent(message)
    return Turn(
        person_id=person_id,
        intent=intent,
        text=str(message.get("text") or ""),
        entities=_entities(message),
        ranking=tuple(str(guess.get("name")) for guess in message.get("intent_ranking") or ()),
        language=str(metadata.get("language") or ENGLISH),
        danger=_danger(message, metadata),
        slots=slots,
        past=tuple(reversed(list(_past(events))[:-1])),
    )


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
    danger: Danger | None = None
    replies: list[Reply] = []
    begun = False
    for event in events:
        if event.get("event") == "user":
            if begun:
                yield PastTurn(danger, tuple(replies))
            danger = _danger(_mapping(event.get("parse_data")), _mapping(event.get("metadata")))
            replies, begun = [], True
        elif event.get("event") == "bot" and event.get("text"):
            buttons = _mapping(event.get("data")).get("buttons") or ()
            shown = tuple(Button(button["title"], button["payload"]) for button in buttons)
            replies.append(Reply(event["text"], shown))
    if begun:
        yield PastTurn(danger, tuple(replies))


def _intent(message: Mapping[str, Any]) -> str:
    return str(_mapping(message.get("intent")).get("name") or "")


def _entities(message: Mapping[str, Any]) -> dict[str, str]:
    """The first value of each entity; a payload may be forged, so only texts are taken."""
    found: dict[str, str] = {}
    for entity in message.get("entities") or ():
        if isinstance(entity.get("value"), str):
            found.setdefault(str(entity.get("entity")), entity["value"])
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
