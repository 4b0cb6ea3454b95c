"""Phrases that speak of danger: finding them in a message, and what the words around them change."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from bot.safety.model import Level, Reason, Risk
from bot.safety.needles import Needles, needles_of
from bot.safety.normalise import normalise
from bot.safety.pattern import ways_of
from bot.safety.scope import Around, Scope, sentence_at
from bot.safety.spelling import Spelling

# Said of somebody else, these are a worry about that person.
_SWITCHED = frozenset({Risk.SUICIDE, Risk.SELF_HARM})
# So many letters of a needle are looked up at once.
_START = 3
# Long past, these are over; the other risks leave a mark on a person and are worth a word.
_OVER = frozenset({Risk.MEDICAL, Risk.FIRE, Risk.NOT_EATING})


Way = tuple[re.Pattern[str], Needles]


@dataclass(frozen=True)
class Phrase:
    """One way of saying one danger. `reason` are its words for staff: "says goodbye".

    Where `unless` is in the same sentence the phrase does not count: "gone tomorrow", but "released".
    """

    id: str
    risk: Risk
    level: Level
    reason: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    language: str = "en"
    unless: re.Pattern[str] | None = None

    @property
    def source(self) -> str:
        return f"phrase:{self.id}"

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Each alternative of the pattern, with the needles without which it need not be tried."""
        return tuple((re.compile(way), needles_of(way)) for way in ways_of(self.pattern.pattern))


@dataclass(frozen=True)
class ReasonWords:
    """Words for staff around a phrase that is past or about somebody else; `{words}` is its reason."""

    past: str = "{words}, in the past"
    other: str = "of somebody else: {words}"
    together: str = "{words}, read with the messages just before"
    head: str = "the message reads like others about this danger"
    fault: str = "part of the screen is broken: read the message yourself"


@dataclass(frozen=True)
class Phrases:
    """All phrases with what is needed to read a message. `version` changes whenever any of it does."""

    phrases: Sequence[Phrase]
    scope: Scope
    spelling: Spelling
    words: ReasonWords
    version: str

    def find(self, text: str, only: Collection[str] | None = None) -> list[Reason]:
        """A reason for each phrase in the text, at the highest level that any reading of it gives.

        Only the phrases of some sources are looked for where these are named.
        """
        variants = [self._readable(variant) for variant in normalise(text, self.spelling).variants]
        heard: dict[str, list[Reason]] = {}
        for variant in variants:
            for phrase, ways in self._standing_in(variant):
                if only is None or phrase.source in only:
                    heard.setdefault(phrase.source, []).extend(self._reasons(phrase, ways, variant))
        found = [max(reasons, key=lambda reason: reason.level) for reasons in heard.values() if reasons]
        return sorted(found, key=lambda reason: reason.level, reverse=True)

    def undisguised(self, text: str) -> frozenset[str]:
        """Sources of the English phrases that stand in the text as typed, letter case and accents apart.

        Those of other languages are never plain: the head, which may overrule what is, knows less there.
        """
        raw = self._readable(normalise(text, self.spelling).raw)
        english = [(phrase, ways) for phrase, ways in self._standing_in(raw) if phrase.language == "en"]
        return frozenset(
            phrase.source for phrase, ways in english if next(self._reasons(phrase, ways, raw), None)
        )

    def _standing_in(self, text: str) -> Iterator[tuple[Phrase, list[re.Pattern[str]]]]:
        """The phrases that may be there, and in which ways. Trying all takes many times as long."""
        starts = {text[place : place + _START] for place in range(len(text))}
        maybe = (needle for start in starts | {""} for needle in self._starting.get(start, ()))
        there = {place for needle in maybe if needle in text for place in self._places[needle]}
        for number, places in groupby(sorted(there), key=itemgetter(0)):
            phrase = self.phrases[number]
            yield phrase, [phrase.ways[way][0] for _, way in places]

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int]]]:
        """For each needle the ways that may be there where it is: number of phrase, number of way."""
        found: dict[str, list[tuple[int, int]]] = {}
        for number, phrase in enumerate(self.phrases):
            for place, (_, needles) in enumerate(phrase.ways):
                for needle in needles or ("",):  # nothing can be said: it is always tried
                    found.setdefault(needle, []).append((number, place))
        return found

    @cached_property
    def _starting(self) -> dict[str, list[str]]:
        """The needles by their first letters, since a text holds few of them; short ones under none."""
        found: dict[str, list[str]] = {}
        for needle in self._places:
            found.setdefault(needle[:_START] if len(needle) >= _START else "", []).append(needle)
        return found

    def _readable(self, variant: str) -> str:
        """Without idioms, and with a space at the end of each clause, for `{clause_end}`."""
        return self.scope.blank(variant).replace("\n", " \n") + " "

    def _reasons(self, phrase: Phrase, ways: Sequence[re.Pattern[str]], text: str) -> Iterator[Reason]:
        for match in (match for way in ways for match in way.finditer(text)):
            if phrase.unless and phrase.unless.search(sentence_at(text, match.start(), match.end())):
                continue
            reason = self._weigh(phrase, self.scope.read(text, match.start(), match.end()))
            if reason is not None:
                yield reason
                if reason.level is phrase.level:
                    return

    def _weigh(self, phrase: Phrase, around: Around) -> Reason | None:
        """None where the words around say that it is no danger."""
        reason = Reason(phrase.risk, phrase.level, phrase.reason, phrase.source)
        if around.is_denied or around.is_story:
            return None
        if around.is_other and phrase.risk in _SWITCHED:
            words = self.words.other.format(words=reason.words)
            reason = replace(reason, risk=Risk.CONCERN_FOR_OTHER, words=words)
        if around.is_past:
            if phrase.risk in _OVER:
                return None
            reason = replace(reason, level=Level.CONCERN, words=self.words.past.format(words=reason.words))
        return reason
