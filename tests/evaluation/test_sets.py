"""The loader: what it takes, what it refuses with file and line, what it leaves out."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import load_settings
from bot.taxonomy import load_taxonomy
from evaluation.lines import same_words
from evaluation.sets import SETS, BadSets, LabelledSet, load

KNOWN = frozenset({"ask_visits", "greet", "out_of_scope"})


def a_row(text: str = "wen can she come", **more: Any) -> str:
    return json.dumps({"text": text, "intent": "ask_visits", "voice": "phone", "keyword": False} | more)


def loaded(
    folder: Path, *rows: str, name: str = "english_test", trained: tuple[str, ...] = ()
) -> LabelledSet:
    (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return {one.name: one for one in load(folder, KNOWN, trained)}[name]


def test_a_line_keeps_what_it_says(tmp_path: Path) -> None:
    found = loaded(tmp_path, a_row(language="pl", keyword=True), a_row("ey up", intent="greet"))

    line = found.lines[0]
    assert (line.text, line.intent, line.voice) == ("wen can she come", "ask_visits", "phone")
    assert (line.keyword, line.language, line.number) == (True, "pl", 1)
    assert found.lines[1].language == "en"


def test_a_line_may_hold_several_needs(tmp_path: Path) -> None:
    found = loaded(tmp_path, a_row(intent=["ask_visits", "greet"]))

    assert found.lines[0].intents == ("ask_visits", "greet")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{not json", "is no JSON"),
        ("[1]", "is no JSON object"),
        (a_row(keywrod=True), "unknown key 'keywrod'"),
        (a_row(text="  "), 'has no "text"'),
        (a_row(text=7), 'has no "text"'),
        (a_row(intent="ask_nothing"), "unknown intent 'ask_nothing'"),
        (a_row(intent=[]), 'has no "intent"'),
        (a_row(intent=["greet", "greet"]), "same intent twice"),
        (a_row(voice=3), "'voice' that is no word"),
        (a_row(keyword="yes"), "neither true nor false"),
        (a_row(language="Polish"), "no code of two or three letters"),
    ],
)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(BadSets) as refused:
        loaded(tmp_path, a_row("hiya"), row)

    assert str(refused.value).startswith("english_test.jsonl:2: ")
    assert why in str(refused.value)


def test_all_that_is_wrong_is_said_at_once_and_no_message_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "two_needs.jsonl").write_text(a_row("a secret", intent="ask_x"), "utf-8")

    with pytest.raises(BadSets) as refused:
        loaded(tmp_path, a_row("a secret", intent="ask_y"))

    assert str(refused.value).count("\n") == 1
    assert "secret" not in str(refused.value)


def test_the_same_message_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSets, match=r"english_test\.jsonl:2: is the same message as line 1"):
        loaded(tmp_path, a_row("What's for tea?"), a_row("whats for  TEA"))


def test_the_same_word_in_two_languages_is_not_the_same_message(tmp_path: Path) -> None:
    found = loaded(tmp_path, a_row("ok", language="pl"), a_row("ok", language="ro"))

    assert len(found.lines) == 2


def test_a_line_that_is_a_training_example_too_is_left_out_and_counted(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, a_row("who won the cup"), a_row("Is anyone coming?"), trained=("IS ANYONE COMING",)
    )

    assert [line.text for line in found.lines] == ["who won the cup"]
    assert found.seen == (2,)


def test_a_test_line_that_stands_in_the_development_set_is_left_out_of_the_test_set(tmp_path: Path) -> None:
    development = tmp_path / "english_development.jsonl"
    development.write_text(a_row("in a bit"), "utf-8")

    found = loaded(tmp_path, a_row("In a bit!"), a_row("see you"))

    assert found.seen == (1,)
    assert [len(one.lines) for one in load(tmp_path, KNOWN, ())] == [1, 1]


def test_a_set_with_nothing_left_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSets, match="holds no message"):
        loaded(tmp_path, a_row("hiya"), trained=("hiya",))


@pytest.mark.parametrize(("name", "is_open"), [("english_development", True), ("english_test", False)])
def test_only_a_development_set_may_be_read(tmp_path: Path, name: str, is_open: bool) -> None:
    assert loaded(tmp_path, a_row(), name=name).is_open is is_open


def test_signs_alone_are_compared_as_they_stand() -> None:
    assert same_words("???") != same_words("!!!")


def test_the_sets_that_are_here_can_be_used() -> None:
    known = set(load_taxonomy(load_settings().content_dir).intents)

    assert load(SETS, known, ())
