"""A "yes", a "no" or "it was a mistake" that was typed in place of a tap, and nothing else in the message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.content import read_yaml
from bot.safety.fold import fold

_NO_WORD = re.compile(r"[^\w]+")
# Longer than any answer that stands here, fillers and all.
_LONGEST = 120


class Plain(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class PlainAnswers:
    """All languages together: a person may have chosen one and write in another."""

    meanings: Mapping[str, Plain]
    fillers: frozenset[str]

    def of(self, text: str) -> Plain | None:
        """None for every message that says anything more, so that no danger is taken for an answer."""
        if len(text) > _LONGEST:
            return None
        plain = _plain(text)
        bare = " ".join(word for word in plain.split() if word not in self.fillers)
        return self.meanings.get(plain) or self.meanings.get(bare)


def load_plain_answers(content: Path) -> PlainAnswers:
    """Raises BadContent, also for words that stand under two meanings."""
    file = read_yaml(content / "safety" / "plain_answers.yml")
    file.only({"fillers", *Plain})
    meanings: dict[str, Plain] = {}
    for meaning in Plain:
        for words in file.need(meaning.value, list):
            plain = _plain(str(words))
            if not plain or meanings.get(plain, meaning) is not meaning:
                raise file.refuse(meaning.value, f"{words!r} is empty, or has another meaning too")
            meanings[plain] = meaning
    return PlainAnswers(meanings, frozenset(_plain(str(word)) for word in file.need("fillers", list)))


def _plain(text: str) -> str:
    return _NO_WORD.sub(" ", fold(text)).strip()
