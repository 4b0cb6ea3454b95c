"""The part of a message that made the screen speak is marked, and not one letter is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.desk.marking import marked


def _shown(words: str, *parts: str) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in marked(words, parts))


@pytest.mark.parametrize(
    ("words", "parts", "shown"),
    [
        ("hello. im gonna do it, ok", ("im gonna do it",), "hello. [im gonna do it], ok"),
        ("one two three four", ("two", "three four"), "one [two] [three four]"),
        ("one two three four", ("one two three", "two three four x"), "[one two three] four"),
        ("abc def ghi", ("abc def", "def ghi"), "[abc def ghi]"),
        # The screen puts short clauses together and leaves the stop out.
        ("it hurts. so bad, cant", ("it hurts so bad",), "[it hurts. so bad], cant"),
        ("a line\nand  the end now ok", ("line and the end",), "a [line\nand  the end] now ok"),
        # Nothing found, nothing to tell, nothing there.
        ("hello there", ("not in it",), "hello there"),
        ("hello there", ("hello there",), "hello there"),
        ("hello there", ("",), "hello there"),
        ("", (), ""),
        # The second place is the right one.
        (
            "the end of the day and the end is near",
            ("the end is near",),
            "the end of the day and [the end is near]",
        ),
    ],
)
def test_a_part_is_found_where_it_stands(words: str, parts: tuple[str, ...], shown: str) -> None:
    assert _shown(words, *parts) == shown


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_the_pieces_add_up_to_the_exact_words(words: str, parts: list[str]) -> None:
    pieces = marked(words, parts)

    assert "".join(piece.text for piece in pieces) == words


def test_words_that_repeat_for_ever_cost_no_time() -> None:
    words = "no " * 1300 + "more"

    assert _shown(words, "no " * 60 + "end") == words
