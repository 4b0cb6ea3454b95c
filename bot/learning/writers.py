"""Who wrote words that were kept without their writer: asked only when staff see danger in them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from typing import Final

from bot.learning.scrub import PLACEHOLDERS
from bot.learning.service import KEPT_FOR, LONGEST
from bot.safety.message import Message

# More writers of the same words than this, and no officer could go to them all at once.
MOST: Final = 10
_SHORTEST = 6
_GAP = re.compile("|".join(map(re.escape, PLACEHOLDERS)))
SEARCHED: Final = LONGEST


def since(day: date, zone: tzinfo) -> datetime:
    """From when on to look: the words may have been written as long ago as they are kept."""
    return datetime.combine(day - KEPT_FOR, time.min, zone)


def written_as(text: str, messages: Iterable[Message]) -> list[Message]:
    """The latest message of each person whose words these are: what was taken out may be anything.

    Nothing where hardly a word is left of the text: then it would be anybody's.
    """
    pieces = _GAP.split(_plain(text))
    if sum(len(piece.strip()) for piece in pieces) < _SHORTEST:
        return []
    found: dict[str, Message] = {}
    for message in messages:
        if message.person_id not in found and _fits(pieces, _plain(message.text)):
            found[message.person_id] = message
            if len(found) == MOST:
                break
    return list(found.values())


def _fits(pieces: list[str], words: str) -> bool:
    """Whether the pieces stand in the words in this order, the first at the start, the last at the end.

    The leftmost place of each is enough: no pattern that could search for ever.
    """
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return words == first
    if not (words.startswith(first) and words.endswith(last)) or len(words) < len(first) + len(last):
        return False
    at, end = len(first), len(words) - len(last)
    for piece in pieces[1:-1]:
        at = words.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
