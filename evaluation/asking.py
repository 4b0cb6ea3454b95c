"""Asks the trained model about every message of a set, through the same code as a live message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from evaluation.lines import OUT_OF_SCOPE, Line

WARM_UP: Final = 20  # first messages load what is loaded late; they are asked twice


class Understands(Protocol):
    def understand(self, text: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Guess:
    intent: str
    confidence: float


@dataclass(frozen=True)
class Answer:
    """What was made of one message. `asks_again` is nlu_fallback: the assistant would not go ahead."""

    line: Line
    ranking: tuple[Guess, ...]
    asks_again: bool
    sees_danger: bool
    needs: tuple[str, ...]
    seconds: float

    @property
    def best(self) -> Guess:
        return self.ranking[0]

    @property
    def is_right(self) -> bool:
        return self.best.intent in self.line.intents

    @property
    def is_turned_away(self) -> bool:
        return self.best.intent == OUT_OF_SCOPE or self.asks_again

    def is_among(self, first: int) -> bool:
        """Whether all that the message is about is among the first so many guesses."""
        return set(self.line.intents) <= {guess.intent for guess in self.ranking[:first]}


def ask(model: Understands, lines: Sequence[Line], clock: Callable[[], float]) -> tuple[Answer, ...]:
    """In the lines' order; `clock` tells seconds."""
    for line in lines[:WARM_UP]:
        model.understand(line.text)
    return tuple(_ask(model, line, clock) for line in lines)


def _ask(model: Understands, line: Line, clock: Callable[[], float]) -> Answer:
    start = clock()
    said = model.understand(line.text)
    seconds = clock() - start
    return Answer(
        line=line,
        ranking=tuple(Guess(entry["intent"], float(entry["confidence"])) for entry in said["ranking"]),
        asks_again=bool(said.get("fallback")),
        sees_danger=bool(said.get("danger")),
        needs=tuple(said.get("needs", ())),
        seconds=seconds,
    )
