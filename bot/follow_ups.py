"""What a short message right after an answer asks about it: how long, where, who, why not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.content import ENGLISH, read_yaml

# A longer message says something of its own.
MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_INSIDE = re.compile(r"(?<=\w)['’`](?=\w)")

Words = tuple[str, ...]


class FollowUp(StrEnum):
    """`HOW` asks for the steps, `MORE` for the rest, `ABOUT` for the topic that the other words name."""

    HOW_LONG = "how_long"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHY_NOT = "why_not"
    HOW_MUCH = "how_much"
    HOW = "how"
    MORE = "more"
    ABOUT = "about"


@dataclass(frozen=True)
class Patterns:
    """One language's phrases for each kind, the words that may stand around them, and what is none of it."""

    phrases: Mapping[FollowUp, tuple[Words, ...]]
    filler: frozenset[str]
    never: tuple[Words, ...]


@dataclass(frozen=True)
class Asked:
    """What is asked. `rest` are the words that name the other topic, when another one is asked about."""

    kind: FollowUp
    rest: Words = ()


@dataclass(frozen=True)
class FollowUps:
    by_language: Mapping[str, Patterns]

    def read(self, text: str, language: str = ENGLISH) -> Asked | None:
        """What these words ask, if they are nothing but a question about what was just said.

        The person's own language is tried first; then the others, since many here mix them.
        """
        words = words_of(text)
        if not 0 < len(words) <= MOST_WORDS:
            return None
        order = sorted(self.by_language, key=lambda code: code != language)
        found = (_read(words, self.by_language[code]) for code in order)
        return next((asked for asked in found if asked is not None), None)


def words_of(text: str) -> Words:
    return tuple(_WORD.findall(_INSIDE.sub("", text.casefold())))


def load_follow_ups(content_dir: Path) -> FollowUps:
    """Raises BadContent with file and line."""
    file = read_yaml(content_dir / "follow_ups.yml")
    by_language: dict[str, Patterns] = {}
    for code in file.data:
        given = file.need(code, dict)
        unknown = sorted(set(given) - {*FollowUp, "filler", "never"})
        if unknown:
            raise file.refuse(f"{code}.{unknown[0]}", "is no kind of question that is known here")
        for key, texts in given.items():
            for number, text in enumerate(texts if isinstance(texts, list) else [None]):
                if not isinstance(text, str) or not words_of(text):
                    raise file.refuse(f"{code}.{key}.{number}", "should be words; yes, no and on need quotes")
        by_language[code] = Patterns(
            phrases={kind: _longest_first(given.get(kind, ())) for kind in FollowUp},
            filler=frozenset(word for text in given.get("filler", ()) for word in words_of(text)),
            never=_longest_first(given.get("never", ())),
        )
    if ENGLISH not in by_language:
        raise file.refuse(ENGLISH, "is missing")
    return FollowUps(by_language)


def _longest_first(texts: Sequence[str]) -> tuple[Words, ...]:
    return tuple(sorted({words_of(text) for text in texts}, key=lambda words: (-len(words), words)))


def _read(words: Words, patterns: Patterns) -> Asked | None:
    if any(_at(words, phrase) >= 0 for phrase in patterns.never):
        return None
    longest: tuple[int, FollowUp] | None = None
    for kind, phrases in patterns.phrases.items():
        for phrase in phrases:
            start = _at(words, phrase)
            if start < 0 or (longest is not None and len(phrase) <= longest[0]):
                continue
            rest = (*words[:start], *words[start + len(phrase) :])
            if kind is FollowUp.ABOUT:
                named = tuple(word for word in rest if word not in patterns.filler)
                if start == 0 and named:
                    return Asked(kind, named)
            elif all(word in patterns.filler for word in rest):
                longest = (len(phrase), kind)
    return Asked(longest[1]) if longest else None


def _at(words: Words, phrase: Words) -> int:
    """Where the phrase begins in the words; -1 where it does not."""
    for start in range(len(words) - len(phrase) + 1):
        if words[start : start + len(phrase)] == phrase:
            return start
    return -1
