"""Peers that must be made ready: which one it is in the end, and why."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import encoding, minilm, screening, understanding
from benchmarks.measuring import CannotMeasure
from benchmarks.run import Opens
from evaluation.peers.recogniser import RasaHere, RasaRecogniser, TrainingFailed
from tests.benchmarks.timed import a_bench

EXAMPLES = [("when is my visit", "ask_visits"), ("hello", "greet")]


def trainers(*failing: str) -> understanding.Trainers:
    """Stand for Rasa: pipelines with these components cannot be trained."""

    class Trained(RasaRecogniser):
        def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
            if {component["name"] for component in self._pipeline} & set(failing):
                raise TrainingFailed(f"Rasa had not trained it after {self._most_seconds or 0:.0f} seconds.")

    return understanding.Trainers(Trained, Trained)


def test_the_peer_is_rasas_default_where_there_is_time(tmp_path: Path) -> None:
    name, _, note = understanding.trained(a_bench(tmp_path), EXAMPLES, trainers())

    assert name == understanding.DIET
    assert note == "The peer learned from 2 examples, ours from all."


def test_a_default_that_trains_too_long_gives_way_to_the_linear_one_and_it_is_said(tmp_path: Path) -> None:
    name, _, note = understanding.trained(a_bench(tmp_path), EXAMPLES, trainers("DIETClassifier"))

    assert name == understanding.LINEAR
    assert "not trained it after 100 seconds" in note


def test_a_quick_run_takes_the_linear_one(tmp_path: Path) -> None:
    name, _, note = understanding.trained(a_bench(tmp_path, quick=True), EXAMPLES, trainers("DIETClassifier"))

    assert name == understanding.LINEAR
    assert "quick" in note


def test_where_none_can_be_trained_there_is_no_figure(tmp_path: Path) -> None:
    none = trainers("DIETClassifier", "LogisticRegressionClassifier")

    with pytest.raises(CannotMeasure):
        understanding.trained(a_bench(tmp_path), EXAMPLES, none)


def test_the_linear_peer_is_trained_by_rasa_and_ranks_what_it_learned(tmp_path: Path) -> None:
    bench = a_bench(tmp_path, quick=True)
    examples = [(f"{text} {number}", intent) for text, intent in EXAMPLES for number in range(4)]

    _, peer, _ = understanding.trained(bench, examples)

    with peer.opened() as rank:
        assert rank("when is the visit")[0].intent == "ask_visits"
        assert rank("hello there")[0].intent == "greet"


def test_a_pipeline_that_rasa_refuses_is_a_failure_and_leaves_the_environment(tmp_path: Path) -> None:
    before = dict(os.environ)

    with pytest.raises(TrainingFailed):
        RasaHere([{"name": "NoSuchComponent"}], tmp_path / "peer").fit(*zip(*EXAMPLES, strict=True))

    assert dict(os.environ) == before


def test_training_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    peer = RasaRecogniser(understanding.linear(), tmp_path / "peer", most_seconds=0.2)

    with pytest.raises(TrainingFailed, match="after 0 seconds"):
        peer.fit(*zip(*EXAMPLES, strict=True))


def test_the_peer_learns_from_the_same_few_examples_of_each_intent_each_time(tmp_path: Path) -> None:
    lines = "\n".join(f"    - number {number}" for number in range(20))
    (tmp_path / "greet.yml").write_text(f"nlu:\n- intent: greet\n  examples: |\n{lines}\n", "utf-8")

    found = understanding.few_of(tmp_path, 8)

    assert found == [(f"number {number}", "greet") for number in range(8)]


def test_another_encoder_that_cannot_be_brought_is_a_reason(tmp_path: Path) -> None:
    def no_network(folder: Path, most_seconds: float) -> None:
        raise OSError("no network")

    with pytest.raises(CannotMeasure, match=r"scripts/prepare_peer\.py"):
        minilm.load(a_bench(tmp_path), no_network)


def test_another_encoder_that_is_broken_is_a_reason(tmp_path: Path) -> None:
    bench = a_bench(tmp_path)
    folder = bench.settings.var_dir / "evaluation" / "minilm"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", "utf-8")

    with pytest.raises(CannotMeasure, match="cannot be loaded"):
        minilm.load(bench)


@pytest.mark.parametrize("opens", [encoding.opened, screening.opened, understanding.opened])
def test_without_what_training_makes_there_is_a_reason_that_names_the_command(
    tmp_path: Path, opens: Opens
) -> None:
    with pytest.raises(CannotMeasure, match="`signpost train`"), opens(a_bench(tmp_path)):
        pass


def test_a_long_message_that_comes_again_has_been_forgotten_in_between(tmp_path: Path) -> None:
    judged: list[str] = []
    texts = [*(f"short {number}" for number in range(30)), "a" * 200, "b" * 250]
    task = screening.long(texts, judged.append, {}, {}, a_bench(tmp_path))

    for number in range(4):
        task.before(number)
        task.ours(number)

    first = judged.index("a" * 200)
    between = judged[first + 1 : judged.index("a" * 200, first + 1)]
    assert len(set(between)) > 16


def test_an_encoder_of_other_layers_than_ours_has_no_peer_in_floats(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"tuned": "other layers", "files": {}}', "utf-8")

    with pytest.raises(CannotMeasure, match="could not be built"):
        encoding.in_floats(tmp_path, tmp_path / "floats")
