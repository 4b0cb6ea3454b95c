"""Asks a screen about every line of a set, each alone and as a live message is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.safety import intake
from bot.safety.intake import Arrival
from bot.safety.model import HEAD, Level, Reason, Risk, Verdict
from bot.safety.ports import Judge
from evaluation.danger.lines import DangerLine

WARM_UP: Final = 10  # first messages load what is loaded late; they are asked twice
SAID_EVERY: Final = 2_000


@dataclass(frozen=True)
class Clocks:
    """Seconds: those that pass, and those that the processor worked for us, whoever else used it."""

    passed: Callable[[], float]
    worked: Callable[[], float]


@dataclass(frozen=True)
class Judged:
    """What was made of one line. Systems that are only compared give no reasons."""

    line: DangerLine
    level: Level
    risks: tuple[Risk, ...]
    reasons: tuple[Reason, ...] = ()
    fault: bool = False
    seconds: float = 0.0
    worked: float = 0.0

    @property
    def is_flagged(self) -> bool:
        return self.level > Level.NONE

    @property
    def is_urgent(self) -> bool:
        return self.level >= Level.URGENT

    @property
    def is_right_risk(self) -> bool:
        return self.line.risk in self.risks

    @property
    def by_phrases(self) -> bool:
        return any(reason.source.startswith("phrase:") for reason in self.reasons)

    @property
    def by_head(self) -> bool:
        return any(reason.source == HEAD for reason in self.reasons)


def ask(
    screen: Judge,
    lines: Sequence[DangerLine],
    clocks: Clocks,
    say: Callable[[str], None] = lambda words: None,
) -> tuple[Judged, ...]:
    """In the lines' order."""
    for line in lines[:WARM_UP]:
        _verdict(screen, line)
    judged = []
    for number, line in enumerate(lines, start=1):
        judged.append(_ask(screen, line, clocks))
        if number % SAID_EVERY == 0:
            say(f"  {number} of {len(lines)}")
    return tuple(judged)


def _ask(screen: Judge, line: DangerLine, clocks: Clocks) -> Judged:
    start, began = clocks.passed(), clocks.worked()
    verdict = _verdict(screen, line)
    seconds, worked = clocks.passed() - start, clocks.worked() - began
    return Judged(line, verdict.level, verdict.risks, verdict.reasons, verdict.fault, seconds, worked)


def _verdict(screen: Judge, line: DangerLine) -> Verdict:
    arrival = Arrival(person_id="", device_id="", text=line.text, form_key="")
    return intake.judge(screen, arrival, line.before)
