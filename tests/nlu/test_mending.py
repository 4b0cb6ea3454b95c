"""The mender: slips become words, words stay words, names stay names, other languages are left alone."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import BadContent
from bot.nlu.mending import Mender
from bot.nlu.screen_data import read_intents
from bot.nlu.spelling_content import english_words, load_slips, load_sounds
from bot.settings import ROOT

CONTENT = ROOT / "content"


@pytest.fixture(scope="module")
def mender() -> Mender:
    texts = [text for _, text in read_intents(ROOT / "data" / "nlu")]
    return Mender.learn(texts, load_slips(CONTENT), load_sounds(CONTENT), english_words())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how do i get to my brovers funral", "how do i get to my brothers funeral"),
        ("can i get a buk on boxin", "can i get a book on boxing"),
        ("wen do we get let out 4 a shower", "when do we get let out for a shower"),
        ("whit time dae they open the doors", "what time do they open the doors"),
        ("my ketle is broken", "my kettle is broken"),
        ("HOW DO I BOOK A VISSIT", "how do i book a visit"),
    ],
)
def test_slips_become_the_words_that_were_meant(mender: Mender, typed: str, meant: str) -> None:
    assert mender.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "what do i put in the hdc form",
        "is the imam in on friday",
        "my pom never sees me",
        "when is roll check",
    ],
)
def test_words_of_this_place_stay_as_they_are(mender: Mender, text: str) -> None:
    assert mender.mend(text) == text


@pytest.mark.parametrize(
    "text", ["im a cat c, can i move", "how do i get on b wing", "is my D cat review soon"]
)
def test_a_letter_that_names_a_wing_or_a_category_is_no_slip(mender: Mender, text: str) -> None:
    assert mender.mend(text).lower() == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Kiedy mogę zadzwonić do żony?",
        "¿Cómo pido ver al médico?",
        "متى موعد الزيارة؟",
        "Sut ydw i'n archebu ymweliad i fy mam?",
        "lebasam hame kasife",
    ],
)
def test_another_language_is_left_alone(mender: Mender, text: str) -> None:
    assert mender.mend(text) == text


@pytest.mark.parametrize("text", ["", " ", "?!", "👍", "\u202e\u0000", "a" * 4_000, "\ud800 broken"])
def test_what_is_no_word_is_left_alone(mender: Mender, text: str) -> None:
    assert mender.mend(text) == text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_mended(text: str) -> None:
    mender = Mender({"wen": "when"}, (), {"when": 10_000_000}, {"visit": 5})

    assert isinstance(mender.mend(text), str)


def test_a_long_message_of_nothing_but_slips_takes_no_long_time(mender: Mender) -> None:
    text = "the and you " * 200 + " ".join(f"vizzit{number:o}qx" for number in range(400))

    began = time.process_time()
    mender.mend(text)

    assert time.process_time() - began < 2


def test_a_slip_that_many_examples_share_is_not_learned_as_a_word() -> None:
    mender = Mender.learn(["wen is it"] * 20, {"wen": "when"}, (), {})

    assert "wen" not in mender.own
    assert "is" in mender.own


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("words: {1: one}\nsounds: []\n", 1),
        ("words: {}\nsounds:\n  - [a]\n", 3),
        ("words: {}\n\nsounds: []\nother: 1\n", 4),
    ],
)
def test_a_broken_spelling_file_is_refused_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    (tmp_path / "spelling.yml").write_text(content)
    (tmp_path / "safety").mkdir()
    (tmp_path / "safety" / "slips.yml").write_bytes((CONTENT / "safety" / "slips.yml").read_bytes())

    with pytest.raises(BadContent, match=rf"spelling\.yml:{line}"):
        _ = load_slips(tmp_path), load_sounds(tmp_path)
