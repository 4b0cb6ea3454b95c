"""Mends the spelling of a message, word by word, before it is understood: "brovers funral", "buk on boxin".

A word that nobody here uses and no dictionary knows is replaced by the known word that it sounds like, or
that is one letter away; whatever stays in doubt stays as it was typed, and so does another language.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from bot.nlu.language import ENGLISH, detect
from bot.nlu.sounds import Sound, sounding_like

# A word of a dictionary counts as known from here on; rarer ones are more often slips ("flor", "det").
_COMMON: Final = 3_000_000
# A word of our own examples counts as known when a dictionary has it at all, or so many examples do.
_HEARD_OF, _OFTEN, _TWICE = 200_000, 8, 2
_SHORTEST, _LONGEST = 3, 20
_SHORTEST_TYPED: Final = 4  # in a shorter word one wrong letter leaves too little to go by
_LEAST: Final = 4.0  # below this score nothing is known well enough to take the place of what was typed
_SOUNDS, _SOUNDS_TWICE, _ONE_LETTER, _FIRST_LETTER = 3.0, 1.0, 1.5, -1.0
_MOST_MENDED: Final = 60  # words looked up in one message; the encoder reads about 90
_MOST_KEPT: Final = 20_000
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"

# Shares of a message's words that are known: so many make it English, so few another language; between the
# two the language detector decides, which takes slang for foreign more often than it should.
_SURELY, _HARDLY = 0.6, 0.5

_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)?")
_SPELT: Final = re.compile(r"\w+")
# After or before one of these a letter or a number is a name ("B wing", "cat C", "on 4"), no word cut short.
_PLACES: Final = frozenset(
    ("wing", "cat", "category", "block", "spur", "landing", "cell", "house", "on", "unit")
)


@dataclass
class Mender:
    """`slips` are mended whatever stands around them, `own` counts the words of our examples."""

    slips: Mapping[str, str]
    sounds: tuple[Sound, ...]
    english: Mapping[str, int]  # how often a dictionary has met each word
    own: Mapping[str, int]
    _known: frozenset[str] = field(init=False, repr=False)
    _mended: dict[str, str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        common = {word for word, times in self.english.items() if times > _COMMON}
        self._known = frozenset(common | set(self.own))

    @classmethod
    def learn(
        cls,
        texts: Iterable[str],
        slips: Mapping[str, str],
        sounds: tuple[Sound, ...],
        english: Mapping[str, int],
    ) -> Self:
        """Learns which words are used here from the English ones of the texts, slips among them left out."""
        ours = (text for text in texts if detect(text) == ENGLISH)
        counts = Counter(word for text in ours for word in set(_words(text)) if word.isascii())
        own = {
            word: times
            for word, times in sorted(counts.items())
            if times >= _TWICE and word not in slips and (english.get(word, 0) > _HEARD_OF or times >= _OFTEN)
        }
        return cls(slips, sounds, english, own)

    def mend(self, text: str) -> str:
        """The text in the usual spelling and small letters; as it was typed where it is not English."""
        if not self._is_english(text):
            return text
        looked_up = 0

        def instead(match: re.Match[str]) -> str:
            nonlocal looked_up
            typed = match.group(0)
            if "'" in typed or "’" in typed:
                return typed
            word = typed.lower()
            if len(word) == 1 and _is_name(text, match):
                return typed
            if word not in self._mended:
                looked_up += 1
                if looked_up > _MOST_MENDED:
                    return typed
            return self._word(word)

        return _WORD.sub(instead, text)

    def _is_english(self, text: str) -> bool:
        words = _words(text)
        familiar = sum(word in self._known or word in self.slips or word.isdigit() for word in words)
        share = familiar / len(words) if words else 0.0
        return share >= _SURELY or (share >= _HARDLY and detect(text) == ENGLISH)

    def _word(self, word: str) -> str:
        found = self._mended.get(word)
        if found is None:
            if len(self._mended) >= _MOST_KEPT:
                self._mended.clear()
            found = self._mended[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> str:
        if word in self.slips:
            return self.slips[word]
        if word in self._known or word.isdigit() or not _SHORTEST <= len(word) <= _LONGEST:
            return word
        best = max(((score, other) for other, score in self._candidates(word)), default=(0.0, word))
        return best[1] if best[0] > _LEAST else word

    def _candidates(self, word: str) -> Iterable[tuple[str, float]]:
        near = sounding_like(word, self.sounds)
        yield from self._scored(near, lambda other: _SOUNDS)
        further = {other for once in near for other in sounding_like(once, self.sounds)}
        yield from self._scored(further, lambda other: _SOUNDS_TWICE)
        if len(word) >= _SHORTEST_TYPED:
            first = word[0]
            yield from self._scored(
                _one_letter_away(word), lambda other: _ONE_LETTER if other[:1] == first else _FIRST_LETTER
            )

    def _scored(self, words: set[str], bonus: Callable[[str], float]) -> Iterable[tuple[str, float]]:
        for word in words & self._known:
            own, english = self.own.get(word, 0), self.english.get(word, 0)
            yield word, 2 * math.log1p(own) + 0.35 * math.log1p(english / 1e5) + bonus(word)


def _words(text: str) -> list[str]:
    return _SPELT.findall(text.lower().replace("'", "").replace("’", ""))


def _is_name(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].split()[-1:]
    after = text[match.end() :].split()[:1]
    return any(word.strip(".,?!").lower() in _PLACES for word in (*before, *after))


def _one_letter_away(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS}
    extra = {head + letter + tail for head, tail in cuts for letter in _LETTERS}
    return missing | swapped | wrong | extra
