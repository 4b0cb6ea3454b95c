"""What would point nowhere without a service: the topics that lead to it, and the texts that name it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.answers import Answer
from bot.directory.model import Service, Way
from bot.editions.model import ContentKind
from bot.editions.rules import texts_of

_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
# A name of one or two letters would be found everywhere.
_SHORTEST = 3


@dataclass(frozen=True)
class Mention:
    """A text that names the service: where it stands, in which field, in which words."""

    kind: ContentKind
    key: str
    title: str
    field: str
    text: str


@dataclass(frozen=True)
class Lead:
    """A topic under which the service stands. `others` are the services that would be left there."""

    topic: str
    others: tuple[str, ...]


def leads_to(service: Service, services: Iterable[Service]) -> tuple[Lead, ...]:
    rest = [other for other in services if other.id != service.id]
    return tuple(
        Lead(topic, tuple(other.title for other in rest if topic in other.topics)) for topic in service.topics
    )


def mentions_of(
    service: Service,
    answers: Collection[Answer],
    services: Iterable[Service],
    local: Mapping[str, str] | None = None,
) -> tuple[Mention, ...]:
    """Names are whole words, in small or large letters."""
    names = sorted(names_of(service), key=len, reverse=True)
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    texts = (*_texts(service, answers, services), *_sentences(answers, local or {}))
    return tuple(mention for mention in texts if named.search(mention.text))


def names_of(service: Service) -> frozenset[str]:
    """Its title with and without brackets, what stands in them, its team, and its app forms."""
    title = service.title
    names = {title, _IN_BRACKETS.sub(" ", title), *_IN_BRACKETS.findall(title), service.who.team}
    names |= {f"{reach.name} app" for reach in service.reach if reach.way is Way.APP}
    plain = (" ".join(name.split()) for name in names)
    return frozenset(name for name in plain if len(name) >= _SHORTEST) or frozenset({title})


def _texts(service: Service, answers: Iterable[Answer], services: Iterable[Service]) -> Iterator[Mention]:
    for answer in answers:
        for field, text in texts_of(answer):
            yield Mention(ContentKind.ANSWER, answer.topic, answer.title, field, text)
    for other in services:
        if other.id != service.id:
            for field, text in texts_of(other):
                yield Mention(ContentKind.SERVICE, other.id, other.title, field, text)


def _sentences(answers: Iterable[Answer], local: Mapping[str, str]) -> Iterator[Mention]:
    """The prison's own sentence on a topic goes by the title of the answer that it stands under."""
    for answer in answers:
        if text := local.get(answer.topic):
            yield Mention(ContentKind.LOCAL, answer.topic, answer.title, "text", text)
