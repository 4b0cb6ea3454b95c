"""A pattern is only spared where it could not have matched."""

from pathlib import Path

import pytest

from bot.safety.needles import needles_of
from bot.safety.normalise import normalise
from bot.safety.pattern import compile_pattern, ways_of
from bot.safety_content import load_phrases

PHRASES = load_phrases(Path(__file__).parents[2] / "content")


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("abc", {"abc"}),
        ("(?:rope|sheet) (?:is )?up", {"rope", "sheet"}),
        ("(?:ab|abcd)?xy(?:noose|cord)", {"noose", "cord"}),
        ("(?:noose|)", set()),
        ("(?:noose|a?)", set()),
        (r"\d{1,4}", set()),
        ("(?:long|longer){0,2}it", {"it"}),
        ("(?:long){1,2}it", {"long"}),
        ("(?!never)it", {"it"}),
        ("[ab]", set()),
    ],
)
def test_needles_are_what_every_match_holds(pattern: str, needles: set[str]) -> None:
    found = {needle for needle in needles_of(pattern) if needle.strip()}

    # A common beginning may be cut off: what is left still stands in every match.
    assert len(found) == len(needles)
    assert all(any(short in long for short in found) for long in needles)


def test_whatever_a_pattern_matches_holds_one_of_its_needles() -> None:
    texts = [
        variant
        for phrase in PHRASES.phrases
        for text in (*phrase.examples, *phrase.counter_examples)
        for variant in normalise(text, PHRASES.spelling).variants
    ]

    spared = [
        (phrase.id, text)
        for phrase in PHRASES.phrases
        for text in texts
        if phrase.pattern.search(f"{text} ")
        and not any(
            way.search(f"{text} ") and (not needles or any(needle in f"{text} " for needle in needles))
            for way, needles in phrase.ways
        )
    ]

    assert spared == []


def test_a_phrase_is_looked_for_where_one_of_its_needles_stands() -> None:
    text = "my cellmate took a whole box and hes not waking up, he has a rope on his neck "
    there = {(phrase.id, way.pattern) for phrase, ways in PHRASES._standing_in(text) for way in ways}

    for phrase in PHRASES.phrases:
        for way, needles in phrase.ways:
            is_there = not needles or any(needle in text for needle in needles)
            assert ((phrase.id, way.pattern) in there) is is_there


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("rope|sheet up", ["rope", "sheet up"]),
        ("(rope|sheet)", ["rope", "sheet"]),
        ("(rope|sheet) up", ["(rope|sheet) up"]),
        ("(rope|sheet) up|(tied|knotted)", ["(rope|sheet) up", "(tied|knotted)"]),
        ("((rope|sheet) (is )?up|(on|in) it)", ["(rope|sheet) (is )?up", "(on|in) it"]),
        ("上吊|自杀", ["上吊", "自杀"]),
    ],
)
def test_the_alternatives_of_a_pattern_are_patterns_of_their_own(pattern: str, ways: list[str]) -> None:
    whole = compile_pattern(pattern, {}).pattern
    edges = ("", "") if "上" in pattern else (r"(?<!\S)", r"(?!\S)")

    assert ways_of(whole) == [f"{edges[0]}(?:{way}){edges[1]}" for way in ways]


def test_most_patterns_are_spared() -> None:
    text = "can you tell me when my mum is allowed to come on a visit please "

    assert len(list(PHRASES._standing_in(text))) < len(PHRASES.phrases) / 4
