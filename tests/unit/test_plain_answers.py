"""Answers that are typed in place of a tap: only when the message says nothing else."""

from pathlib import Path

import pytest

from bot.content import BadContent
from bot.plain_answers import Plain, load_plain_answers
from bot.settings import ROOT

ANSWERS = load_plain_answers(ROOT / "content")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("no", Plain.NO),
        ("No.", Plain.NO),
        ("NOPE mate", Plain.NO),
        ("nah not really", Plain.NO),
        ("no im not safe", Plain.NO),
        ("no, I’m not", Plain.NO),
        ("nie", Plain.NO),
        ("لا", Plain.NO),
        ("yes", Plain.YES),
        ("yeah im safe", Plain.YES),
        ("tak", Plain.YES),
        ("i dont want to say", Plain.NOT_SAID),
        ("i didn't mean it", Plain.MISTAKE),
        ("sorry mate i didnt mean it", Plain.MISTAKE),
        ("it was a mistake!!", Plain.MISTAKE),
        ("only joking lol", Plain.MISTAKE),
    ],
)
def test_a_plain_answer_is_known(text: str, meaning: Plain) -> None:
    assert ANSWERS.of(text) is meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ?!",
        "no point anymore",
        "yes i want to die",
        "i didnt mean it when i said i was ok",
        "it was a mistake to tell them i was fine",
        "no one is safe in here",
        "mate",
        "a" * 4_000,
        "no " * 1_000,
    ],
)
def test_whatever_says_more_is_no_plain_answer(text: str) -> None:
    assert ANSWERS.of(text) is None


def test_words_with_two_meanings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "safety").mkdir()
    lists = 'fillers: [mate]\n"yes": [aye]\n"no": [Aye]\nnot_said: [x]\nmistake: [z]\n'
    (tmp_path / "safety" / "plain_answers.yml").write_text(lists, "utf-8")

    with pytest.raises(BadContent, match="another meaning"):
        load_plain_answers(tmp_path)
