"""Words in any disguise come out plain, and nothing a person can type breaks or slows the reading of it."""

import time
from pathlib import Path

import pytest

from bot.safety.normalise import normalise
from bot.safety.spelling import Spelling
from bot.safety_content import load_spelling

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return load_spelling(CONTENT)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("KILL MYSELF", "kill myself"),
        ("ｋｉｌｌ myself", "kill myself"),
        ("k\u200bi\u200bl\u200bl my\u202eself", "kill myself"),
        ("kíll mýsélf", "kill myself"),
        ("kіll myѕelf", "kill myself"),
        ("k i l l meself", "kill myself"),
        ("i want 2 d i e", "i want to die"),
        ("s u i c i d e", "suicide"),
        ("s.u.i.c.i.d.e", "suicide"),
        ("k.i.l.l", "kill"),
        ("k*ll", "kill"),
        ("k1ll", "kill"),
        ("su1c1de", "suicide"),
        ("w4nt t0 d1e", "want to die"),
        ("diiiie", "die"),
        ("killlll", "kill"),
        ("killmyself", "kill myself"),
        ("suiccide", "suicide"),
        ("overdse", "overdose"),
        ("gonna do it tonite", "going to do it tonight"),
        ("i am scared", "im scared"),
        ("can't", "cant"),
        ("cudnt", "couldnt"),
        ("becos", "because"),
    ],
)
def test_a_disguised_or_misspelt_word_is_read_as_meant(typed: str, plain: str, spelling: Spelling) -> None:
    normalised = normalise(typed, spelling)

    assert normalised.plain == plain


@pytest.mark.parametrize("ordinary", ["deed poll form", "gym at 3", "cell b2 14", "good book", "is it 10.30"])
def test_ordinary_words_and_numbers_stay_what_they_are(ordinary: str, spelling: Spelling) -> None:
    normalised = normalise(ordinary, spelling)

    assert not {"dead", "die", "kill"} & set(normalised.plain.split())


def test_a_full_stop_anywhere_is_also_read_across(spelling: Spelling) -> None:
    normalised = normalise("i want. to die", spelling)

    assert "i want\nto die" in normalised.variants
    assert "i want to die" in normalised.variants


def test_other_alphabets_stay_whole(spelling: Spelling) -> None:
    normalised = normalise("я хочу умереть. 我想死. আমি মরতে চাই", spelling)

    assert "я хочу умереть\n我想死\nআমি মরতে চাই" in normalised.variants


def test_a_text_without_words_becomes_empty(spelling: Spelling) -> None:
    normalised = normalise(" \u200b \ud800 ?! \x00", spelling)

    assert normalised.variants == ("",)


HOSTILE = {
    "one word": "a" * 10_000,
    "single letters": "a " * 5_000,
    "stars": "*" * 10_000,
    "dots": "k." * 5_000,
    "marks": "k\u0301\u0302\u0303" * 2_500,
    "wide ligatures": "\ufdfa" * 10_000,
    "lone surrogates": "\ud800" * 10_000,
    "every byte": bytes(range(256)).decode("latin-1") * 40,
    "line ends": "\r\n" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_in_bounded_time(name: str, spelling: Spelling) -> None:
    started = time.process_time()

    normalise(HOSTILE[name], spelling)

    assert time.process_time() - started < 2
