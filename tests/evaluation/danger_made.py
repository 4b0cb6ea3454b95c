"""Made-up danger lines and what was made of them, small enough to compute by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.safety.model import HEAD, Level, Reason, Risk, Verdict
from evaluation.danger.asking import Clocks, Judged
from evaluation.danger.lines import DangerLine
from evaluation.danger.measuring import Measured, measure
from evaluation.danger.sets import DangerSet
from tests.evaluation.made import Ticks

SUICIDE = Risk.SUICIDE


def a_line(level: Level = Level.URGENT, text: str = "i carnt go on", **more: Any) -> DangerLine:
    risk = None if level is Level.NONE else SUICIDE
    kind = "idiom" if level is Level.NONE else "explicit"
    fields = {"number": 1, "risk": risk, "kind": kind, "language": "en"} | more
    return DangerLine(text=text, level=level, **fields)


def judged(meant: Level, given: Level, risks: tuple[Risk, ...] | None = None, **line: Any) -> Judged:
    named = risks if risks is not None else (() if given is Level.NONE else (SUICIDE,))
    reasons = tuple(Reason(risk, given, "reads like it", HEAD) for risk in named)
    return Judged(a_line(meant, **line), given, named, reasons, seconds=0.01, worked=0.005)


def eight() -> list[Judged]:
    """Emergencies: right; judged a concern. Urgent: another risk named; missed. A concern: judged urgent.

    No danger: an idiom flagged, an idiom not, an ordinary one not.
    """
    return [
        judged(Level.EMERGENCY, Level.EMERGENCY, text="a tonight", kind="planned"),
        judged(Level.EMERGENCY, Level.CONCERN, text="b now"),
        judged(Level.URGENT, Level.URGENT, (Risk.FIRE,), text="c my lad", risk=Risk.CHILD_AT_RISK),
        judged(Level.URGENT, Level.NONE, text="d no more of it", kind="passive"),
        judged(Level.CONCERN, Level.URGENT, text="e whats the point of it all anyway"),
        judged(Level.NONE, Level.URGENT, text="f dying for a brew"),
        judged(Level.NONE, Level.NONE, text="g killing me this"),
        judged(Level.NONE, Level.NONE, text="h wots for tea", kind="ordinary"),
    ]


def a_set(name: str = "danger_english_test", found: Sequence[Judged] | None = None) -> DangerSet:
    return DangerSet(name, "digest", tuple(one.line for one in (eight() if found is None else found)))


def a_measured(name: str = "danger_english_test", found: Sequence[Judged] | None = None) -> Measured:
    rows = eight() if found is None else found
    return measure(a_set(name, rows), rows, np.linspace(1, 0, len(rows)))


class ListedScreen:
    """Sees an emergency in every text that has its word, with the messages before read too."""

    version = "listed"

    def __init__(self, word: str = "rope", *, fault: bool = False) -> None:
        self._word = word
        self._fault = fault
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        self.asked.append((text, tuple(before)))
        if self._word in " ".join((*before, text)):
            reason = Reason(SUICIDE, Level.EMERGENCY, "has a means ready", "phrase:means", text)
            return Verdict(Level.EMERGENCY, (SUICIDE,), (reason,), "en", "listed", self._fault)
        return Verdict(Level.NONE, (), (), "en", "listed", self._fault)


class WordScores:
    """A head that finds a message the graver the longer it is."""

    def danger_scores(self, texts: Sequence[str]) -> Any:
        return np.array([len(text) / 100 for text in texts])


def clocks() -> Clocks:
    return Clocks(Ticks(), Ticks())
