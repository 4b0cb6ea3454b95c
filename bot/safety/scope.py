"""What the words around a phrase make of it: denied, long past, somebody else's, or from a film."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

# How many characters on either side are looked at: enough for a clause, and a bound on the work.
REACH = 160


@dataclass(frozen=True)
class Around:
    """What was read around a match. `is_other` means that somebody else is the one in danger."""

    is_denied: bool = False
    is_past: bool = False
    is_story: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class ScopeWords:
    """Word lists from content/safety/scope.yml, in the pattern language of the phrases.

    A denial and another person count only when nothing but `fillers` stands between them and the phrase: "not
    going to" is a denial, "not sure how long before" is none. `idioms` are blanked first.
    """

    denials: Sequence[str] = ()
    fillers: Sequence[str] = ()
    others: Sequence[str] = ()
    reports: Sequence[str] = ()
    stories: Sequence[str] = ()
    story_verbs: Sequence[str] = ()
    past: Sequence[str] = ()
    present: Sequence[str] = ()
    afresh: Sequence[str] = ()
    turns: Sequence[str] = ()
    questions: Sequence[str] = ()
    answers: Sequence[str] = ()
    doubts: Sequence[str] = ()
    idioms: Sequence[str] = ()


class Scope:
    """Reads the clause that a phrase stands in."""

    def __init__(self, words: ScopeWords) -> None:
        self._words = words

    def blank(self, text: str) -> str:
        """The text without its idioms. What else the message says still counts."""
        return self._idioms.sub("~", text) if self._words.idioms else text

    def read(self, text: str, start: int, end: int) -> Around:
        """Of a sentence for what is past or a story; of the clause up to the phrase for the rest."""
        before, after = _sides(text, start, end)
        clause = self._turns.split(before)[-1] if self._words.turns else before
        sentence = f"{before}{text[start:end]}{after}"
        return Around(
            is_denied=self._is_denied(clause, text[start:end]) or self._is_answered(before, text[end:]),
            is_past=self._is_past(before, after, sentence),
            is_story=bool(self._story_before.search(clause) or self._story_after.match(after)),
            is_other=bool(self._other.search(clause) or self._reported.search(clause)),
        )

    def _is_past(self, before: str, after: str, sentence: str) -> bool:
        """Where the sentence also speaks of today: only if the past stands close by and nothing is afresh."""
        if not self._past.search(sentence):
            return False
        if not self._present.search(sentence):
            return True
        is_close = self._past_before.search(before) or self._past_after.match(after)
        return bool(is_close and self._words.afresh) and not self._afresh.search(sentence)

    def _is_denied(self, clause: str, match: str) -> bool:
        """A denial may run into a phrase ("no thoughts of"), but it begins before the phrase does."""
        words = match.split(" ")
        for count in range(min(3, len(words))):
            found = self._denied.search(clause + "".join(f"{word} " for word in words[:count]))
            if found and found.start() < len(clause):
                return True
        return False

    def _is_answered(self, before: str, after: str) -> bool:
        """A question of somebody else, which the writer says was answered with a no."""
        if not self._words.questions or not self._asked.search(before):
            return False
        answer = after[:REACH]
        return bool(self._no.search(answer)) and not self._doubt.search(answer)

    @cached_property
    def _idioms(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.idioms))

    @cached_property
    def _turns(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^| )(?:{'|'.join(self._words.turns)}) ")

    @cached_property
    def _denied(self) -> re.Pattern[str]:
        return self._leads_to(self._words.denials)

    @cached_property
    def _other(self) -> re.Pattern[str]:
        return self._leads_to(self._words.others)

    @cached_property
    def _reported(self) -> re.Pattern[str]:
        others, reports = "|".join(self._words.others), "|".join(self._words.reports)
        between = "|".join((*self._words.fillers, *self._words.others, "that", "like", "to me", "to us"))
        return re.compile(rf"(?<!\S)(?:{others}) (?:\S+ )?(?:{reports}) (?:(?:{between}) ){{0,4}}$")

    @cached_property
    def _past(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.past))

    @cached_property
    def _present(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.present))

    @cached_property
    def _asked(self) -> re.Pattern[str]:
        return re.compile(rf"{_word(self._words.questions)} (?:\S+ ){{0,5}}$")

    @cached_property
    def _no(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.answers))

    @cached_property
    def _doubt(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.doubts))

    @cached_property
    def _afresh(self) -> re.Pattern[str]:
        return re.compile(_word(self._words.afresh))

    @cached_property
    def _past_before(self) -> re.Pattern[str]:
        return re.compile(rf"{_word(self._words.past)} (?:\S+ ){{0,3}}$")

    @cached_property
    def _past_after(self) -> re.Pattern[str]:
        return re.compile(rf" (?:\S+ ){{0,4}}{_word(self._words.past)}")

    @cached_property
    def _story_before(self) -> re.Pattern[str]:
        """A film about it, a song that says it. Not "the film makes me want to": there the writer speaks."""
        stories, verbs = "|".join(self._words.stories), "|".join(self._words.story_verbs)
        not_me = r"(?:(?!(?:i|im|ive|ill|id|me|my|myself) )\S+ ){0,4}"
        return re.compile(rf"(?<!\S)(?:{stories}) {not_me}(?:{verbs}) {not_me}$")

    @cached_property
    def _story_after(self) -> re.Pattern[str]:
        return re.compile(rf" (?:{'|'.join(self._words.stories)})(?!\S)")

    def _leads_to(self, words: Sequence[str]) -> re.Pattern[str]:
        fillers = "|".join(self._words.fillers)
        return re.compile(rf"(?<!\S)(?:{'|'.join(words)}) (?:(?:{fillers}) ){{0,6}}$")


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence that a match stands in, or as much of it as REACH allows."""
    before, after = _sides(text, start, end)
    return f"{before}{text[start:end]}{after}"


def _sides(text: str, start: int, end: int) -> tuple[str, str]:
    before = text[max(0, start - REACH) : start].rpartition("\n")[2]
    return before, text[end : end + REACH].partition("\n")[0]


def _word(either: Sequence[str]) -> str:
    return rf"(?<!\S)(?:{'|'.join(either)})(?!\S)"
