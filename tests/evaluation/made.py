"""Made-up lines, answers and sets, small enough to compute by hand."""

from collections.abc import Iterator, Sequence
from typing import Any

from evaluation.asking import Answer, Guess
from evaluation.lines import Line
from evaluation.measuring import Measured, measure
from evaluation.sets import LabelledSet


def a_line(
    intent: str | tuple[str, ...] = "ask_visits", text: str = "wen is me mum comin", **more: Any
) -> Line:
    intents = (intent,) if isinstance(intent, str) else intent
    fields = {"number": 1, "voice": "phone", "keyword": False, "language": "en"} | more
    return Line(text=text, intents=intents, **fields)


def ranked(*guesses: tuple[str, float]) -> tuple[Guess, ...]:
    return tuple(Guess(intent, confidence) for intent, confidence in guesses)


def an_answer(
    meant: str | tuple[str, ...],
    *guesses: tuple[str, float],
    asks_again: bool = False,
    danger: bool = False,
    needs: tuple[str, ...] = (),
    **line: Any,
) -> Answer:
    return Answer(a_line(meant, **line), ranked(*guesses), asks_again, danger, needs, seconds=0.01)


def six_answers() -> list[Answer]:
    """In scope: right; second; asked again though right; told out of scope. Out of it: told; not told."""
    return [
        an_answer(
            "ask_visits", ("ask_visits", 0.9), ("ask_money", 0.1), text="visit on friday", keyword=True
        ),
        an_answer("ask_money", ("ask_canteen", 0.6), ("ask_money", 0.4), text="me wages", voice="slang"),
        an_answer("ask_visits", ("ask_visits", 0.3), asks_again=True, text="can she come"),
        an_answer("greet", ("out_of_scope", 0.5), ("greet", 0.2), danger=True, text="ey up"),
        an_answer("out_of_scope", ("out_of_scope", 0.8), text="who won the cup"),
        an_answer("out_of_scope", ("ask_gym_exercise", 0.7), asks_again=True, text="best boxer ever"),
    ]


def a_measured(name: str = "english_test", answers: Sequence[Answer] | None = None) -> Measured:
    found = six_answers() if answers is None else answers
    return measure(LabelledSet(name, "digest", tuple(one.line for one in found)), found)


class Ticks:
    """A clock that goes on by a hundredth of a second each time it is asked."""

    def __init__(self) -> None:
        self._now: Iterator[float] = iter(step / 100 for step in range(100_000))

    def __call__(self) -> float:
        return next(self._now)
