"""Takes names, numbers, cells and addresses out of a message, before anybody but its writer may read it."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

NAME, NUMBER, PHONE, CELL, PRISON_NUMBER, EMAIL, LINK = (
    "[name]",
    "[number]",
    "[phone]",
    "[cell]",
    "[prison number]",
    "[email]",
    "[link]",
)
PLACEHOLDERS = (NAME, NUMBER, PHONE, CELL, PRISON_NUMBER, EMAIL, LINK)

# In this order: what is longer and surer first.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (r"\S+@\S+\.\w+", EMAIL),
        (r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|gov|co|uk|info|io)(?:\.\w+)?(?:/\S*)?\b", LINK),
        (r"\b[a-z][ -]?\d{4}[ -]?[a-z]{2}\b", PRISON_NUMBER),
        # Seven digits or more, however they are set apart.
        (r"\+?\(?\d(?:[ ().-]{0,2}\d){6,}", PHONE),
        (r"\b(?:[a-z]\d?|\d[a-z]?)[ ]?-[ ]?\d{1,2}(?:[ ]?-[ ]?\d{1,2})?\b", CELL),
        (r"\b(?:cell|pad|peter|room)(?: (?:no|number|num))?[ ]?\.?[ ]?\d+\w?\b", CELL),
        # A date or a sum is a number too. One digit alone may be a word: "2 visit", "4 me".
        (r"\d+(?:[/.:,-]\d+)+", NUMBER),
        (r"(?<!\w)[^\W\d_]*\d[^\W_]*\d[^\W_]*(?!\w)", NUMBER),
    )
)
_TITLED = re.compile(r"\b(mr|mrs|ms|dr)\b\.?\s+(?!\[)([^\W\d_]+)", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<![.!?\n]\s)(?<!^)\b[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_NAME = 2


@dataclass(frozen=True)
class Known:
    """Names of people here, their places, and ordinary words that may stand with a capital letter."""

    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], places: Iterable[str], words: Iterable[str]) -> "Known":
        parts = (part for name in names for part in _WORD.findall(name.casefold()))
        return cls(
            frozenset(part for part in parts if len(part) >= _SHORTEST_NAME),
            frozenset(place.casefold() for place in places if len(place) > 1),
            frozenset(words),
        )


def scrub(text: str, known: Known) -> str:
    """The text with placeholders. What it cannot know stays in: a person looks before it is used."""
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    text = _replace(text, known.places, CELL)
    text = _replace(text, known.names, NAME)
    text = _TITLED.sub(rf"\1 {NAME}", text)
    text = _without_capitals(text, known.words)
    return " ".join(text.split())


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The ordinary words in our own texts, so that "Listener" is not taken for a name."""
    return frozenset(word for text in texts for word in _WORD.findall(text.casefold()))


def _replace(text: str, words: Set[str], put: str) -> str:
    """Whole words only, with or without 's; one pass, so that no placeholder is searched again."""
    if not words:
        return text
    either = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    pattern = rf"(\[[a-z ]+\])|(?<!\w)(?:{either})(?=(?:['’]?s)?(?!\w))"
    return re.sub(pattern, lambda match: match[1] or put, text, flags=re.IGNORECASE)


def _without_capitals(text: str, words: Set[str]) -> str:
    """A word with a capital inside a sentence that none of our texts has is likely a name.

    Not in a message that is all capitals: there they tell nothing.
    """
    if text.upper() == text:
        return text

    def name(match: re.Match[str]) -> str:
        word = match.group()
        ordinary = not word[0].isupper() or word.isupper() or word.casefold() in words
        return word if ordinary else NAME

    return _CAPITAL.sub(name, text)
