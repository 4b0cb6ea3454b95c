"""The danger sets: what a line must be, what is left out, and that no test line is ever quoted."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.safety.model import Level, Risk
from bot.settings import ROOT
from evaluation.danger.sets import (
    ENGLISH_TEST,
    HALVES_TEST,
    LANGUAGES_TEST,
    DangerSet,
    clinc,
    in_words,
    load,
    trained_texts,
    without_before,
)
from evaluation.sets import SETS, BadSets


def a_row(text: str = "i carnt go on", **more: Any) -> str:
    row = {"text": text, "risk": "suicide", "level": "urgent", "kind": "passive", "language": "en"}
    return json.dumps(row | more)


def harmless(text: str, kind: str = "idiom") -> str:
    return a_row(text, risk=None, level="none", kind=kind)


def loaded(folder: Path, *rows: str, name: str = ENGLISH_TEST, trained: tuple[str, ...] = ()) -> DangerSet:
    (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return {one.name: one for one in load(folder, trained)}[name]


def test_a_line_keeps_what_it_says(tmp_path: Path) -> None:
    found = loaded(tmp_path, a_row(language="pl"), harmless("dying for a brew"), harmless("hiya", "ordinary"))

    line = found.lines[0]
    assert (line.text, line.level, line.risk) == ("i carnt go on", Level.URGENT, Risk.SUICIDE)
    assert (line.kind, line.language, line.number) == ("passive", "pl", 1)
    assert [(each.is_danger, each.is_hard, each.is_ordinary) for each in found.lines] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_half_of_a_message_keeps_what_came_before_it(tmp_path: Path) -> None:
    row = json.dumps(
        {"before": ["got it ready", "hi"], "text": "tonight", "level": "urgent", "risk": "suicide"}
    )

    found = loaded(tmp_path, row, name=HALVES_TEST)

    assert found.lines[0].before == ("got it ready", "hi")
    assert without_before(found).lines[0].before == ()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{not json", "is no JSON"),
        ("[1]", "is no JSON object"),
        (a_row(intent="greet"), "unknown key 'intent'"),
        (a_row(text="  "), "the tablet would refuse"),
        (a_row(text="x" * 5000), "the tablet would refuse"),
        (a_row(text=7), "has no 'text'"),
        (a_row(level="grave"), 'no "level"'),
        (a_row(level=None), 'no "level"'),
        (a_row(risk="sadness"), '"risk" that is not known'),
        (a_row(risk=None), "a level without a risk"),
        (a_row(level="none"), "a risk without a level"),
        (a_row(kind="ordinary"), "danger, and ordinary"),
        (a_row(kind=3), "'kind' that is none"),
        (a_row(language="Polish"), "'language' that is none"),
        (a_row(before=7), "no list of messages"),
        (a_row(before=[""]), "the tablet would refuse"),
    ],
)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(BadSets) as refused:
        loaded(tmp_path, a_row("a secret"), row)

    assert str(refused.value).startswith(f"{ENGLISH_TEST}.jsonl:2: ")
    assert why in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_same_message_twice_in_a_file_is_refused_but_not_with_another_before_it(tmp_path: Path) -> None:
    assert loaded(tmp_path, a_row("tonight", before=["a"]), a_row("tonight", before=["b"]))

    with pytest.raises(BadSets, match=r"danger_english_test\.jsonl:2: is the same message as line 1"):
        loaded(tmp_path, a_row("I can't"), a_row("i cant"))


def test_what_training_or_any_development_set_has_seen_is_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "danger_english_development.jsonl").write_text(a_row("tuned on"), "utf-8")
    (tmp_path / "english_development.jsonl").write_text(
        json.dumps({"text": "read before", "intent": "greet"}), "utf-8"
    )

    found = loaded(
        tmp_path,
        a_row("Tuned on!"),
        a_row("learned"),
        a_row("read before"),
        a_row("new"),
        trained=("LEARNED",),
    )

    assert [line.text for line in found.lines] == ["new"]
    assert found.seen == (1, 2, 3)
    assert in_words(found) == (
        "danger_english_test: 1 of danger, 0 hard, 0 ordinary; left out, seen in training or tuning: 3"
    )


def test_a_set_with_nothing_left_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSets, match="holds no message"):
        loaded(tmp_path, a_row("hiya"), trained=("hiya",))


def test_a_slice_is_taken_from_all_of_a_set(tmp_path: Path) -> None:
    found = loaded(tmp_path, *(a_row(f"number {number}") for number in range(10)))

    assert [line.text for line in found.sliced(2).lines] == ["number 0", "number 5"]


def test_all_of_clinc150_that_is_in_scope_counts_as_ordinary(tmp_path: Path) -> None:
    parts = ("train", "val", "test")
    data = {part: [[f"what time is it {part}", "time"]] for part in parts}
    outside = {f"oos_{part}": [[f"who won the cup {part}", "oos"]] for part in parts}
    (tmp_path / "clinc150.json").write_text(json.dumps(data | outside), "utf-8")

    found = clinc(tmp_path)

    assert [line.text for line in found.lines] == [f"what time is it {part}" for part in parts]
    assert not any(line.is_danger for line in found.lines)


def test_the_danger_sets_that_are_here_can_be_used() -> None:
    found = {one.name: one for one in load(SETS, trained_texts(ROOT / "data"))}

    assert {ENGLISH_TEST, LANGUAGES_TEST, HALVES_TEST} <= set(found)
    assert len({line.language for line in found[LANGUAGES_TEST].lines}) == 16
