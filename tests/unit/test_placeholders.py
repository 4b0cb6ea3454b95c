"""Placeholders: what somebody forgot to replace is found, and ordinary words are not taken for one."""

import pytest

from bot.placeholders import placeholder_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TODO: ask healthcare", "TODO"),
        ("Times TBC", "TBC"),
        ("times tbd.", "tbd"),
        ("Ring xxxx", "xxxx"),
        ("Room XXX", "XXX"),
        ("Lorem ipsum", "Lorem"),
        ("Write to visits@example.com", "example.com"),
        ("Ring 01234 567890", "01234 567890"),
        ("Ring 01234567890", "01234567890"),
        ("Insert the name", "Insert"),
        ("Ask [name]", "[name]"),
        ("Ask [...]", "[...]"),
        ("Open ???", "???"),
        ("Team name here", "name here"),
    ],
)
def test_a_placeholder_is_found(text: str, found: str) -> None:
    assert placeholder_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Why not? Who? Ask staff.",
        "Really??",
        "Todo bien",
        "Ring 116 123.",
        "Size XXL",
        "For example, a form.",
        "Inserted pages",
        "Here is your name.",
    ],
)
def test_an_ordinary_sentence_holds_none(text: str) -> None:
    assert placeholder_in(text) == ""
