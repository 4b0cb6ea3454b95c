"""A text as the tablet will show it, made by the tablet's own pages, and how hard each part is to read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.answers import FOLLOW_UPS, MAX_WORDS, Answer
from bot.bootstrap import Product
from bot.content import ENGLISH
from bot.directory.model import Local, Service
from bot.editions.bodies import Content
from bot.editions.rules import texts_of
from bot.reading import measure, too_hard
from bot.web.desk.content_fields import Field, Group
from bot.web.desk.desk import Desk
from bot.web.tablet.frame import Frame, Words
from bot.web.tablet.services import ServicePage, show_service
from bot.web.tablet.topics import TopicPage, show_answer

# A link in the preview leads back to it: what was typed must not be left behind.
_HERE = "#preview"


@dataclass(frozen=True)
class Eye:
    """What the tablet's pages ask of a visitor, without one."""

    product: Product
    language: str = ENGLISH

    @property
    def say(self) -> Callable[..., str]:
        def say(key: str, **fields: object) -> str:
            return self.product.texts.say(key, self.language, **fields)

        return say


@dataclass(frozen=True)
class SaidRow:
    """What the assistant says to a short question right after the answer."""

    asked: str
    text: str


@dataclass(frozen=True)
class MeasureRow:
    label: str
    words: int
    longest: int
    age: str
    hard: bool


@dataclass(frozen=True)
class Preview:
    """`template` is the tablet's own, and `tablet` the page that it shows."""

    template: str
    tablet: TopicPage | ServicePage
    said: tuple[SaidRow, ...]
    measures: tuple[MeasureRow, ...]
    total: str


def preview_of(desk: Desk, thing: Content, groups: tuple[Group, ...]) -> Preview:
    eye, measures = Eye(desk.product), _measures(desk, thing, groups)
    around = _frame(desk, eye)
    match thing:
        case Service():
            shown = _still_service(show_service(eye, around, thing))
            return Preview("tablet/service_main.html", shown, (), measures, "")
        case Local():
            answer = desk.product.answers.get(thing.topic)
            page = _still_topic(show_answer(eye, around, answer, thing.text))
            return Preview("tablet/topic_main.html", page, (), measures, "")
        case Answer():
            words = len(" ".join((thing.short, *thing.steps)).split())
            total = desk.wording.say("content_total", words=words, most=MAX_WORDS)
            page = _still_topic(show_answer(eye, around, thing))
            return Preview("tablet/topic_main.html", page, _said(eye, thing), measures, total)


def _said(eye: Eye, answer: Answer) -> tuple[SaidRow, ...]:
    named = ((name, str(getattr(answer, name))) for name in FOLLOW_UPS)
    return tuple(SaidRow(eye.say(f"part_{name}"), text) for name, text in named if text)


def _measures(desk: Desk, thing: Content, groups: tuple[Group, ...]) -> tuple[MeasureRow, ...]:
    fields = {field.name: field for group in groups for field in group.fields}
    rows = []
    for name, text in texts_of(thing):
        found = measure(text)
        age = f"{found.age:.0f}" if found.words else ""
        rows.append(
            MeasureRow(_label(desk, fields, name), found.words, found.longest, age, bool(too_hard(text)))
        )
    return tuple(rows)


def _label(desk: Desk, fields: dict[str, Field], name: str) -> str:
    """The field's own, with the line's number for one of several lines."""
    if name in fields:
        return fields[name].label
    outer, _, number = name.rpartition(".")
    return desk.wording.say("content_line", label=fields[outer].label, line=int(number) + 1)


def _frame(desk: Desk, eye: Eye) -> Frame:
    return Frame(
        title="",
        language=eye.language,
        direction=desk.product.texts.direction(eye.language),
        words=Words(eye.say),
        version=desk.assets["icons.svg"].rpartition("=")[2],
        form="",
        here="",
        tabs=(),
        languages=(),
        signed_in=False,
        somebody=None,
        who="",
        idle_seconds=0,
        prison=desk.product.prison.name,
    )


def _still_topic(page: TopicPage) -> TopicPage:
    return replace(
        page,
        services=tuple(replace(card, href=_HERE) for card in page.services),
        people=tuple(replace(tile, href=_HERE) for tile in page.people),
        related=tuple(replace(tile, href=_HERE) for tile in page.related),
    )


def _still_service(page: ServicePage) -> ServicePage:
    return replace(
        page,
        ask=tuple(replace(tile, href=_HERE) for tile in page.ask),
        topics=tuple(replace(tile, href=_HERE) for tile in page.topics),
    )
