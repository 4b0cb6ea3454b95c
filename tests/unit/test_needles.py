"""A pattern is only spared where it could not have matched."""

from pathlib import Path

import pytest

from bot.safety.needles import needles_of
from bot.safety.normalise import normalise
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
        and phrase.needles
        and not any(needle in f"{text} " for needle in phrase.needles)
    ]

    assert spared == []


def test_most_patterns_are_spared() -> None:
    text = "can you tell me when my mum is allowed to come on a visit please "

    assert len(PHRASES._standing_in(text)) < len(PHRASES.phrases) / 4
