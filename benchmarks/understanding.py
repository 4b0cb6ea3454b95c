"""understand: one message through our trained model, beside a pipeline of Rasa's own trained just before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task, over
from benchmarks.messages import of_understanding
from bot.running.training import MODEL
from bot.settings import ROOT
from evaluation.peers import systems
from evaluation.peers.recogniser import RasaHere, RasaRecogniser, TrainingFailed

DIET: Final = "Rasa's default (DIET)"
LINEAR: Final = "Rasa's linear classifier"
OF_EACH: Final = 8  # examples of each intent that the peer learns from: only its time is measured
OF_EACH_QUICK: Final = 3
MOST_SECONDS: Final = 100.0  # for training the default

Examples = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Trainers:
    """How each peer is trained: the default by itself, so that it can be stopped; the linear one here."""

    default: Callable[[systems.Pipeline, Path, float], RasaRecogniser] = RasaRecogniser
    linear: Callable[[systems.Pipeline, Path], RasaRecogniser] = RasaHere


RASA: Final = Trainers()


@contextmanager
def opened(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises CannotMeasure."""
    from bot.nlu.understand import ModelMissing, Understander

    texts = of_understanding()
    try:
        model = Understander.load(bench.settings.models_dir / f"{MODEL}.tar.gz")
    except ModelMissing as error:
        raise CannotMeasure(f"{error} `signpost train` does.") from error
    name, peer, note = trained(
        bench, few_of(ROOT / "data" / "nlu", OF_EACH_QUICK if bench.quick else OF_EACH)
    )
    with ExitStack() as stack:
        try:
            rank = stack.enter_context(peer.opened())
        except TrainingFailed as error:
            raise CannotMeasure(str(error)) from error
        yield (
            Task(
                name="understand",
                what="one message understood, danger screen included",
                ours=over(texts, model.understand),
                peers={name: over(texts, rank)},
                runs=bench.runs(300),
                note=note,
            ),
        )


def few_of(folder: Path, of_each: int) -> Examples:
    """Text and intent of the first English examples of each intent, always the same."""
    from bot.nlu.screen_data import read_intents

    found: dict[str, list[str]] = {}
    for intent, text in read_intents(folder):
        same = found.setdefault(intent, [])
        if len(same) < of_each and text not in same:
            same.append(text)
    return [(text, intent) for intent, texts in found.items() for text in texts]


def trained(bench: Bench, examples: Examples, trainers: Trainers = RASA) -> tuple[str, RasaRecogniser, str]:
    """Its name, itself, and why it is not the one that was wanted. Raises CannotMeasure."""
    why = "A quick run has no time to train it."
    if not bench.quick:
        bench.say(f"Training {DIET} on {len(examples)} examples")
        try:
            peer = _fitted(
                trainers.default(systems.rasa_default(), bench.folder / "diet", MOST_SECONDS), examples
            )
            return DIET, peer, f"The peer learned from {len(examples)} examples, ours from all."
        except TrainingFailed as error:
            why = str(error)
    bench.say(f"Training {LINEAR} on {len(examples)} examples")
    try:
        peer = _fitted(trainers.linear(linear(), bench.folder / "linear"), examples)
    except TrainingFailed as error:
        raise CannotMeasure(str(error)) from error
    note = f"The peer learned from {len(examples)} examples, ours from all. It is not {DIET}: {why}"
    return LINEAR, peer, note


def linear() -> systems.Pipeline:
    """Words, groups of letters and a logistic regression: the lightest that Rasa brings."""
    letters: Mapping[str, Any] = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", **letters},
        {"name": "LogisticRegressionClassifier"},
    ]


def _fitted(peer: RasaRecogniser, examples: Examples) -> RasaRecogniser:
    peer.fit([text for text, _ in examples], [intent for _, intent in examples])
    return peer
