"""One piece of work done by us and by its peers in turn, so that a busy machine harms all of them alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from evaluation.figures import times

WARM_UP: Final = 5  # first runs load what is loaded late; they are not counted
FEWEST: Final = 10  # runs that are made however long they take

Clock = Callable[[], float]
# Does the work once. The number says for which message, person or entry, so that no run repeats another.
Work = Callable[[int], object]


class CannotMeasure(Exception):
    """Why there is no figure, in one sentence."""


class Unit(StrEnum):
    MILLISECONDS = "ms"
    ENTRIES = "entries/s"

    @property
    def is_rate(self) -> bool:
        """More of it is better."""
        return self is Unit.ENTRIES


def over(texts: Sequence[str], does: Callable[[str], object]) -> Work:
    """A text for each run, and from the first again after the last."""
    return lambda number: does(texts[number % len(texts)])


def _nothing(_number: int) -> None:
    """What is done before a run where nothing has to be."""


@dataclass(frozen=True)
class Task:
    """What is measured. `absent` says of peers that could not be made ready why they could not.

    Runs are numbered from 0 below `runs`, those to warm up from `runs` on. `size` is how many entries one run
    holds, where the unit is a rate; `before` is done before a run and not timed; `note` is for the reader.
    """

    name: str
    what: str
    ours: Work
    peers: Mapping[str, Work]
    runs: int
    unit: Unit = Unit.MILLISECONDS
    size: int = 1
    absent: Mapping[str, str] = field(default_factory=dict)
    before: Work = _nothing
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """`p99`: 99 of 100 runs took no longer, or were no slower where the unit is a rate."""

    median: float
    p99: float
    runs: int


@dataclass(frozen=True)
class Measured:
    """Ours beside one peer."""

    name: str
    what: str
    unit: Unit
    peer: str
    ours: Figures
    theirs: Figures
    note: str = ""

    @property
    def ratio(self) -> float:
        """Our median over the peer's: of times, below 1 is faster; of rates, above 1 is."""
        return self.ours.median / self.theirs.median


def measure(task: Task, clock: Clock, seconds: float) -> tuple[Measured, ...]:
    """Ours beside each peer. No new run begins after so many seconds. Raises CannotMeasure."""
    if not task.peers or not task.runs:
        raise CannotMeasure("There is nothing to measure it with.")
    took = _run(task, clock, seconds)
    ours, *others = [_figures(spans, task) for spans in took]
    return tuple(
        Measured(task.name, task.what, task.unit, peer, ours, theirs, task.note)
        for peer, theirs in zip(task.peers, others, strict=True)
    )


def _run(task: Task, clock: Clock, seconds: float) -> Sequence[Sequence[float]]:
    """The seconds of each run: ours first, then each peer's."""
    workers = (task.ours, *task.peers.values())
    took: tuple[list[float], ...] = tuple([] for _ in workers)
    for number in range(task.runs, task.runs + WARM_UP):
        task.before(number)
        for work in workers:
            work(number)
    end = clock() + seconds
    for number in range(task.runs):
        task.before(number)
        for work, spans in zip(workers, took, strict=True):
            start = clock()
            work(number)
            spans.append(clock() - start)
        if len(took[0]) >= FEWEST and clock() >= end:
            break
    return took


def _figures(spans: Sequence[float], task: Task) -> Figures:
    found = times(spans)
    if not found.median > 0:
        raise CannotMeasure(f"{task.name} takes less time than the clock can tell.")
    if task.unit.is_rate:
        median, slowest = (task.size * 1000 / milliseconds for milliseconds in (found.median, found.slowest))
        return Figures(median, slowest, len(spans))
    return Figures(found.median, found.slowest, len(spans))
