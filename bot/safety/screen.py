"""The danger screen: phrases and a trained head judge every message, and the higher of them counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bot.safety.clauses import pieces
from bot.safety.model import FAULT, HEAD, Level, Reason, Risk, Verdict
from bot.safety.phrases import Phrases

UNDECIDED_LANGUAGE = "en"

T = TypeVar("T")


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
        self.version = f"phrases-{phrases.version}/head-{'none' if head is None else head.version}"

    def judge(self, text: str) -> Verdict:
        """The verdict on a message of any length and content. Never raises."""
        by_phrases = _attempt(self._by_phrases, text)
        by_head = _attempt(self._by_head, text) if self._head is not None else None
        language = _attempt(self._language, text)
        reasons = [*(by_phrases or ()), *(by_head or ())]
        fault = by_phrases is None or language is None or (by_head is None and self._head is not None)
        if fault:
            level = Level.URGENT if by_phrases is None and by_head is None else Level.NONE
            reasons.append(Reason(None, level, self._phrases.words.fault, FAULT))
        reasons.sort(key=lambda reason: reason.level, reverse=True)
        return Verdict(
            level=max((reason.level for reason in reasons), default=Level.NONE),
            risks=tuple(dict.fromkeys(reason.risk for reason in reasons if reason.risk is not None)),
            reasons=tuple(reasons),
            language=language or UNDECIDED_LANGUAGE,
            version=self.version,
            fault=fault,
        )

    def _by_phrases(self, text: str) -> list[Reason]:
        return self._phrases.find(text)

    def _by_head(self, text: str) -> list[Reason]:
        """The head's strongest word on each risk, over the whole message and each of its clauses."""
        parts = pieces(text)
        if self._head is None or not parts:
            return []
        levels: dict[Risk | None, Level] = {}
        for verdict in self._head.judge(parts):
            if verdict.level > Level.NONE:
                for risk in verdict.risks or (None,):  # danger of no known kind is danger
                    levels[risk] = max(levels.get(risk, Level.NONE), verdict.level)
        return [Reason(risk, level, self._phrases.words.head, HEAD) for risk, level in levels.items()]


def _attempt(part: Callable[[str], T], text: str) -> T | None:
    """What a part of the screen says; None when it is broken, which the verdict then carries as a fault."""
    try:
        return part(text)
    except Exception:  # noqa: BLE001 - whatever it is, the message must still be judged
        return None
