"""Rasa's default pipeline as a danger screen: every risk at every level is an intent, and so is no danger."""

from collections.abc import Sequence
from typing import Final

from bot.nlu.screen_data import Line
from bot.safety.model import Level, Risk
from evaluation.danger.lines import DangerLine
from evaluation.danger.peers.results import Said
from evaluation.peers.benchmarks import Benchmark
from evaluation.peers.gate import Ranking
from evaluation.training import Example

NONE: Final = "none"
BENCHMARK: Final = "danger"
_BETWEEN: Final = "-"


def label(level: Level, risk: Risk | None) -> str:
    return NONE if risk is None else f"{risk.value}{_BETWEEN}{level.value}"


def benchmark(trained: Sequence[Line], asked: Sequence[DangerLine]) -> Benchmark:
    """Its labels in what is asked are never used: the figures are ours, from what is ranked first."""
    return Benchmark(
        name=BENCHMARK,
        outside=None,
        train=tuple(Example(_one_line(one.text), label(one.level, one.risk)) for one in trained),
        tune=(),
        # Rasa has no notion of messages before: it is asked about them and this one together.
        test=tuple(
            Example(_one_line(" ".join((*one.before, one.text))), label(one.level, one.risk)) for one in asked
        ),
    )


def said(ranking: Ranking) -> Said:
    """The first guess decides. The score is how little it believes in no danger."""
    if not ranking:
        return Said(Level.NONE, (), 0.0)
    no_danger = next((guess.confidence for guess in ranking if guess.intent == NONE), 0.0)
    risk, _, level = ranking[0].intent.rpartition(_BETWEEN)
    if not risk:
        return Said(Level.NONE, (), 1 - no_danger)
    return Said(Level(level), (Risk(risk),), 1 - no_danger)


def _one_line(text: str) -> str:
    return " ".join(text.split())
