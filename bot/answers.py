"""Answers to topics, read from content/answers; a language without one falls back to English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bot.content import ENGLISH, BadContent, read_yaml
from bot.fields import Fields, Refusing, faults_of, read_review
from bot.people.model import PeerRole

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
FOLLOW_UPS = ("how_long", "where", "who", "why_not", "how_much")
# Not everything has a price or a number: this one may be missing, or empty in a form.
MAY_BE_EMPTY = "how_much"
MAX_WORDS = 80
# In letters: as long as the longest message.
LONGEST = 4_000
MAX_FOLLOW_UP = 40
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What is said about a topic. `people` are peer roles or "staff": whom to ask, best first.

    The last five answer what is asked right after: how long, where, who, what if they say no, and what it
    costs or how many there are. One that is empty is answered with whom to ask.
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
    how_much: str = ""


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
    """From a file or from a form. Raises what `place.refuse` makes; where the place goes on, what was refused
    is empty."""
    file = Fields(data, place)
    file.only(*_KEYS, *FOLLOW_UPS)
    if file.need("topic", str) != topic or topic not in topics:
        raise file.refuse("topic", "is not the file's name, or no topic of the taxonomy")
    reviewed, review_by = read_review(file)
    answer = Answer(
        topic=topic,
        title=_text(file, "title"),
        icon=file.part(lambda: _plain(file, "icon", file.need("icon", str), joined=True), ""),
        area=_text(file, "area"),
        owner=_text(file, "owner"),
        reviewed=reviewed,
        review_by=review_by,
        sources=file.each("sources", partial(_source, file)),
        short=_text(file, "short"),
        steps=file.each("steps", partial(_plain, file), blank=""),
        more=_text(file, "more"),
        simpler=_text(file, "simpler"),
        related=file.each("related", partial(_other, file, topic, topics)),
        people=file.each("people", partial(_role, file)),
        **{key: _text(file, key) for key in FOLLOW_UPS if _is_given(file.data, key)},
    )
    _check(file, answer)
    return answer


def _is_given(data: Mapping[str, Any], key: str) -> bool:
    return key in data and not (key == MAY_BE_EMPTY and data[key] == "")


def _text(file: Fields, key: str) -> str:
    return file.part(lambda: _plain(file, key, file.need(key, str)), "")


def _plain(file: Fields, key: str, text: object, *, joined: bool = False) -> str:
    """`joined` allows the signs that join several pictures into one."""
    if not isinstance(text, str):
        raise file.refuse(key, f"{text!r} should be a text; a colon in it needs quotes")
    plain = text.strip()
    file.refuse_all(key, faults_of(plain, longest=LONGEST, marks="<{}", lines=True, joined=joined))
    return plain


def _source(file: Fields, key: str, item: object) -> Source:
    if not isinstance(item, dict) or set(item) != {"title", "url"} or not all(item.values()):
        raise file.refuse(key, "needs a title and an address")
    source = Source(_plain(file, key, item["title"]), _plain(file, key, item["url"]))
    if not _ADDRESS.fullmatch(source.url):
        raise file.refuse(key, f"{source.url!r} is no address: https:// and no spaces")
    return source


def _other(file: Fields, topic: str, topics: tuple[str, ...], key: str, item: object) -> str:
    if not isinstance(item, str) or item not in topics or item == topic:
        raise file.refuse(key, f"{item!r} is no other topic")
    return item


def _role(file: Fields, key: str, item: object) -> str:
    if not isinstance(item, str) or item not in {STAFF, *PeerRole}:
        raise file.refuse(key, f"{item!r} is nobody we know")
    return item


def _check(file: Fields, answer: Answer) -> None:
    if not file.data["sources"]:
        file.complain("sources", "needs one at least")
    words = len(" ".join((answer.short, *answer.steps)).split())
    if words > MAX_WORDS:
        file.complain("short", f"{words} words with the steps; {MAX_WORDS} at most")
    for key in FOLLOW_UPS:
        words = len(str(getattr(answer, key)).split())
        if words > MAX_FOLLOW_UP:
            file.complain(key, f"{words} words; {MAX_FOLLOW_UP} at most")
