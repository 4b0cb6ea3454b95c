"""Why a change was made, in words, and which change needs them."""

from dataclasses import dataclass
from typing import Final

from bot.queue.model import ReasonNeeded, WordsNeeded

# The one reason of a prison's list that says nothing by itself. The words beside it are read by the person.
OTHER: Final = "other"


@dataclass(frozen=True)
class Words:
    """Why a change was made. `reason` is an id from the prison's list; the others are staff's own words."""

    reason: str = ""
    offered: str = ""
    note: str = ""


NO_WORDS = Words()


def check_words(words: Words, request_id: str) -> None:
    """For a "could not". Raises ReasonNeeded or WordsNeeded."""
    if not (words.reason and words.offered.strip()):
        raise ReasonNeeded(request_id)
    if words.reason == OTHER and not words.note.strip():
        raise WordsNeeded(request_id)
