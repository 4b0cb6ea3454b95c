"""A message between a person and the assistant, and what is cut off before it is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# A message longer than this is refused by the page with a plain sentence; nothing is cut in silence.
MAX_LENGTH = 4_000


class Direction(StrEnum):
    FROM_PERSON = "from_person"
    TO_PERSON = "to_person"


@dataclass(frozen=True)
class Button:
    """A tap answer. `payload` is an intent with a slash, or a page's path."""

    title: str
    payload: str


@dataclass(frozen=True)
class Message:
    """`seq` orders a conversation and is given by the store; `form_key` makes a form count once.

    `topic` is set on a reply that answers one.
    """

    id: str
    person_id: str
    device_id: str
    direction: Direction
    text: str
    at: datetime
    form_key: str
    buttons: tuple[Button, ...] = ()
    record_id: str | None = None
    reply_to: str | None = None
    tone: str = ""
    topic: str = ""
    seq: int = 0


class BadMessage(Exception):
    """The message cannot be taken. `why` is an id in content/messages."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean(text: str) -> str:
    """The text as it is stored: characters that no database or page can hold are gone, the rest untouched.

    Raises BadMessage when nothing is left or when it is too long.
    """
    kept = storable(text)
    if not kept:
        raise BadMessage("message_empty")
    if len(kept) > MAX_LENGTH:
        raise BadMessage("message_too_long")
    return kept


def storable(text: str) -> str:
    """Without the characters that no database or page can hold, however long it is."""
    kept = "".join(
        char for char in text if char in "\n\t" or not (ord(char) < 32 or 0x7F <= ord(char) < 0xA0)
    )
    return kept.encode("utf-8", "ignore").decode().strip()
