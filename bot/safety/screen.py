"""The danger screen: phrases and a trained head judge every message, and the higher of them counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.safety.clauses import pieces
from bot.safety.model import FAULT, HEAD, Level, Reason, Risk, Verdict
from bot.safety.phrases import Phrases

UNDECIDED_LANGUAGE = "en"


@dataclass(frozen=True)
class HeadVerdict:
    """What the head makes of one text: a level, and the risks whose probability is above their threshold."""

    level: Level
    risks: Mapping[Risk, float] = field(default_factory=dict)


class Head(Protocol):
    """A trained classifier. It may raise: the screen then goes on without it, and says so."""

    @property
    def version(self) -> str: ...

    def judge(self, texts: Sequence[str]) -> list[HeadVerdict]:
        """One verdict for each text, in order."""


class Screen:
    """Judges one message. A pure function of the text: it stores nothing and reads no clock.

    It never fails open. A broken head leaves the phrases, a broken part is a `fault` in the verdict, and when
    nothing works the message counts as urgent.
    """

    def __init__(self, phrases: Phrases, head: Head | None, language: Callable[[str], str]) -> None:
        self._phrases = phrases
        self._head = head
        self._language = language

    def judge(self, text: str) -> Verdict:
        """The verdict on a message of any length and content. Never raises."""
        reasons: list[Reason] = []
        broken = 0
        for part in (self._by_phrases, self._by_head):
            try:
                reasons += part(text)
            except Exception:  # whatever it is, the message must still be judged
                broken += 1
        language, language_failed = self._language_of(text)
        if broken:
            level = Level.URGENT if broken == 2 or self._head is None else Level.NONE
            reasons.append(Reason(None, level, self._phrases.words.fault, FAULT))
        return Verdict(
            level=max((reason.level for reason in reasons), default=Level.NONE),
            risks=_risks(reasons),
            reasons=tuple(sorted(reasons, key=lambda reason: reason.level, reverse=True)),
            language=language,
            version=self._version(),
            fault=bool(broken) or language_failed,
        )

    def _by_phrases(self, text: str) -> list[Reason]:
        return self._phrases.find(text)

    def _by_head(self, text: str) -> list[Reason]:
        """The head's strongest word on each risk, over the whole message and each of its clauses."""
        parts = pieces(text)
        if self._head is None or not parts:
            return []
        levels: dict[Risk, Level] = {}
        for verdict in self._head.judge(parts):
            if verdict.level > Level.NONE:
                for risk in verdict.risks:
                    levels[risk] = max(levels.get(risk, Level.NONE), verdict.level)
        return [Reason(risk, level, self._phrases.words.head, HEAD) for risk, level in levels.items()]

    def _language_of(self, text: str) -> tuple[str, bool]:
        try:
            return self._language(text), False
        except Exception:  # the language decides nothing about danger
            return UNDECIDED_LANGUAGE, True

    def _version(self) -> str:
        head = "none" if self._head is None else self._head.version
        return f"phrases-{self._phrases.version}/head-{head}"


def _risks(reasons: Sequence[Reason]) -> tuple[Risk, ...]:
    """Each risk once, those of the highest level first."""
    ordered = sorted(reasons, key=lambda reason: reason.level, reverse=True)
    return tuple(dict.fromkeys(reason.risk for reason in ordered if reason.risk is not None))
