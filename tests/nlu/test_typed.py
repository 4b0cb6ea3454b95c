"""What a person typed reaches Rasa as words, never as a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.typed import plain, whole


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        ("/deny", "deny"),
        ("  //  /request_done{} ", "request_done{}"),
        ("\x00/deny", "deny"),
        ("and/or", "and/or"),
        ("/", ""),
        ("\ud83d\ude00", "😀"),
        ("half \ud83d", "half \ufffd"),
        ("  hello\n", "hello"),
    ],
)
def test_slashes_in_front_and_what_is_no_text_are_gone(typed: str, handed_on: str) -> None:
    assert plain(typed) == handed_on


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_whatever_is_typed_can_be_written_down_and_is_no_command(typed: str) -> None:
    whole(typed).encode("utf-8")

    assert not plain(typed).strip().startswith("/")
