"""One line of a set: a message with what a careful person makes of it, and what may not stand in one."""

import json
import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Final

KEYS: Final = frozenset({"text", "intent", "voice", "keyword", "language"})
NOT_SAID: Final = "not said"
ENGLISH: Final = "en"
OUT_OF_SCOPE: Final = "out_of_scope"
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class BadLine(Exception):
    """A line is not as the sets' README asks. Never quotes the line: it may be of a test set."""


@dataclass(frozen=True)
class Line:
    """`intents` is one as a rule, and two or more where the message holds several needs."""

    number: int
    text: str
    intents: tuple[str, ...]
    voice: str
    keyword: bool | None
    language: str

    @property
    def intent(self) -> str:
        return self.intents[0]

    @property
    def is_in_scope(self) -> bool:
        return self.intent != OUT_OF_SCOPE


def parse(number: int, raw: str, known: Set[str]) -> Line:
    """Raises BadLine."""
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise BadLine("is no JSON") from error
    if not isinstance(data, dict):
        raise BadLine("is no JSON object")
    if strange := sorted(set(data) - KEYS):
        raise BadLine(f"has the unknown key {strange[0]!r}")
    text = data.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadLine('has no "text"')
    return Line(
        number=number,
        text=text,
        intents=_intents(data.get("intent"), known),
        voice=_word(data, "voice", NOT_SAID),
        keyword=_keyword(data),
        language=_language(data),
    )


def same_words(text: str) -> str:
    """Two texts with the same of these are the same message: letter case, signs and spaces do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # An apostrophe makes no new word: "whats" and "what's" are one.
    words = re.sub(r"[\W_]+", " ", re.sub(r"['’]", "", folded)).strip()
    return words or " ".join(folded.split())


def _intents(value: Any, known: Set[str]) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise BadLine('has no "intent": an id, or a list of ids')
    for intent in found:
        if intent not in known:
            raise BadLine(f"has the unknown intent {intent!r}")
    if len(set(found)) < len(found):
        raise BadLine("names the same intent twice")
    return tuple(found)


def _word(data: dict[str, Any], key: str, default: str) -> str:
    value = data.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise BadLine(f"has a {key!r} that is no word")
    return value


def _keyword(data: dict[str, Any]) -> bool | None:
    value = data.get("keyword")
    if value is not None and not isinstance(value, bool):
        raise BadLine("has a 'keyword' that is neither true nor false")
    return value


def _language(data: dict[str, Any]) -> str:
    value = _word(data, "language", ENGLISH)
    if not _LANGUAGE.fullmatch(value):
        raise BadLine("has a 'language' that is no code of two or three letters")
    return value
