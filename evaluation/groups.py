"""The same figures by topic, voice, keyword, language and length: where understanding is weak."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.asking import Answer
from evaluation.lines import NOT_SAID
from evaluation.shares import Share

# The most words in a group, and the group's name.
LENGTHS: Final = ((3, "1 to 3 words"), (8, "4 to 8 words"), (15, "9 to 15 words"), (30, "16 to 30 words"))
LONGEST: Final = "31 words and more"


@dataclass(frozen=True)
class Group:
    name: str
    first: Share
    among_three: Share


def _keyword(answer: Answer) -> str:
    names = {True: "with its obvious word", False: "without its obvious word", None: NOT_SAID}
    return names[answer.line.keyword]


def length(text: str) -> str:
    words = len(text.split())
    return next((name for most, name in LENGTHS if words <= most), LONGEST)


Key = Callable[[Answer], str]

TOPIC: Final = "topic"
VOICE: Final = "voice"
KEYWORD: Final = "keyword"
LANGUAGE: Final = "language"
LENGTH: Final = "length"

_KEYS: Final[Mapping[str, Key]] = {
    TOPIC: lambda answer: answer.line.intent,
    VOICE: lambda answer: answer.line.voice,
    KEYWORD: _keyword,
    LANGUAGE: lambda answer: answer.line.language,
    LENGTH: lambda answer: length(answer.line.text),
}


def grouped(answers: Sequence[Answer]) -> dict[str, tuple[Group, ...]]:
    """By each key, the weakest group first; by length, the shortest. Out of scope counts only as a topic."""
    inside = [answer for answer in answers if answer.line.is_in_scope]
    found = {name: _by(key, answers if name == TOPIC else inside) for name, key in _KEYS.items()}
    order = [*(name for _, name in LENGTHS), LONGEST]
    return found | {LENGTH: tuple(sorted(found[LENGTH], key=lambda group: order.index(group.name)))}


def _by(key: Key, answers: Sequence[Answer]) -> tuple[Group, ...]:
    members: dict[str, list[Answer]] = {}
    for answer in answers:
        members.setdefault(key(answer), []).append(answer)
    groups = [
        Group(
            name,
            first=Share.of(answer.is_right for answer in found),
            among_three=Share.of(answer.is_among(3) for answer in found),
        )
        for name, found in members.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.first.value, -group.first.size, group.name)))
