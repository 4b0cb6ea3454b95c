"""The figures that recognisers are compared by, from what each made of a benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.figures import Times
from evaluation.peers import gate
from evaluation.peers.benchmarks import BANKING77, CLINC150, ENGLISH
from evaluation.peers.gate import OPEN, Gate, Ranking
from evaluation.peers.results import Part, Result
from evaluation.shares import Share

ORDER: Final = (CLINC150, BANKING77, ENGLISH)


@dataclass(frozen=True)
class PartFigures:
    """Of messages in scope: `bare` is the best label in scope, `decided` what is left right when messages
    may be told that they are out of scope, `turned_away` how many are. `outside_told` is of the others."""

    bare: Share
    among_three: Share
    decided: Share
    turned_away: Share
    outside_told: Share


@dataclass(frozen=True)
class Compared:
    """One system on one benchmark. `is_current` is whether its code and data are still what was measured."""

    benchmark: str
    system: str
    made: str
    is_current: bool
    tuned_encoder: bool
    trained_on: int
    training_seconds: float
    milliseconds: Times
    gate: Gate
    tune: PartFigures
    test: PartFigures


def compare(result: Result, *, is_current: bool) -> Compared:
    """The gate is chosen on `tune` and used on `test`; `tune` itself is shown with none."""
    chosen = OPEN
    if result.outside is not None and result.test.labels:
        share = result.test.labels.count(result.outside) / len(result.test.labels)
        chosen = gate.choose(result.tune.rankings, result.tune.labels, result.outside, share)
    return Compared(
        benchmark=result.benchmark,
        system=result.system,
        made=result.made,
        is_current=is_current,
        tuned_encoder=result.encoder is not None,
        trained_on=result.trained_on,
        training_seconds=result.training_seconds,
        milliseconds=result.milliseconds,
        gate=chosen,
        tune=figures(result.tune, result.outside, OPEN),
        test=figures(result.test, result.outside, chosen),
    )


def figures(part: Part, outside: str | None, chosen: Gate) -> PartFigures:
    rows = list(zip(part.labels, part.rankings, strict=True))
    inside = [(label, ranking) for label, ranking in rows if label != outside]
    strangers = [ranking for label, ranking in rows if label == outside]
    held = [chosen.is_outside(ranking, outside) for _, ranking in inside]
    decided = [
        not turned and ranking[0].intent == label
        for turned, (label, ranking) in zip(held, inside, strict=True)
    ]
    return PartFigures(
        bare=Share.of(_best_inside(ranking, outside) == label for label, ranking in inside),
        among_three=Share.of(label in {guess.intent for guess in ranking[:3]} for label, ranking in inside),
        decided=Share.of(decided),
        turned_away=Share.of(held),
        outside_told=Share.of(chosen.is_outside(ranking, outside) for ranking in strangers),
    )


def in_order(compared: Sequence[Compared]) -> tuple[Compared, ...]:
    """By benchmark, and within it the best first. What was only tried out is left out."""
    known = [one for one in compared if one.benchmark in ORDER]
    return tuple(sorted(known, key=lambda one: (ORDER.index(one.benchmark), -one.test.decided.value)))


def _best_inside(ranking: Ranking, outside: str | None) -> str | None:
    return next((guess.intent for guess in ranking if guess.intent != outside), None)
