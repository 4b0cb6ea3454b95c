"""What is cut off a message before it is stored, and which messages are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.message import MAX_LENGTH, BadMessage, clean


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("hello", "hello"),
        ("  hello \n", "hello"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("a\x7fb\x85c\x9fd", "abcd"),
        ("half\ud83dsurrogate\udc00", "halfsurrogate"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
        ("{{ 7 * 7 }} {0.__class__} %s", "{{ 7 * 7 }} {0.__class__} %s"),
        ("😭 I cant", "😭 I cant"),
        ("\u202bلا أستطيع\u202c", "\u202bلا أستطيع\u202c"),
        ("k\u200bill", "k\u200bill"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_only_what_nothing_can_hold_is_taken_out(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@pytest.mark.parametrize("typed", ["", "   ", "\n\t\n", "\x00\x01", "\ud800\udfff"])
def test_a_message_without_words_is_refused(typed: str) -> None:
    with pytest.raises(BadMessage) as refused:
        clean(typed)

    assert refused.value.why == "message_empty"


def test_a_message_that_is_too_long_is_refused_and_never_cut() -> None:
    assert len(clean("x" * MAX_LENGTH)) == MAX_LENGTH

    with pytest.raises(BadMessage) as refused:
        clean("x" * (MAX_LENGTH + 1))

    assert refused.value.why == "message_too_long"


def test_a_hundred_kilobytes_are_refused() -> None:
    with pytest.raises(BadMessage):
        clean("help " * 20_000)


@given(st.text(st.characters(codec=None), max_size=300))
def test_whatever_is_typed_can_be_stored_or_is_refused(typed: str) -> None:
    try:
        stored = clean(typed)
    except BadMessage:
        return

    stored.encode("utf-8")
    assert clean(stored) == stored
    assert "\x00" not in stored
