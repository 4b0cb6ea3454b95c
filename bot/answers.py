"""Answers to topics, read from content/answers; a language without one falls back to English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.content import ENGLISH, BadContent, read_yaml
from bot.fields import Fields, Refusing
from bot.people.model import PeerRole
from bot.placeholders import placeholder_in

STAFF = "staff"
_KEYS = {
    "topic",
    "title",
    "icon",
    "area",
    "owner",
    "reviewed",
    "review_by",
    "sources",
    "short",
    "steps",
    "more",
    "simpler",
    "related",
    "people",
}
# What is asked right after an answer, and said to just that.
FOLLOW_UPS = ("how_long", "where", "who", "why_not")
MAX_WORDS = 80
MAX_FOLLOW_UP = 40
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What is said about a topic. `people` are peer roles or "staff": whom to ask, best first.

    The last four answer what is asked right after: how long, where, who, and what if they say no. One that
    is empty is answered with whom to ask.
    """

    topic: str
    title: str
    icon: str
    area: str
    owner: str
    reviewed: date
    review_by: date
    sources: tuple[Source, ...]
    short: str
    steps: tuple[str, ...]
    more: str
    simpler: str
    related: tuple[str, ...]
    people: tuple[str, ...]
    how_long: str = ""
    where: str = ""
    who: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class AnswerBook:
    by_language: Mapping[str, Mapping[str, Answer]]

    def get(self, topic: str, language: str = ENGLISH) -> Answer:
        """Raises KeyError for a topic that English does not have."""
        return self.by_language.get(language, {}).get(topic) or self.by_language[ENGLISH][topic]

    def topics(self) -> frozenset[str]:
        return frozenset(self.by_language[ENGLISH])


def load_answers(folder: Path, topics: tuple[str, ...]) -> AnswerBook:
    """Every file of every language. Raises BadContent with file and line."""
    book = {
        part.name: {path.stem: _answer(path, topics) for path in sorted(part.glob("*.yml"))}
        for part in sorted(folder.iterdir())
        if part.is_dir()
    }
    missing = sorted(set(topics) - set(book.get(ENGLISH, {})))
    if missing:
        raise BadContent(folder / ENGLISH / f"{missing[0]}.yml", 1, "this topic has no answer in English")
    return AnswerBook(book)


def _answer(path: Path, topics: tuple[str, ...]) -> Answer:
    file = read_yaml(path)
    return read_answer(path.stem, file.data, file, topics)


def read_answer(topic: str, data: Mapping[str, Any], place: Refusing, topics: tuple[str, ...]) -> Answer:
    """From a file or from a form. Raises what `place.refuse` makes."""
    file = Fields(data, place)
    file.only(*_KEYS, *FOLLOW_UPS)
    answer = Answer(
        topic=file.need("topic", str),
        title=_text(file, "title"),
        icon=_plain(file, "icon", file.need("icon", str), joined=True),
        area=_text(file, "area"),
        owner=_text(file, "owner"),
        reviewed=file.need("reviewed", date),
        review_by=file.need("review_by", date),
        sources=tuple(_source(file, item) for item in file.need("sources", list)),
        short=_text(file, "short"),
        steps=tuple(_plain(file, "steps", step) for step in file.need("steps", list)),
        more=_text(file, "more"),
        simpler=_text(file, "simpler"),
        related=tuple(file.need("related", list)),
        people=tuple(file.need("people", list)),
        **{key: _text(file, key) for key in FOLLOW_UPS if key in file.data},
    )
    _check(file, topic, answer, topics)
    return answer


def _text(file: Fields, key: str) -> str:
    return _plain(file, key, file.need(key, str))


def _plain(file: Fields, key: str, text: object, *, joined: bool = False) -> str:
    """`joined` allows the signs that join several pictures into one."""
    if not isinstance(text, str):
        raise file.refuse(key, f"{text!r} should be a text; a colon in it needs quotes")
    if not text.strip():
        raise file.refuse(key, "is empty")
    if any(mark in text for mark in "<{}"):
        raise file.refuse(key, "holds a mark of HTML or of a template")
    if not joined and not all(line.isprintable() for line in text.split("\n")):
        raise file.refuse(key, "holds a sign that cannot be seen")
    if placeholder := placeholder_in(text):
        raise file.refuse(key, f"holds the placeholder {placeholder!r}")
    return text.strip()


def _source(file: Fields, item: object) -> Source:
    if not isinstance(item, dict) or set(item) != {"title", "url"}:
        raise file.refuse("sources", "each needs a title and a url")
    source = Source(_plain(file, "sources", item["title"]), _plain(file, "sources", item["url"]))
    if not _ADDRESS.fullmatch(source.url):
        raise file.refuse("sources", f"{source.url!r} is no address: https:// and no spaces")
    return source


def _check(file: Fields, topic: str, answer: Answer, topics: tuple[str, ...]) -> None:
    if answer.topic != topic or answer.topic not in topics:
        raise file.refuse("topic", "is not the file's name, or no topic of the taxonomy")
    if not answer.sources:
        raise file.refuse("sources", "needs one at least")
    for other in answer.related:
        if other not in topics or other == answer.topic:
            raise file.refuse("related", f"{other!r} is no other topic")
    known = {role.value for role in PeerRole} | {STAFF}
    for role in answer.people:
        if not isinstance(role, str) or role not in known:
            raise file.refuse("people", f"{role!r} is nobody we know")
    words = len(" ".join((answer.short, *answer.steps)).split())
    if words > MAX_WORDS:
        raise file.refuse("short", f"{words} words with the steps; {MAX_WORDS} at most")
    for key in FOLLOW_UPS:
        words = len(str(getattr(answer, key)).split())
        if words > MAX_FOLLOW_UP:
            raise file.refuse(key, f"{words} words; {MAX_FOLLOW_UP} at most")
