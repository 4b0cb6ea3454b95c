"""The numbers that were promised, each beside what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evaluation.figures import Headline, Times, headline
from evaluation.measuring import Measured
from evaluation.peers.benchmarks import BANKING77, CLINC150, ENGLISH
from evaluation.peers.compare import Compared, PartFigures, figures
from evaluation.peers.gate import OPEN
from evaluation.peers.results import Part
from evaluation.peers.systems import SIGNPOST
from evaluation.shares import Share

ENGLISH_TEST: Final = "english_test"
LANGUAGES_TEST: Final = "languages_test"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Promise:
    """`found` is a share, or a number in `unit`; None where nothing was measured."""

    id: str
    words: str
    wanted: float
    at_least: bool
    unit: str
    found: Share | float | None
    where: str

    @property
    def verdict(self) -> Verdict:
        if self.found is None or (isinstance(self.found, Share) and not self.found.size):
            return Verdict.NOT_MEASURED
        value = self.found.value if isinstance(self.found, Share) else self.found
        is_met = value >= self.wanted if self.at_least else value <= self.wanted
        return Verdict.MET if is_met else Verdict.NOT_MET


def promises(sets: Sequence[Measured], peers: Sequence[Compared]) -> tuple[Promise, ...]:
    """In the order of the issue that made them. Only test sets count: nobody who builds has seen them."""
    measured = {one.name: one for one in sets}
    ours = {one.benchmark: one for one in peers if one.system == SIGNPOST}
    return (*_understanding(measured), *_benchmarks(ours), *_speed(measured, ours))


def _understanding(measured: Mapping[str, Measured]) -> tuple[Promise, ...]:
    english, others = measured.get(ENGLISH_TEST), measured.get(LANGUAGES_TEST)
    head = english.headline if english else _nothing()
    foreign = others.headline if others else _nothing()
    return (
        _share("first", "first guess right", 0.93, head.first, ENGLISH_TEST),
        _share("three", "right among the first three", 0.985, head.among_three, ENGLISH_TEST),
        _share("outside", "out of scope told as such", 0.85, head.outside_told, ENGLISH_TEST),
        _share(
            "turned_away", "in scope, yet turned away", 0.03, head.turned_away, ENGLISH_TEST, at_least=False
        ),
        _share("languages", "other languages: first guess", 0.85, foreign.first, LANGUAGES_TEST),
    )


def _nothing() -> Headline:
    return headline(())


def _benchmarks(ours: Mapping[str, Compared]) -> tuple[Promise, ...]:
    clinc, banking = (_tested(ours.get(name)) for name in (CLINC150, BANKING77))
    return (
        _share("clinc", "CLINC150: in scope", 0.97, clinc.decided, CLINC150),
        _share("clinc_outside", "CLINC150: out of scope", 0.75, clinc.outside_told, CLINC150),
        _share("banking", "BANKING77", 0.935, banking.decided, BANKING77),
    )


def _tested(one: Compared | None) -> PartFigures:
    return one.test if one else figures(Part((), ()), None, OPEN)


def _speed(measured: Mapping[str, Measured], ours: Mapping[str, Compared]) -> tuple[Promise, ...]:
    english = ours.get(ENGLISH)
    minutes = None if english is None else english.training_seconds / 60
    timed: Times | None = measured[ENGLISH_TEST].times if ENGLISH_TEST in measured else None
    median = None if timed is None else timed.median
    return (
        Promise("training", "training", 6, False, "min", minutes, ENGLISH),
        Promise("median", "one message understood (median)", 15, False, "ms", median, ENGLISH_TEST),
    )


def _share(
    key: str, words: str, wanted: float, found: Share, where: str, *, at_least: bool = True
) -> Promise:
    return Promise(key, words, wanted, at_least, "", found, where)
