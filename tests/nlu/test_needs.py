"""Where a message is cut into clauses, and which of their intents count as needs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.needs import LONGEST_CLAUSE, MOST_CLAUSES, MOST_NEEDS, Need, choose, clauses

COUNTABLE = frozenset({"ask_visits", "ask_phone", "ask_canteen", "ask_gym", "ask_court", "request_listener"})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "when is my visit and how do i get phone credit",
            ["when is my visit", "how do i get phone credit"],
        ),
        ("when is my visit? also canteen was wrong", ["when is my visit", "canteen was wrong"]),
        ("my canteen is wrong & i need a visit", ["my canteen is wrong", "i need a visit"]),
        ("book a visit\nring my mum", ["book a visit", "ring my mum"]),
        ("i want a visit. oh and my kettle broke", ["i want a visit", "my kettle broke"]),
        ("wen is gym n wheres me canteen at", ["wen is gym", "wheres me canteen at"]),
        ("need a visit plus phone credit please", ["need a visit", "phone credit please"]),
        ("kiedy widzenie mamy oraz gdzie jest kantyna", ["kiedy widzenie mamy", "gdzie jest kantyna"]),
        ("我想打电话给我妈妈。我的牙很痛", ["我想打电话给我妈妈", "我的牙很痛"]),
    ],
)
def test_a_message_is_cut_where_one_need_may_end(text, parts):
    assert clauses(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "how do i book a visit", "mum and dad", "yes", "?!", "visit, phone, gym"),
        *("hello mate. how do i book a visit", "how do i book a visit?"),
    ],
)
def test_one_clause_or_clauses_that_say_nothing_are_none(text):
    assert clauses(text) == []


def test_the_same_clause_is_read_once():
    assert clauses("i want a visit, i want a visit, i want a kettle") == ["i want a visit", "i want a kettle"]


@given(st.text(max_size=4_000))
def test_there_are_never_more_clauses_and_never_longer_ones_than_a_message_may_cost(text):
    found = clauses(text)

    assert len(found) <= MOST_CLAUSES
    assert all(0 < len(clause) <= LONGEST_CLAUSE for clause in found)


@pytest.mark.parametrize(
    "text", ["a b c, " * 600, "a" * 4_000, ", " * 2_000, "and " * 1_000, "ሀ ለ ሐ። " * 500]
)
def test_four_thousand_letters_are_cut_in_no_time(text):
    begun = time.process_time()

    clauses(text)

    assert time.process_time() - begun < 0.05


def chosen(whole, *parts, least=0.5):
    needs = [Need(intent, confidence) for intent, confidence in parts]
    found = choose(Need(*whole), needs, least=least, countable=COUNTABLE)
    return [need.intent for need in found]


def test_needs_are_in_the_order_in_which_they_were_written_each_once():
    parts = [("ask_phone", 0.9), ("ask_visits", 0.8), ("ask_phone", 0.7)]

    assert chosen(("ask_visits", 0.9), *parts) == ["ask_phone", "ask_visits"]


def test_what_is_unsure_or_no_need_does_not_count():
    parts = [("ask_phone", 0.49), ("greet", 0.99), ("nlu_fallback", 0.9), ("ask_visits", 0.5)]

    assert chosen(("nlu_fallback", 0.3), *parts) == ["ask_visits"]


def test_where_no_clause_says_what_the_whole_message_says_cutting_it_has_misled():
    parts = [("ask_phone", 0.9), ("ask_canteen", 0.9)]

    assert chosen(("ask_visits", 0.9), *parts) == []
    assert chosen(("nlu_fallback", 0.3), *parts) == ["ask_phone", "ask_canteen"]
    assert chosen(("greet", 0.9), *parts) == ["ask_phone", "ask_canteen"]


def test_there_are_at_most_so_many_needs():
    parts = [(intent, 0.9) for intent in sorted(COUNTABLE)]

    assert len(chosen(("nlu_fallback", 0.3), *parts)) == MOST_NEEDS


def test_without_clauses_there_are_no_needs():
    assert chosen(("ask_visits", 0.9)) == []
