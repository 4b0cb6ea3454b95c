"""screen: one message judged by the danger screen, beside a list of words and beside another encoder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import minilm
from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task, over
from benchmarks.messages import graded, long_ones, of_all
from bot.safety.model import Level

if TYPE_CHECKING:
    from evaluation.peers.minilm import MiniLm

KEYWORDS: Final = "list of words"
MINILM: Final = f"{minilm.MINILM}, linear head"
TAUGHT: Final = 100  # lines that the other encoder's head learns from: only its time is measured
RIDGE: Final = 1.0
# The encoder keeps its last texts: a message is judged again only after so many others.
BETWEEN: Final = 20

Judges = Callable[[str], object]


@contextmanager
def opened(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises CannotMeasure."""
    from bot.bootstrap import build_judge
    from bot.nlu.encoder import EncoderBroken

    texts = of_all()
    try:
        screen = build_judge(bench.settings)
    except EncoderBroken as error:
        raise CannotMeasure(f"{error} `signpost train` makes it.") from error
    if screen.judge(texts[-1]).fault:
        raise CannotMeasure(f"The danger screen is not whole: {_fault(bench)} `signpost train` makes it.")
    peers, absent = _peers(bench)
    yield short(texts, screen.judge, peers, absent, bench), long(texts, screen.judge, peers, absent, bench)


def short(
    texts: Sequence[str],
    judge: Judges,
    peers: Mapping[str, Judges],
    absent: Mapping[str, str],
    bench: Bench,
) -> Task:
    return Task(
        name="screen",
        what="one message judged for danger",
        ours=over(texts, judge),
        peers={name: over(texts, peer) for name, peer in peers.items()},
        runs=bench.runs(400),
        absent=absent,
    )


def long(
    texts: Sequence[str],
    judge: Judges,
    peers: Mapping[str, Judges],
    absent: Mapping[str, str],
    bench: Bench,
) -> Task:
    """There are few of them, so they come again, and what was kept of them is forgotten in between."""
    found = long_ones(texts)

    def forget(number: int) -> None:
        if number % len(found) == 0:
            for text in texts[:BETWEEN]:
                judge(text)

    return Task(
        name="screen-long",
        what="one message of 200 to 300 letters judged for danger",
        ours=over(found, judge),
        peers={name: over(found, peer) for name, peer in peers.items()},
        runs=bench.runs(10 * len(found)) if found else 0,
        absent=absent,
        before=forget,
    )


def _fault(bench: Bench) -> str:
    from bot.nlu.screen_head import HeadBroken
    from evaluation.danger.peers.screens import our_head

    try:
        our_head(bench.settings.screen_dir, bench.settings.encoder_dir)
    except HeadBroken as error:
        return str(error)
    return "a part of it is broken."


def _peers(bench: Bench) -> tuple[Mapping[str, Judges], Mapping[str, str]]:
    """What judges a text, and why another peer is not among them."""
    from evaluation.danger.peers.keywords import Keywords

    words = {KEYWORDS: Keywords().judge}
    try:
        return {**words, MINILM: _under_a_line(minilm.load(bench))}, {}
    except CannotMeasure as error:
        return words, {MINILM: str(error)}


def _under_a_line(encoder: "MiniLm") -> Judges:
    """The encoder under the simplest head there is, a row of weights a level, fitted by least squares."""
    taught = graded()[:TAUGHT]
    levels = list(Level)
    vectors = _with_one(encoder.encode([text for text, _ in taught]))
    wanted = np.array([[its is level for level in levels] for _, its in taught], np.float32)
    square = vectors.T @ vectors + RIDGE * np.eye(vectors.shape[1], dtype=np.float32)
    weights = np.linalg.solve(square, vectors.T @ wanted)

    def judge(text: str) -> Level:
        return levels[int(np.argmax(_with_one(encoder.encode([text])) @ weights))]

    return judge


def _with_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)
