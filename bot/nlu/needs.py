"""Several needs in one message: where it is cut into clauses, and which of their intents count."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

MOST_CLAUSES = 12
MOST_NEEDS = 4
FEWEST_WORDS = 3
LONGEST_CLAUSE = 240

# Where one need may end and the next begin. "n" is how many here write "and".
_CUTS = re.compile(
    r"[.!?;…\n。！？；؛؟۔।]+|[,،，、&]|\b(?:and|an|n|but|plus|also|then|oraz|dhe|și|hefyd)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
# Scripts that put no spaces between words: four signs say as much as three words elsewhere.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{4}")


@dataclass(frozen=True)
class Need:
    intent: str
    confidence: float


def clauses(text: str) -> list[str]:
    """The clauses that could be needs of their own; none where fewer than two of them could.

    Takes time in proportion to the text, and never gives more than MOST_CLAUSES: the first ones.
    """
    whole = text.strip()
    found: list[str] = []
    for part in _CUTS.split(whole):
        clause = part.strip()[:LONGEST_CLAUSE]
        if _says_something(clause) and clause not in found:
            found.append(clause)
        if len(found) == MOST_CLAUSES:
            break
    return found if len(found) > 1 else []


def choose(whole: Need, parts: Sequence[Need], *, least: float, countable: Set[str]) -> tuple[Need, ...]:
    """The needs in the order in which they were written, each once and each at least this likely.

    Where the whole message is clearly about something that no clause says, cutting it has misled: then none.
    """
    best: dict[str, Need] = {}
    for part in parts:
        if part.intent not in countable or part.confidence < least:
            continue
        known = best.get(part.intent, part)
        best[part.intent] = max(known, part, key=lambda need: need.confidence)
    if whole.intent in countable and whole.intent not in best:
        return ()
    return tuple(best.values())[:MOST_NEEDS]


def _says_something(clause: str) -> bool:
    return len(_WORD.findall(clause)) >= FEWEST_WORDS or bool(_UNSPACED.search(clause))
