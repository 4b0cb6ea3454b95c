"""Questions and answers by topic, with pictures. They come from content and need no dialogue engine."""

from dataclasses import dataclass, replace

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.answers import STAFF, Answer
from bot.directory.helpers import askable, has_listeners, not_offered_in
from bot.directory.reading import SOMEONE
from bot.learning.votes import Ballot
from bot.people.model import PeerRole
from bot.web.tablet.context import Here, Showing, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.service_cards import Card, bank_holiday_words, cards_for

# What people ask most, for an empty conversation. Last come Listeners, or who listens where there are none.
_FEATURED = (
    "phone",
    "visits",
    "canteen",
    "money",
    "applications",
    "doctor_nurse",
    "property",
)
SAMARITANS = "samaritans_phone"


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
    """One answer. `local` is this prison's own sentence, or the words to ask; `not_here` names the helpers of
    the text who cannot be asked for now; `people` are whom to ask, `services` who deals with it here. The
    desk shows it without a `vote`."""

    frame: Frame
    title: str
    icon: str
    short: tuple[str, ...]
    steps: tuple[str, ...]
    local: str
    not_here: str
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
    product = visit.product
    return TopicPage(
        frame=around,
        title=answer.title,
        icon=answer.topic,
        short=_lines(answer.short),
        steps=answer.steps,
        local=local or product.prison.local.get(answer.topic) or visit.say("page_topic_ask_here"),
        not_here=_not_here(visit, answer),
        more=_lines(answer.more),
        simpler=_lines(answer.simpler),
        holiday=bank_holiday_words(visit),
        services=cards_for(visit, answer.topic),
        people=_people(visit, answer),
        related=tuple(tile(visit, other) for other in answer.related),
    )


def tile(visit: Showing, topic: str) -> Tile:
    return Tile(f"/topics/{topic}", visit.product.answers.get(topic, visit.language).title, topic)


def samaritans_tile(visit: Showing) -> Tile:
    """Who listens day and night, from any phone: what stands where a Listener would."""
    return Tile(f"/topics/{SAMARITANS}", visit.say("page_card_samaritans_title"), SAMARITANS)


def featured_tiles(visit: Visit) -> tuple[Tile, ...]:
    known, now = visit.product.answers.topics(), visit.product.now()
    places = Tile("/services", visit.say("page_services_title"), "place")
    last = "about_listeners" if has_listeners(visit.product.prison, now) else SAMARITANS
    return (*(tile(visit, topic) for topic in (*_FEATURED, last) if topic in known), places)


def add_to(app: FastAPI) -> None:
    app.get("/topics", include_in_schema=False)(topics_page)
    app.get("/topics/{topic}", include_in_schema=False)(topic_page)


def _people(visit: Showing, answer: Answer) -> tuple[Tile, ...]:
    """Whom to ask, best first, and only those whom this prison offers now."""
    return tuple(
        Tile(way_to(role), visit.say("ask_who_title", who=visit.say(f"role_{role}")), "person")
        for role in askable(visit.product.prison, answer.people, visit.product.now())
    )


def way_to(role: str) -> str:
    """The page that asks for a peer role, or for one of the kinds that need none."""
    if role in (STAFF, SOMEONE, PeerRole.LISTENER):
        return f"/ask/{role}"
    return f"/ask/peer?role={role}"


def _not_here(visit: Showing, answer: Answer) -> str:
    product = visit.product
    local = product.prison.local.get(answer.topic, "")
    text = "\n".join((answer.short, *answer.steps, answer.more, answer.simpler, local))
    return not_offered_in(product.texts, product.prison, text, visit.language, product.now())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
