"""The danger screen: phrases and a trained head judge every message, and the higher of them counts.

One thing only takes a phrase's word back: a head that is sure that nothing is meant ("took an overdose as a
teenager, do I put it on the form"), where the message is short and the phrase stands there undisguised.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.safety.clauses import STRETCHED_FROM, Span, clauses, stretches
from bot.safety.model import FAULT, HEAD, Level, Reason, Risk, Verdict
from bot.safety.phrases import Phrases

UNDECIDED_LANGUAGE = "en"
# What came before is read with a message only so far: danger said in two halves is said in two short ones.
MOST_TOGETHER = 600
# A shorter message is judged as a whole: its clauses alone say less than was meant, and raise alarms.
CLAUSED_FROM = 150
# Where a message has more clauses, staff are not shown which of them gave the alarm.
MOST_CLAUSES = 16
# In a longer message (in bytes) the head may not have read what the phrase found: it reads 128 tokens.
MOST_OVERRULED = 300

T = TypeVar("T")


class Part(StrEnum):
    """How much of what was written a piece is. Less than was meant must say more before it counts."""

    WHOLE = "whole"
    CLAUSE = "clause"  # as it is read within the whole
    STRETCH = "stretch"  # some clauses of a long message, by themselves
    TOGETHER = "together"  # with the messages just before it


@dataclass(frozen=True)
class Piece:
    """`within` is the text that a clause is read in, and where it stands there."""

    text: str
    part: Part = Part.WHOLE
    within: tuple[str, Span] | None = None


@dataclass(frozen=True)
class HeadVerdict:
    """What the head makes of one text: a level, and the risks whose probability is above their threshold.

    `is_sure` says that the text is so unlike danger that a phrase in it is taken for a saying or a film.
    """

    level: Level
    risks: Mapping[Risk, float] = field(default_factory=dict)
    is_sure: bool = False


@dataclass(frozen=True)
class _Heard:
    """What the head says of a message. `is_sure`: that nothing is meant by any of it."""

    reasons: Sequence[Reason] = ()
    is_sure: bool = False


class Head(Protocol):
    """A trained classifier. It may raise: the screen then goes on without it, and says so."""

    @property
    def version(self) -> str: ...

    def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        """One verdict for each piece, in order."""

    def where(self, text: str, spans: Sequence[Span]) -> int | None:
        """Which of a text's clauses says most of it; None where the whole says more than any."""


class Screen:
    """Judges one message. A pure function of what was written: it stores nothing and reads no clock.

    It never fails open. A broken head leaves the phrases, a broken part is a `fault` in the verdict, and when
    nothing works the message counts as urgent.
    """

    def __init__(self, phrases: Phrases, head: Head | None, language: Callable[[str], str]) -> None:
        self._phrases = phrases
        self._head = head
        self._language = language
        self.version = f"phrases-{phrases.version}/head-{'none' if head is None else head.version}"

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        """The verdict on a message of any length and content. Never raises.

        `before` are the person's last messages, the oldest first: what they and this one say together counts
        where it is more than each of them said.
        """
        earlier = _joinable(text, before)
        by_phrases = _attempt(self._by_phrases, text, earlier)
        by_head = _attempt(self._by_head, text, earlier) if self._head is not None else None
        language = _attempt(self._language, text)
        if by_phrases and by_head is not None and by_head.is_sure:
            by_phrases = _attempt(self._not_overruled, text, by_phrases)
        reasons = [*(by_phrases or ()), *(by_head.reasons if by_head else ())]
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
            before=(earlier,) if any(reason.together for reason in reasons) else (),
        )

    def _by_phrases(self, text: str, earlier: str) -> list[Reason]:
        found = self._phrases.find(text)
        located = [replace(reason, part=part) for reason, part in self._located(found, text)]
        if not earlier:
            return located
        known: dict[str, Level] = {}
        for reason in (*found, *self._phrases.find(earlier)):
            known[reason.source] = max(reason.level, known.get(reason.source, Level.NONE))
        together = self._phrases.find(f"{earlier} {text}")
        more = (reason for reason in together if reason.level > known.get(reason.source, Level.NONE))
        return [*located, *map(self._joined, more)]

    def _not_overruled(self, text: str, reasons: Sequence[Reason]) -> list[Reason]:
        """What stays where the head is sure: what was disguised or misspelt, or is said by two messages."""
        plain = self._phrases.undisguised(text)
        return [reason for reason in reasons if reason.together or reason.source not in plain]

    def _located(self, found: Sequence[Reason], text: str) -> Iterator[tuple[Reason, str]]:
        """Each reason with the shortest clause that gives it by itself, or with no part where none does."""
        parts = [text[slice(*span)] for span in _spans(text)] if found else []
        sources = {reason.source for reason in found}
        heard = {part: {reason.source for reason in self._phrases.find(part, sources)} for part in parts}
        for reason in found:
            yield reason, min((part for part in parts if reason.source in heard[part]), key=len, default="")

    def _by_head(self, text: str, earlier: str) -> _Heard:
        """The head's strongest word on each risk: of the whole, of a long message's parts, of both halves."""
        whole = Piece(text.strip())
        if self._head is None or not whole.text:
            return _Heard()
        own = [whole, *_more_of(whole.text)]
        both = (earlier, f"{earlier}\n{whole.text}") if earlier else ()
        verdicts = self._judged([*own, *(Piece(part, Part.TOGETHER) for part in both)])
        reasons = self._strongest(own, verdicts[: len(own)])
        if len(own) == 1 and reasons:
            reasons = _attempt(self._placed, reasons, whole.text) or reasons
        if both:
            alone, together = verdicts[-2:]
            most = max((alone.level, *(reason.level for reason in reasons)))
            if together.level > most:
                reasons += map(self._joined, self._heard(Piece(both[-1], Part.TOGETHER), together))
        is_short = len(text.encode("utf-8", "surrogatepass")) <= MOST_OVERRULED
        return _Heard(reasons, is_short and all(verdict.is_sure for verdict in verdicts[: len(own)]))

    def _placed(self, reasons: Sequence[Reason], text: str) -> list[Reason]:
        """With the clause in which it is said most."""
        spans = _spans(text)
        found = self._head.where(text, spans) if self._head and spans else None
        part = "" if found is None else text[slice(*spans[found])]
        return [replace(reason, part=part) for reason in reasons]

    def _judged(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        verdicts = self._head.judge(asked) if self._head else []
        if len(verdicts) != len(asked):
            raise ValueError("the head did not judge every piece")
        return verdicts

    def _strongest(self, asked: Sequence[Piece], verdicts: Sequence[HeadVerdict]) -> list[Reason]:
        """One reason a risk. As grave in a part as in the whole: then the part is where it is said."""
        strongest: dict[Risk | None, Reason] = {}
        for piece, verdict in zip(asked, verdicts, strict=True):
            for reason in self._heard(piece, verdict):
                known = strongest.get(reason.risk)
                if known is None or (reason.level, bool(reason.part)) > (known.level, bool(known.part)):
                    strongest[reason.risk] = reason
        return list(strongest.values())

    def _heard(self, piece: Piece, verdict: HeadVerdict) -> Iterator[Reason]:
        if verdict.level > Level.NONE:
            part = piece.text if piece.part in (Part.CLAUSE, Part.STRETCH) else ""
            for risk in verdict.risks or (None,):  # danger of no known kind is danger
                yield Reason(risk, verdict.level, self._phrases.words.head, HEAD, part)

    def _joined(self, reason: Reason) -> Reason:
        words = self._phrases.words.together.format(words=reason.words)
        return replace(reason, words=words, part="", together=True)


def _more_of(text: str) -> list[Piece]:
    """What is judged besides the whole: the clauses of a longer message, the stretches of a long one."""
    if len(text) >= STRETCHED_FROM:
        return [Piece(part, Part.STRETCH) for part in stretches(text)]
    if len(text) < CLAUSED_FROM:
        return []
    return [Piece(text[slice(*span)], Part.CLAUSE, (text, span)) for span in _spans(text)]


def _spans(text: str) -> list[Span]:
    """The clauses, where there are several and not too many."""
    spans = clauses(text)
    return spans if 1 < len(spans) <= MOST_CLAUSES else []


def _joinable(text: str, before: Sequence[str]) -> str:
    """The last messages as one text, as much of them as is read; nothing where the message is long itself."""
    if len(text) > MOST_TOGETHER or not text.strip():
        return ""
    kept = ""
    for message in reversed([message.strip() for message in before if message.strip()]):
        if len(kept) + 1 + len(message) > MOST_TOGETHER:
            break
        kept = f"{message}\n{kept}" if kept else message
    return kept


def _attempt(part: Callable[..., T], *of: object) -> T | None:
    """What a part of the screen says; None when it is broken, which the verdict then carries as a fault."""
    try:
        return part(*of)
    except Exception:  # noqa: BLE001 - whatever it is, the message must still be judged
        return None
