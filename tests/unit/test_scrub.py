"""What is taken out of a message before anybody but its writer may read it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.scrub import PLACEHOLDERS, Known, scrub, words_of

KNOWN = Known.of(
    ["Sam", "Anna-Maria", "Will"],
    ["A", "A1", "A2"],
    words_of(["Ask a Listener about your visits and the Ombudsman."]),
)


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("tell sam his visit is off", "tell [name] his visit is off"),
        ("SAMS tv and Sam's kettle", "[name]S tv and [name]'s kettle"),
        ("anna and maria", "[name] and [name]"),
        ("samosa for tea", "samosa for tea"),
        ("will it come", "[name] it come"),
        ("my number is A1234BC", "my number is [prison number]"),
        ("a1234bc", "[prison number]"),
        ("A 1234 BC is me", "[prison number] is me"),
        ("ring 07700 900123 for me", "ring [phone] for me"),
        ("+44 (0)7700-900-123", "[phone]"),
        ("i am in a2-14", "i am in [cell]"),
        ("i am on A2", "i am on [cell]"),
        ("cell 14 is cold", "[cell] is cold"),
        ("pad no 7", "[cell]"),
        ("born 3/4/85", "born [number]"),
        ("they owe me 12.50 since 2019", "they owe me [number] since [number]"),
        ("on the 14th", "on the [number]"),
        ("me@example.org wrote", "[email] wrote"),
        ("see www.example.org/a?b=1", "see [link]"),
        ("https://example.org", "[link]"),
        ("ask mr smith", "ask mr [name]"),
        ("Mrs. Jones said no", "Mrs [name] said no"),
        ("my brother Dwayne is here", "my brother [name] is here"),
        ("can i see a Listener about it", "can i see a Listener about it"),
        ("WHEN IS MY VISIT", "WHEN IS MY VISIT"),
        ("my HDC is late", "my HDC is late"),
        ("wen is me mum alowed 2 visit", "wen is me mum alowed 2 visit"),
        ("l8r m8 its 4 me", "l8r m8 its 4 me"),
        ("رقمي ٠٧٧٠٠٩٠٠١٢٣", "رقمي [phone]"),
        ("line one\n  line two", "line one line two"),
    ],
)
def test_names_numbers_places_and_addresses_are_taken_out(text, scrubbed):
    assert scrub(text, KNOWN) == scrubbed


def test_a_known_person_is_taken_out_of_any_alphabet():
    known = Known.of(["Łukasz", "علي"], [], frozenset())

    assert scrub("łukasz i علي", known) == "[name] i [name]"


def test_no_placeholder_is_scrubbed_again():
    known = Known.of(["Name", "Number"], [], frozenset())

    assert scrub("name 12345 number", known) == "[name] [number] [name]"


@given(st.text(max_size=300))
def test_whatever_is_written_no_number_of_two_digits_is_left(text):
    scrubbed = scrub(text, KNOWN)

    assert re.search(r"(?<![^\W_])\d{2,}(?![^\W_])", scrubbed) is None


@given(st.text(max_size=200), st.sampled_from(["sam", "SAM", "Sam"]))
def test_whatever_stands_around_it_a_known_name_is_gone(text, name):
    scrubbed = scrub(f"{text} {name} {text}", KNOWN).casefold()

    assert re.search(r"(?<!\w)sam(?!\w)", scrubbed) is None


def test_placeholders_are_what_they_say():
    assert all(re.fullmatch(r"\[[a-z ]+\]", placeholder) for placeholder in PLACEHOLDERS)
