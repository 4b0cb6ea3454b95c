"""Clauses are places in what was typed; stretches of them are short enough to be read whole."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.clauses import MOST_STRETCHES, STRETCH, STRETCHED_FROM, clauses, stretches


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("when is the gym on", ["when is the gym on"]),
        ("when is the gym on? my head is gone", ["when is the gym on", "my head is gone"]),
        ("i asked for a visit but nobody came here", ["i asked for a visit", "nobody came here"]),
        ("he said it, not me, so he did it", ["he said it, not me", "so he did it"]),
        ("  \n one two three ... four five six  ", ["one two three", "four five six"]),
        ("你好 我想死。今晚就走", ["你好 我想死。今晚就走"]),
        ("", []),
        (" ,,, ", []),
    ],
)
def test_clauses_stand_as_they_were_typed_and_short_ones_join_the_one_before(
    text: str, expected: list[str]
) -> None:
    assert parts(text) == expected


@given(st.text(max_size=600))
def test_clauses_are_in_order_and_lose_no_word(text: str) -> None:
    spans = clauses(text)

    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(st.text(st.sampled_from("ab ,.\n"), min_size=STRETCHED_FROM, max_size=6_000))
def test_a_stretch_is_never_longer_than_what_is_read_whole_and_there_are_never_too_many(text: str) -> None:
    found = stretches(text)

    assert len(found) <= MOST_STRETCHES
    assert all(len(stretch) <= STRETCH for stretch in found)


def test_a_short_message_has_no_stretches() -> None:
    assert stretches("i am fine. " * 20) == []


def test_no_word_of_a_long_message_is_lost() -> None:
    text = " ".join(f"word{number}, and" for number in range(100))

    joined = " ".join(stretches(text))

    assert all(f"word{number}" in joined for number in range(100))
