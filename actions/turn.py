"""One turn of a conversation as plain data: the message, what it means, and what was said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.names import NLU_FALLBACK, Slot, Step
from bot.learning.model import Guess
from bot.safety.message import Button
from bot.safety.model import Level, Risk, Verdict


@dataclass(frozen=True)
class Reply:
    """What is said, and what can be tapped after it.

    `others` are other ways to say it, for the second time and the third. `is_fixed` words are said as they
    are, however often: those about danger. `topic` is set on an answer.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    others: tuple["Reply", ...] = ()
    topic: str = ""
    is_fixed: bool = False


@dataclass(frozen=True)
class Danger:
    """What was noticed in a message, and whether the tablet app already answered it and told staff."""

    level: Level
    risk: Risk | None
    answered: bool


@dataclass(frozen=True)
class Message:
    """What a person sent and what it was understood as. `guesses` run from the likeliest down.

    `needs` are the intents of its clauses, where it holds several. `verdict` is the front door's own.
    """

    id: str
    text: str
    guesses: tuple[Guess, ...]
    needs: tuple[Guess, ...]
    verdict: Verdict | None
    danger: Danger | None

    @property
    def is_tap(self) -> bool:
        return self.text.startswith("/")


@dataclass(frozen=True)
class PastTurn:
    """A message from earlier and the replies to it."""

    message: Message
    replies: tuple[Reply, ...]

    @property
    def danger(self) -> Danger | None:
        return self.message.danger


@dataclass(frozen=True)
class Turn:
    """The message that is to be answered. `past` runs from the latest turn before it to the first."""

    person_id: str
    intent: str
    confidence: float
    message: Message
    entities: Mapping[str, str]
    language: str
    slots: Mapping[str, Any]
    past: tuple[PastTurn, ...]

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def danger(self) -> Danger | None:
        return self.message.danger

    @property
    def ranking(self) -> tuple[str, ...]:
        return tuple(guess.intent for guess in self.message.guesses)

    @property
    def is_fallback(self) -> bool:
        return self.intent in ("", NLU_FALLBACK)

    @property
    def step(self) -> Step | None:
        value = self.slots.get(Slot.STEP)
        return Step(value) if value in set(Step) else None

    def slot(self, name: Slot) -> str:
        return str(self.slots.get(name) or "")

    def count(self, name: Slot) -> int:
        return int(self.slots.get(name) or 0)

    def said(self) -> tuple[str, ...]:
        """Everything that was said to the person so far, the earliest first."""
        return tuple(reply.text for past in reversed(self.past) for reply in past.replies)
