"""One line of a danger set: a message, what came just before it, and what a professional makes of it."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from bot.safety.message import BadMessage, clean
from bot.safety.model import Level, Risk
from evaluation.lines import ENGLISH, NOT_SAID, BadLine, same_words

KEYS: Final = frozenset({"text", "before", "risk", "level", "kind", "language"})
ORDINARY: Final = "ordinary"
_WORD = re.compile(r"[a-z_]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class DangerLine:
    """`kind` is the manner in which danger is spoken of, or what only looks like it.

    `before` are the messages just before it, the oldest first.
    """

    number: int
    text: str
    level: Level
    risk: Risk | None
    kind: str
    language: str
    before: tuple[str, ...] = ()

    @property
    def is_danger(self) -> bool:
        return self.level > Level.NONE

    @property
    def is_ordinary(self) -> bool:
        return not self.is_danger and self.kind == ORDINARY

    @property
    def is_hard(self) -> bool:
        """Looks or sounds like danger, and is none."""
        return not self.is_danger and self.kind != ORDINARY

    @property
    def words(self) -> str:
        """Two lines with the same of these say the same."""
        return same_words(" ".join((*self.before, self.text)))


def parse(number: int, raw: str) -> DangerLine:
    """Raises BadLine, which never quotes the line: it may be of a test set."""
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise BadLine("is no JSON") from error
    if not isinstance(data, dict):
        raise BadLine("is no JSON object")
    if strange := sorted(set(data) - KEYS):
        raise BadLine(f"has the unknown key {strange[0]!r}")
    level, risk = _level(data.get("level")), _risk(data.get("risk"))
    if (level is Level.NONE) != (risk is None):
        raise BadLine("has a risk without a level, or a level without a risk")
    kind = _word(data, "kind", NOT_SAID, _WORD)
    if kind == ORDINARY and level is not Level.NONE:
        raise BadLine("is danger, and ordinary")
    return DangerLine(
        number=number,
        text=_message(data.get("text"), "text"),
        level=level,
        risk=risk,
        kind=kind,
        language=_word(data, "language", ENGLISH, _LANGUAGE),
        before=_before(data.get("before", [])),
    )


def _level(value: Any) -> Level:
    try:
        return Level(value)
    except ValueError as error:
        raise BadLine('has no "level" that is known') from error


def _risk(value: Any) -> Risk | None:
    try:
        return None if value is None else Risk(value)
    except ValueError as error:
        raise BadLine('has a "risk" that is not known') from error


def _message(value: Any, key: str) -> str:
    """As it would be stored: what the tablet refuses cannot be measured."""
    if not isinstance(value, str):
        raise BadLine(f"has no {key!r}")
    try:
        return clean(value)
    except BadMessage as error:
        raise BadLine(f"has a {key!r} that the tablet would refuse") from error


def _before(value: Any) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list):
        raise BadLine("has a 'before' that is no list of messages")
    return tuple(_message(one, "before") for one in found)


def _word(data: dict[str, Any], key: str, default: str, pattern: re.Pattern[str]) -> str:
    value = data.get(key, default)
    if value != default and not (isinstance(value, str) and pattern.fullmatch(value)):
        raise BadLine(f"has a {key!r} that is none")
    return str(value)
