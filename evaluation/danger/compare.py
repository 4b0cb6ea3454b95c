"""The same figures for every system on the same set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.danger.asking import Judged
from evaluation.danger.curve import Curve
from evaluation.danger.figures import Headline, headline
from evaluation.danger.measuring import curve_of
from evaluation.danger.peers.results import Part, Result, asked_key
from evaluation.danger.sets import DangerSet
from evaluation.figures import Times


@dataclass(frozen=True)
class Compared:
    """One system on one set. `is_current` is whether it learned from what ours now learns from."""

    system: str
    set: str
    made: str
    is_current: bool
    trained_on: int
    training_seconds: float
    headline: Headline
    curve: Curve | None
    milliseconds: Times


def compare(results: Sequence[Result], sets: Sequence[DangerSet], train_key: str) -> tuple[Compared, ...]:
    """By set, then in the results' order. What was asked about other lines is left out: it proves nothing."""
    return tuple(
        _compared(result, one, result.parts[one.name], is_current=result.train_key == train_key)
        for one in sets
        for result in results
        if one.name in result.parts and result.parts[one.name].asked == asked_key(one)
    )


def by_set(compared: Sequence[Compared]) -> Mapping[str, tuple[Compared, ...]]:
    names = dict.fromkeys(one.set for one in compared)
    return {name: tuple(one for one in compared if one.set == name) for name in names}


def _compared(result: Result, found: DangerSet, part: Part, *, is_current: bool) -> Compared:
    judged = [Judged(line, said.level, said.risks) for line, said in zip(found.lines, part.said, strict=True)]
    scores = [said.score for said in part.said if said.score is not None]
    # A score is of one message alone: of one with others before it, it says little.
    has_scores = len(scores) == len(judged) and not any(line.before for line in found.lines)
    return Compared(
        system=result.system,
        set=found.name,
        made=result.made,
        is_current=is_current,
        trained_on=result.trained_on,
        training_seconds=result.training_seconds,
        headline=headline(judged),
        curve=curve_of(judged, np.array(scores)) if has_scores else None,
        milliseconds=part.milliseconds,
    )
