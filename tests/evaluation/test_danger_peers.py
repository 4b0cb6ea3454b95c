"""Other systems on the danger sets: keywords, phrases, Rasa's labels, and results kept while they hold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.nlu.screen_data import Line
from bot.safety.model import Level, Risk
from bot.settings import load_settings
from evaluation.danger import making
from evaluation.danger.compare import by_set, compare
from evaluation.danger.markdown import to_markdown
from evaluation.danger.peers import rasa, results, run
from evaluation.danger.peers.keywords import Keywords
from evaluation.danger.peers.results import Part, Result, Said
from evaluation.danger.peers.run import Peers, Places
from evaluation.danger.peers.screens import phrases_alone
from evaluation.danger.words import SYSTEMS
from evaluation.figures import Times
from tests.evaluation.danger_made import ListedScreen, WordScores, a_line, a_set, clocks, judged
from tests.evaluation.made import ranked

LINES = (
    Line("i want out of this life", Level.URGENT, Risk.SUICIDE),
    Line("wots for tea", Level.NONE, None),
)
FOUND = a_set(
    found=[
        judged(Level.EMERGENCY, Level.NONE, text="the rope is ready"),
        judged(Level.NONE, Level.NONE, text="rope climbing at the gym"),
        judged(Level.NONE, Level.NONE, text="hiya", kind="ordinary"),
    ]
)


def a_result(system: str = "minilm", trained: Sequence[Line] = LINES, asked: str | None = None) -> Result:
    said = (
        Said(Level.EMERGENCY, (Risk.SUICIDE,), 0.9),
        Said(Level.CONCERN, (Risk.FIRE,), 0.4),
        Said(Level.NONE, (), 0.1),
    )
    part = Part(asked or results.asked_key(FOUND), said, Times(3.0, 9.0))
    key = results.train_key(trained)
    return Result(system, "key", key, "2026-11-22T10:00:00+00:00", 2, 90.0, {FOUND.name: part})


def peers(folder: Path) -> Peers:
    places = Places(folder, folder / "minilm", load_settings().content_dir)
    return Peers(
        places=places,
        trained=LINES,
        sets=[FOUND],
        head=None,
        clocks=clocks(),
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        say=lambda words: None,
    )


def test_a_keyword_alarms_wherever_it_stands_and_nothing_else_does() -> None:
    assert Keywords().judge("he took an OVERDOSE of telly").risks == (Risk.SUICIDE,)
    assert Keywords().judge("i can’t breathe").level is Level.URGENT
    assert Keywords().judge("and done", ["want to die"]).is_danger
    assert not Keywords().judge("no point in any of it").is_danger


def test_phrases_alone_judge_without_any_model() -> None:
    verdict = phrases_alone(load_settings().content_dir).judge("i am going to kill myself tonight")

    assert verdict.is_danger
    assert not verdict.fault


def test_for_rasa_every_risk_at_every_level_is_an_intent() -> None:
    found = rasa.benchmark(LINES, [a_line(before=("one\n two",), text="three")])

    assert [one.label for one in found.train] == ["suicide-urgent", "none"]
    assert found.test[0].text == "one two three"


@pytest.mark.parametrize(
    ("guesses", "said"),
    [
        ((("self_harm-urgent", 0.7), ("none", 0.25)), Said(Level.URGENT, (Risk.SELF_HARM,), 0.75)),
        ((("none", 0.75), ("fire-concern", 0.25)), Said(Level.NONE, (), 0.25)),
        ((("fire-emergency", 0.5),), Said(Level.EMERGENCY, (Risk.FIRE,), 1.0)),
        ((), Said(Level.NONE, (), 0.0)),
    ],
)
def test_rasas_first_guess_decides(guesses: tuple[tuple[str, float], ...], said: Said) -> None:
    assert rasa.said(ranked(*guesses)) == said


def test_a_result_is_read_as_it_was_kept_and_holds_no_text(tmp_path: Path) -> None:
    results.keep(tmp_path, a_result())

    assert results.read(tmp_path, "minilm") == a_result()
    text = (tmp_path / "minilm.json").read_text("utf-8")
    assert "rope" not in text
    assert "life" not in text


@pytest.mark.parametrize("text", ["", "{}", '{"format": 0}', "half a res"])
def test_a_result_that_cannot_be_used_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "minilm.json").write_text(text, "utf-8")

    assert results.read(tmp_path, "minilm") is None


def test_systems_are_compared_on_the_same_lines_with_the_same_figures() -> None:
    (one,) = compare([a_result()], [FOUND], results.train_key(LINES))

    assert (one.headline.emergency.hits, one.headline.hard.hits, one.headline.ordinary.hits) == (1, 1, 0)
    assert one.curve is not None
    assert one.curve.area == 1.0
    assert one.is_current


def test_what_learned_from_other_lines_is_marked_and_what_was_asked_others_left_out() -> None:
    old, other = a_result(trained=LINES[:1]), a_result(asked="others")

    found = compare([old, other], [FOUND], results.train_key(LINES))

    assert [one.is_current for one in found] == [False]
    assert list(by_set(found)) == [FOUND.name]


def test_scores_of_messages_with_others_before_them_make_no_curve() -> None:
    halves = replace(FOUND, lines=tuple(replace(line, before=("hi",)) for line in FOUND.lines))
    result = a_result(asked=results.asked_key(halves))

    assert compare([result], [halves], "x")[0].curve is None


def test_the_quick_ones_are_measured_and_kept(tmp_path: Path) -> None:
    found = [peers(tmp_path).measure(system) for system in (run.KEYWORDS, run.PHRASES, run.HEAD)]

    assert found[2] is None  # there is no head
    assert [one.system for one in found if one] == ["keywords", "phrases"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keywords.json", "phrases.json"]


def test_the_long_one_is_taken_as_it_was_measured_while_nothing_has_changed(tmp_path: Path) -> None:
    (tmp_path / "minilm").mkdir()
    (tmp_path / "minilm" / "manifest.json").write_text(json.dumps({"files": {}}), "utf-8")
    known = replace(a_result(), system_key=run.screens.minilm_key(tmp_path / "minilm"))
    results.keep(tmp_path, known)

    assert peers(tmp_path).measure(run.MINILM) == known


def test_a_system_with_a_broken_part_is_refused_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(run.PeerBroken, match="broken"):
        peers(tmp_path).ask("minilm", ListedScreen(fault=True), None)

    assert list(tmp_path.iterdir()) == []


def test_scores_are_kept_with_what_was_said(tmp_path: Path) -> None:
    parts = peers(tmp_path).ask("minilm", ListedScreen(), WordScores())

    said = parts[FOUND.name].said
    assert [one.level for one in said] == [Level.EMERGENCY, Level.EMERGENCY, Level.NONE]
    assert [one.score for one in said] == [0.17, 0.24, 0.04]


class Recognises:
    """Takes every rope for an emergency; counts how often it was trained."""

    fitted = 0

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        Recognises.fitted += 1

    def predict(self, texts: Sequence[str]) -> Iterator[tuple[object, ...]]:
        for text in texts:
            yield ranked(("suicide-emergency" if "rope" in text else "none", 0.8))


def test_rasa_is_trained_once_and_its_answers_fall_to_the_right_lines(tmp_path: Path) -> None:
    Recognises.fitted = 0
    two = [FOUND, replace(FOUND, name="danger_languages_test", lines=FOUND.lines[1:])]
    bench = replace(peers(tmp_path), sets=two, recogniser=lambda pipeline, folder: Recognises())

    first, second = bench.measure(run.RASA_DEFAULT), bench.measure(run.RASA_DEFAULT)

    assert Recognises.fitted == 1
    assert first == second
    assert first is not None
    assert [one.level for one in first.parts["danger_languages_test"].said] == [Level.EMERGENCY, Level.NONE]


def test_the_report_has_a_row_for_every_system_or_says_how_to_get_them() -> None:
    asked = making.ask_all(ListedScreen(), None, [FOUND], clocks(), lambda words: None)
    others = compare([a_result(), a_result("rasa_default")], [FOUND], "another")
    facts = {"made": "2026-11-22T10:00:00+00:00", "screen": "s", "machine": "m", "only": 0}

    alone = to_markdown(making.make(asked, peers=(), **facts), [])
    beside = to_markdown(making.make(asked, peers=others, **facts), [])

    assert "Not measured yet: `python -m evaluation danger --peers`" in alone
    assert all(f"| {SYSTEMS[name]} |" in beside for name in ("signpost", "minilm", "rasa_default"))
    assert "2026-11-22, on earlier lines" in beside
