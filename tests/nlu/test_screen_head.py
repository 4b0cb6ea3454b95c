"""The trained head, on a handful of lines and an encoder that counts words."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.content import BadContent
from bot.nlu.build_screen import build_screen
from bot.nlu.kernel import Floats
from bot.nlu.screen_data import Line, read_lines
from bot.nlu.screen_head import HeadBroken, TrainedHead, save
from bot.nlu.train_screen import train
from bot.safety.clauses import Span, clauses
from bot.safety.model import Level, Risk
from bot.safety.screen import Part, Piece

CONTENT = Path(__file__).parents[2] / "content"
DANGERS = [
    ("blade in my arm", Risk.SELF_HARM, Level.EMERGENCY),
    ("rope round my neck", Risk.SUICIDE, Level.EMERGENCY),
    ("smoke under the door", Risk.FIRE, Level.EMERGENCY),
    ("want to be dead", Risk.SUICIDE, Level.URGENT),
]
ORDINARY = ["when is the gym", "can i get a kettle", "book a visit for my mum", "library on monday"]


class WordEncoder:
    """A vector of length 1 that depends on the words alone."""

    model_hash = "words"

    def encode(self, texts: Sequence[str]) -> Floats:
        vectors = np.full((len(texts), 384), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, sum(word.encode("utf-8", "replace")) % 384] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def spread(self, text: str, spans: Sequence[Span]) -> Floats:
        return self.encode([text[start:end] for start, end in spans])


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    lines = [Line(f"{text} {n}", level, risk) for text, risk, level in DANGERS for n in range(8)]
    lines += [Line(f"{text} {n}", Level.NONE, None) for text in ORDINARY for n in range(12)]
    fitted, figures = train(lines, WordEncoder().encode([line.text for line in lines]))
    save(tmp_path, fitted, WordEncoder.model_hash, figures)
    return tmp_path


def test_a_trained_head_names_level_and_risk(trained: Path) -> None:
    head = TrainedHead.load(trained, WordEncoder())

    danger, ordinary = head.judge([Piece("rope round my neck"), Piece("when is the gym")])

    assert danger.level is Level.EMERGENCY
    assert max(danger.risks, key=danger.risks.__getitem__) is Risk.SUICIDE
    assert ordinary.level is Level.NONE
    assert not ordinary.risks


def test_a_head_is_refused_with_another_encoder_than_its_own(trained: Path) -> None:
    class Other(WordEncoder):
        model_hash = "other words"

    with pytest.raises(HeadBroken, match="another encoder"):
        TrainedHead.load(trained, Other())


def test_a_stretch_must_say_more_than_a_whole_message(trained: Path) -> None:
    head = TrainedHead.load(trained, WordEncoder())
    (score,) = head.danger_scores(["rope round my neck"])
    fitted = replace(head._fitted, thresholds=np.array([score - 0.01, 9, 9], np.float32))
    strict = TrainedHead(WordEncoder(), fitted, "strict")

    whole, stretch = strict.judge([Piece("rope round my neck"), Piece("rope round my neck", Part.STRETCH)])

    assert whole.level is Level.CONCERN
    assert stretch.level is Level.NONE


def test_it_says_in_which_clause_danger_is_said(trained: Path) -> None:
    head = TrainedHead.load(trained, WordEncoder())
    text = "when is the gym, rope round my neck, can i get a kettle"
    spans = clauses(text)

    assert head.where(text, spans) == 1
    assert head.where("rope round my neck", [(0, 4)]) is None


def test_no_texts_make_no_verdicts(trained: Path) -> None:
    assert TrainedHead.load(trained, WordEncoder()).judge([]) == []


@pytest.mark.parametrize("file", ["head.npz", "manifest.json"])
@pytest.mark.parametrize("harm", ["flipped", "cut", "missing"])
def test_a_harmed_file_is_noticed_when_it_is_loaded(file: str, harm: str, trained: Path) -> None:
    path = trained / file
    whole = path.read_bytes()
    changed = {"flipped": bytes([whole[0] ^ 1]) + whole[1:], "cut": whole[: len(whole) // 2]}
    path.unlink()
    if harm in changed:
        path.write_bytes(changed[harm])

    with pytest.raises(HeadBroken):
        TrainedHead.load(trained, WordEncoder())


def test_a_screen_without_its_head_works_on_phrases_and_says_so(tmp_path: Path) -> None:
    screen = build_screen(CONTENT, tmp_path, WordEncoder())

    verdict = screen.judge("im going to kill myself")

    assert verdict.level is Level.EMERGENCY
    assert verdict.fault


def test_an_encoder_that_gives_no_numbers_is_a_fault_and_not_a_none(trained: Path) -> None:
    class NoNumbers(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Floats:
            return np.full((len(texts), 384), np.nan, np.float32)

    verdict = build_screen(CONTENT, trained, NoNumbers()).judge("when is the gym")

    assert verdict.fault


def test_lines_of_both_forms_and_rasa_examples_are_read(tmp_path: Path) -> None:
    write(
        tmp_path / "screen/en/fire.yml",
        "language: en\nrisk: fire\nemergency:\n  - fire\nnone:\n  - fire drill\n",
    )
    write(
        tmp_path / "screen/pl/lines.yml",
        "language: pl\nlines:\n  - {text: pali sie, risk: fire, level: emergency}\n"
        "  - {text: czesc, risk: null, level: none}\n",
    )
    write(
        tmp_path / "nlu/a.yml",
        "nlu:\n  - intent: a\n    examples: |\n      - visit on [monday](day)\n      - fire\n",
    )

    lines = read_lines(tmp_path)

    assert {line.text: (line.level, line.language, line.is_hard) for line in lines} == {
        "fire drill": (Level.NONE, "en", True),
        "fire": (Level.EMERGENCY, "en", False),
        "czesc": (Level.NONE, "pl", False),
        "pali sie": (Level.EMERGENCY, "pl", False),
        "visit on monday": (Level.NONE, "en", False),
    }


def test_lines_sorted_by_risk_level_and_kind_know_their_hand(tmp_path: Path) -> None:
    write(
        tmp_path / "screen/en/second_hand.yml",
        "language: en\nby_risk:\n  fire:\n    urgent:\n      planned:\n        - he says he will burn it\n"
        "  none:\n    idiom:\n      - on fire at pool\n    ordinary:\n      - hello\n",
    )

    lines = read_lines(tmp_path)

    assert lines == [
        Line("on fire at pool", Level.NONE, None, "en", is_hard=True, kind="idiom", hand="second_hand"),
        Line("hello", Level.NONE, None, "en", kind="ordinary", hand="second_hand"),
        Line("he says he will burn it", Level.URGENT, Risk.FIRE, "en", kind="planned", hand="second_hand"),
    ]


@pytest.mark.parametrize(
    "lines",
    ["by_risk: {flood: {urgent: {planned: [x]}}}", "by_risk: {fire: {soon: {planned: [x]}}}", "by_risk: [x]"],
)
def test_lines_sorted_under_what_is_no_risk_or_level_are_refused(lines: str, tmp_path: Path) -> None:
    write(tmp_path / "screen/en/second_hand.yml", f"language: en\n{lines}\n")

    with pytest.raises(BadContent, match=r"second_hand\.yml"):
        read_lines(tmp_path)


def test_a_line_with_an_unknown_level_is_refused_by_file(tmp_path: Path) -> None:
    write(
        tmp_path / "screen/pl/lines.yml", "language: pl\nlines:\n  - {text: x, risk: fire, level: terrible}\n"
    )

    with pytest.raises(BadContent, match=r"lines\.yml"):
        read_lines(tmp_path)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_lines_that_wait_have_the_form_of_those_that_teach(tmp_path: Path) -> None:
    data = CONTENT.parent / "data"
    (tmp_path / "nlu").mkdir()
    (tmp_path / "screen").symlink_to(data / "screen_waiting")

    waiting = read_lines(tmp_path)

    assert len(waiting) > 11_000
    assert {line.level for line in waiting} == set(Level)
    assert all(line.hand for line in waiting)
