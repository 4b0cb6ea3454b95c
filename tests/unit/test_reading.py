"""How hard a text is to read."""

import pytest

from bot.reading import measure, sentences


def test_short_words_in_short_sentences_are_for_the_young() -> None:
    assert measure("Press your cell bell now. Tell anyone near you.").age <= 8


def test_long_words_in_a_long_sentence_are_for_nobody() -> None:
    hard = (
        "Notwithstanding the aforementioned entitlement, applications necessitating discretionary "
        "authorisation are considered individually by the appropriate departmental representative."
    )

    assert measure(hard).age > 20


def test_a_known_text_is_measured_as_its_formula_says() -> None:
    # Six words of one syllable in one sentence: 0.39 * 6 + 11.8 * 1 - 15.59 is below zero.
    assert measure("The cat sat on the mat.").age == 5.0
    # Ten words, fifteen syllables, one sentence: 0.39 * 10 + 11.8 * 1.5 - 15.59 = 6.01, and five.
    assert measure("A doctor may visit any man in this prison today.").age == 11.0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("First line\nsecond line", 2),
        ("You can ask: a Listener, or staff", 2),
        ("At 10.30 the post comes", 1),
        ("...", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_the_longest_sentence_is_counted_in_words() -> None:
    assert measure("Go now. Please go there with me now. Stop.").longest == 6


@pytest.mark.parametrize("text", ["", "123 456", "👥", "..."])
def test_a_text_without_words_has_no_age(text: str) -> None:
    assert (measure(text).age, measure(text).words) == (0.0, 0)


def test_numbers_and_marks_are_no_words() -> None:
    assert measure("Ring 0800 123 now, it's free").words == 4
