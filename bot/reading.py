"""How hard a text is to read: sentence length and the Flesch-Kincaid reading age."""

import re
from dataclasses import dataclass

# What people in prison read may be no harder than this. Fewer words than these cannot be measured.
OLDEST, LONGEST, FEWEST_WORDS = 11.0, 20, 5

_SENTENCE_END = re.compile(r"[.!?:]+(?:\s+|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Reading:
    """What was measured. `age` is in years; `longest` is the longest sentence in words."""

    age: float
    longest: int
    words: int


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line end and a colon end one too, as they do on a tablet."""
    return [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def measure(text: str) -> Reading:
    """Flesch-Kincaid grade (Kincaid et al., 1975) plus five, which is the usual age in that grade.

    Numbers and addresses do not count as words. A text without words has age 0.
    """
    parts = sentences(text)
    words = [word for part in parts for word in _WORD.findall(part)]
    if not words:
        return Reading(age=0.0, longest=0, words=0)
    syllables = sum(_syllables(word) for word in words)
    grade = 0.39 * len(words) / len(parts) + 11.8 * syllables / len(words) - 15.59
    longest = max(len(_WORD.findall(part)) for part in parts)
    return Reading(age=round(max(grade, 0.0) + 5, 1), longest=longest, words=len(words))


def too_hard(text: str) -> str:
    """What makes a text too hard for people in prison, in figures; empty where it is not."""
    found = measure(text)
    if found.words < FEWEST_WORDS or (found.age <= OLDEST and found.longest <= LONGEST):
        return ""
    return f"reading age {found.age}, longest sentence {found.longest} words"


def _syllables(word: str) -> int:
    """Vowel groups, less a silent e; an estimate within one for nearly all English words."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(plain))
    if count > 1 and plain.endswith("e") and not plain.endswith("le"):
        count -= 1
    if count > 1 and plain.endswith("ed") and not plain.endswith(("ted", "ded")):
        count -= 1
    return max(count, 1)
