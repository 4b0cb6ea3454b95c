"""Questions and answers by topic, with pictures. They come from content and need no dialogue engine."""

from dataclasses import dataclass, replace

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.answers import STAFF, Answer
from bot.directory.reading import SOMEONE
from bot.learning.votes import Ballot
from bot.people.model import PeerRole
from bot.web.tablet.context import Here, Showing, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.service_cards import Card, bank_holiday_words, cards_for

# What people ask most, for an empty conversation.
_FEATURED = (
    "phone",
    "visits",
    "canteen",
    "money",
    "applications",
    "doctor_nurse",
    "property",
    "about_listeners",
)


@dataclass(frozen=True)
class Tile:
    href: str
    title: str
    icon: str


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    icon: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class TopicsPage:
    frame: Frame
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Vote:
    """Whether this helped, and what this person has said of it today: "yes", "no" or nothing."""

    action: str
    said: str


@dataclass(frozen=True)
class TopicPage:
    """One answer. `local` is this prison's own sentence, or the words to ask; `people` are whom to ask,
    `services` who deals with it here, and where. The desk shows it without a `vote`."""

    frame: Frame
    title: str
    icon: str
    short: tuple[str, ...]
    steps: tuple[str, ...]
    local: str
    more: tuple[str, ...]
    simpler: tuple[str, ...]
    holiday: str
    services: tuple[Card, ...]
    people: tuple[Tile, ...]
    related: tuple[Tile, ...]
    vote: Vote | None = None


def topics_page(visit: Here) -> Response:
    groups = tuple(
        Group(name, visit.say(f"page_group_{name}"), f"group-{name}", tuple(tile(visit, t) for t in topics))
        for name, topics in visit.product.taxonomy.groups.items()
    )
    page = TopicsPage(frame(visit, "page_topics_title", "/topics"), groups)
    return visit.parts.pages.answer("tablet/topics.html", page)


def topic_page(visit: Here, topic: str) -> Response:
    if topic not in visit.product.answers.topics():
        raise HTTPException(404)
    return show_topic(visit, topic)


def show_topic(visit: Visit, topic: str, *, notice: str = "", status: int = 200) -> Response:
    answer = visit.product.answers.get(topic, visit.language)
    around = frame(visit, "page_topics_title", "/topics", notice=notice, calm=False)
    page = replace(show_answer(visit, around, answer), vote=_vote(visit, topic))
    return visit.parts.pages.answer("tablet/topic.html", page, status)


def ballot_of(visit: Visit, topic: str) -> Ballot:
    """Of today, in the prison's own time."""
    product = visit.product
    today = product.prison.calendar.today(product.now())
    return visit.parts.ballots.of(visit.person.id, product.prison.id, topic, today)


def _vote(visit: Visit, topic: str) -> Vote:
    with visit.product.database.reading() as work:
        helped = work.page_votes.find(ballot_of(visit, topic).mark)
    said = "" if helped is None else "yes" if helped else "no"
    return Vote(f"/topics/{topic}/helped", said)


def show_answer(visit: Showing, around: Frame, answer: Answer, local: str = "") -> TopicPage:
    """`local` is shown in place of the prison's own sentence, before it is published."""
    return TopicPage(
        frame=around,
        title=answer.title,
        icon=answer.topic,
        short=_lines(answer.short),
        steps=answer.steps,
        local=local or visit.product.prison.local.get(answer.topic) or visit.say("page_topic_ask_here"),
        more=_lines(answer.more),
        simpler=_lines(answer.simpler),
        holiday=bank_holiday_words(visit),
        services=cards_for(visit, answer.topic),
        people=_people(visit, answer),
        related=tuple(tile(visit, other) for other in answer.related),
    )


def tile(visit: Showing, topic: str) -> Tile:
    return Tile(f"/topics/{topic}", visit.product.answers.get(topic, visit.language).title, topic)


def featured_tiles(visit: Visit) -> tuple[Tile, ...]:
    known = visit.product.answers.topics()
    places = Tile("/services", visit.say("page_services_title"), "place")
    return (*(tile(visit, topic) for topic in _FEATURED if topic in known), places)


def add_to(app: FastAPI) -> None:
    app.get("/topics", include_in_schema=False)(topics_page)
    app.get("/topics/{topic}", include_in_schema=False)(topic_page)


def _people(visit: Showing, answer: Answer) -> tuple[Tile, ...]:
    """Whom to ask, best first, and only those whom this prison has."""
    here = {role.value for role in visit.product.prison.peer_roles} | {STAFF}
    return tuple(
        Tile(way_to(role), visit.say("ask_who_title", who=visit.say(f"role_{role}")), "person")
        for role in answer.people
        if role in here
    )


def way_to(role: str) -> str:
    """The page that asks for a peer role, or for one of the kinds that need none."""
    if role in (STAFF, SOMEONE, PeerRole.LISTENER):
        return f"/ask/{role}"
    return f"/ask/peer?role={role}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
