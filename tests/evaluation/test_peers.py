"""Other recognisers: the same data for each, figures by hand, and nothing long done twice."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.figures import Times
from evaluation.peers import all_pairs, systems
from evaluation.peers.all_pairs import BadWish, Wanted
from evaluation.peers.benchmarks import Benchmark, NoSuchData, banking77, clinc150, english
from evaluation.peers.compare import PartFigures, compare, figures, in_order
from evaluation.peers.gate import OPEN, Gate, Ranking
from evaluation.peers.results import Part, Result, keep, newest, path_of, read
from evaluation.peers.run import Bench, Pair
from evaluation.peers.words import peers_section
from evaluation.sets import LabelledSet
from evaluation.shares import Share
from evaluation.training import Example
from tests.evaluation.made import Ticks, a_line, ranked

PART = Part(
    ("a", "a", "b", "oos", "oos"),
    (
        ranked(("a", 0.9), ("b", 0.1)),
        ranked(("oos", 0.6), ("a", 0.4)),
        ranked(("b", 0.3), ("a", 0.2)),
        ranked(("oos", 0.7), ("a", 0.3)),
        ranked(("b", 0.4), ("oos", 0.2)),
    ),
)


def a_result(**more: object) -> Result:
    fields: dict[str, object] = {
        "benchmark": "clinc150",
        "system": "signpost",
        "system_key": "s",
        "data_key": "d",
        "outside": "oos",
        "encoder": None,
        "made": "2026-11-22T10:00:00+00:00",
        "trained_on": 5,
        "training_seconds": 12.5,
        "milliseconds": Times(4.0, 9.0),
        "tune": PART,
        "test": PART,
    }
    return Result(**(fields | more))  # type: ignore[arg-type]


def test_the_figures_of_a_part_with_no_threshold() -> None:
    found = figures(PART, "oos", OPEN)

    assert found == PartFigures(
        bare=Share(3, 3),
        among_three=Share(3, 3),
        decided=Share(2, 3),
        turned_away=Share(1, 3),
        outside_told=Share(1, 2),
    )


def test_a_threshold_tells_more_strangers_and_turns_more_away() -> None:
    found = figures(PART, "oos", Gate(0.5))

    assert (found.decided, found.turned_away, found.outside_told) == (Share(1, 3), Share(2, 3), Share(2, 2))
    assert found.bare == Share(3, 3)


def test_where_nothing_is_out_of_scope_the_best_guess_decides() -> None:
    part = Part(("a", "b"), (ranked(("a", 0.1)), ranked(("a", 0.6), ("b", 0.4))))

    found = compare(
        a_result(benchmark="banking77", outside=None, tune=Part((), ()), test=part), is_current=True
    )

    assert (found.test.decided, found.test.outside_told, found.gate) == (Share(1, 2), Share(0, 0), OPEN)


def test_the_threshold_is_chosen_on_the_part_for_choosing() -> None:
    tune = Part(("a", "oos"), (ranked(("a", 0.9)), ranked(("a", 0.5))))

    found = compare(a_result(tune=tune), is_current=True)

    assert found.gate == Gate(0.51)
    assert found.test.outside_told == Share(2, 2)


def test_the_comparison_is_by_set_and_the_best_first_without_trials() -> None:
    good, poor = compare(a_result(), is_current=True), compare(a_result(system="minilm"), is_current=True)
    poor = replace(poor, test=replace(poor.test, decided=Share(0, 3)))
    trial = replace(good, benchmark="clinc150-2-of-each")
    own = replace(good, benchmark="english")

    assert in_order([own, poor, trial, good]) == (good, poor, own)


def test_the_section_says_what_is_compared_and_what_is_old() -> None:
    text = "\n".join(peers_section([compare(a_result(encoder="/x"), is_current=False)]))

    assert "Signpost (encoder tuned on it)" in text
    assert "2026-11-22, an earlier state" in text
    assert "ResponseSelector" in text
    assert "Not measured yet" in "\n".join(peers_section([]))


def test_a_result_is_read_as_it_was_kept_and_holds_no_text(tmp_path: Path) -> None:
    keep(tmp_path, a_result())

    assert read(path_of(tmp_path, a_result())) == a_result()
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@pytest.mark.parametrize("text", ["", "{}", '{"format": 0}', "half a res"])
def test_a_result_that_cannot_be_used_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, "utf-8")

    assert read(tmp_path / "x.json") is None
    assert newest(tmp_path) == ()


def test_of_several_results_the_newest_counts(tmp_path: Path) -> None:
    later = a_result(system_key="later", made="2026-11-23T10:00:00+00:00")
    for result in (later, a_result()):
        keep(tmp_path, result)

    assert newest(tmp_path) == (later,)


class FakeRecogniser:
    """Learns in no time; counts how often it was trained; may break while it is asked."""

    trained = 0

    def __init__(self, breaks: bool = False) -> None:
        self.breaks = breaks

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self.trained += 1

    def predict(self, texts: Sequence[str]) -> Iterator[Ranking]:
        for _ in texts:
            if self.breaks:
                raise OSError("out of room")
            yield ranked(("a", 0.9), ("b", 0.1))


def a_benchmark() -> Benchmark:
    examples = (Example("one", "a"), Example("two", "b"))
    return Benchmark("banking77", None, examples, (), examples * 4)


def a_bench(folder: Path, recogniser: FakeRecogniser) -> Bench:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Bench(folder, Ticks(), lambda: now, lambda words: None, lambda pipeline, work: recogniser)


def test_a_pair_is_trained_asked_and_timed(tmp_path: Path) -> None:
    result = a_bench(tmp_path, FakeRecogniser()).measure(Pair("rasa_default", a_benchmark()))

    assert (result.trained_on, result.training_seconds) == (2, pytest.approx(0.01))
    assert result.milliseconds.median == pytest.approx(10)
    assert result.test.labels == ("a", "b") * 4
    assert len(result.test.rankings) == 8


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    recogniser = FakeRecogniser()
    bench = a_bench(tmp_path, recogniser)

    first, second = (bench.measure(Pair("rasa_default", a_benchmark())) for _ in range(2))

    assert first == second
    assert recogniser.trained == 1


def test_other_data_is_measured_anew(tmp_path: Path) -> None:
    recogniser = FakeRecogniser()
    bench = a_bench(tmp_path, recogniser)
    other = replace(a_benchmark(), train=(Example("three", "a"), Example("two", "b")))

    bench.measure(Pair("rasa_default", a_benchmark()))
    bench.measure(Pair("rasa_default", other))

    assert recogniser.trained == 2


def test_a_run_that_broke_while_asking_goes_on_with_the_trained_model(tmp_path: Path) -> None:
    recogniser = FakeRecogniser(breaks=True)
    bench = a_bench(tmp_path, recogniser)
    with pytest.raises(OSError, match="out of room"):
        bench.measure(Pair("rasa_default", a_benchmark()))
    recogniser.breaks = False

    result = bench.measure(Pair("rasa_default", a_benchmark()))

    assert recogniser.trained == 1
    assert len(result.test.rankings) == 8
    assert not any((tmp_path / "work").iterdir())


def test_clinc150_has_what_is_out_of_scope_as_a_class_in_every_part(tmp_path: Path) -> None:
    parts = {name: [[f"{name}  text\n", "pto_request"]] for name in ("train", "val", "test")}
    strangers = {f"oos_{name}": [["what is love", "oos"]] for name in parts}
    (tmp_path / "clinc150.json").write_text(json.dumps(parts | strangers), "utf-8")

    found = clinc150(tmp_path)

    assert found.outside == "oos"
    assert found.train == (Example("train text", "pto_request"), Example("what is love", "oos"))
    assert [one.label for one in found.tune] == [one.label for one in found.test] == ["pto_request", "oos"]


def test_banking77_is_read_with_its_line_breaks_made_spaces(tmp_path: Path) -> None:
    for part in ("train", "test"):
        rows = f'text,category\n"\n{part}, my card\n\n",card_arrival\n'
        (tmp_path / f"banking77_{part}.csv").write_text(rows, "utf-8")

    found = banking77(tmp_path)

    assert found.train == (Example("train, my card", "card_arrival"),)
    assert (found.outside, found.tune) == (None, ())


def test_missing_data_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSuchData, match="--datasets"):
        clinc150(tmp_path)
    with pytest.raises(NoSuchData, match="--datasets"):
        banking77(tmp_path)


def test_our_own_messages_are_tuned_on_one_set_and_tested_on_the_other() -> None:
    sets = {
        name: LabelledSet(name, "digest", (a_line(text=name),))
        for name in ("english_development", "english_test")
    }

    found = english([Example("visit", "ask_visits")], sets)

    assert [part[0].text for part in (found.tune, found.test)] == ["english_development", "english_test"]
    assert english([], {}).test == ()


def test_a_slice_keeps_so_many_of_each_label_under_another_name() -> None:
    small = a_benchmark().sliced(1)

    assert small.name != "banking77"
    assert [one.label for one in small.test] == ["a", "b"]
    assert small.digest() != a_benchmark().digest()


def test_rasas_default_is_the_pipeline_that_rasa_init_comments_out() -> None:
    found = systems.rasa_default()

    assert found == [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
    ]


def test_ours_is_the_products_pipeline_less_what_stands_around_it(tmp_path: Path) -> None:
    found = {
        part["name"].rpartition(".")[2]: part for part in systems.pipeline("signpost", tmp_path, tmp_path)
    }

    assert {"MendingTokenizer", "EncoderFeaturizer", "TopicClassifier"} <= set(found)
    assert not set(found) & systems.AROUND
    assert found["EncoderFeaturizer"]["encoder_dir"] == str(tmp_path)
    assert found["EncoderFeaturizer"]["cache_dir"] == str(tmp_path / "vectors")


def test_the_other_encoder_stands_in_the_place_of_ours_and_nothing_else_differs(tmp_path: Path) -> None:
    ours, other = (systems.pipeline(name, tmp_path) for name in ("signpost", "minilm"))

    differing = [(one["name"], two["name"]) for one, two in zip(ours, other, strict=True) if one != two]

    assert [one.rpartition(".")[2] for one, _ in differing] == ["EncoderFeaturizer", "TopicClassifier"]
    assert differing[0][1] == systems.MINILM_FEATURIZER
    assert differing[1][0] == differing[1][1]


@pytest.mark.parametrize(
    ("only", "on", "encoder_for"),
    [(["spacy"], [], []), ([], ["atis"], []), ([], [], ["clinc150"]), ([], [], ["clinc150=/no/such"])],
)
def test_an_unknown_wish_is_refused(only: list[str], on: list[str], encoder_for: list[str]) -> None:
    with pytest.raises(BadWish):
        Wanted.parse(only, on, encoder_for)


def test_a_tuned_encoder_is_used_for_its_set_and_for_ours_alone(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    wanted = Wanted.parse([], ["english"], [f"english={tmp_path}"])

    pairs = all_pairs.pairs(wanted, tmp_path, [Example("visit", "ask_visits")], [])

    assert {pair.system: pair.encoder for pair in pairs} == {
        "signpost": tmp_path,
        "minilm": None,
        "rasa_default": None,
    }
