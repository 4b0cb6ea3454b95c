"""Who and where: the services of this prison, and a page for each.

There is no box to search with: what is typed there would not be screened for danger.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.answers import STAFF
from bot.directory.helpers import not_offered_in
from bot.directory.model import Reach, Service, Way
from bot.directory.saying import Times, Tone, day_words, reach_words, times_of, who_answers, whom
from bot.people.model import PeerRole
from bot.web.tablet.context import Here, Showing, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.service_cards import Card, bank_holiday_words, card
from bot.web.tablet.topics import Tile, tile, way_to

PATH = "/services"
_OPEN = "open"
_WAY_ICONS = {
    Way.APP: "applications",
    Way.EXTENSION: "phone",
    Way.FREE_NUMBER: "samaritans_phone",
    Way.OFFICER: "staff",
    Way.TABLET: "tablet_help",
    Way.LETTER_BOX: "letters",
}


@dataclass(frozen=True)
class ServiceGroup:
    key: str
    title: str
    icon: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class ServicesPage:
    """`open_only` shows what is open now and leaves out the rest; `empty` says why there is nothing."""

    frame: Frame
    holiday: str
    open_only: bool
    open_href: str
    all_href: str
    groups: tuple[ServiceGroup, ...]
    empty: str


@dataclass(frozen=True)
class WayLine:
    icon: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ServicePage:
    """`ask_place` and `ask_times` say whom to ask where the prison's file is silent; `not_here` names the
    helpers of the note who cannot be asked for now."""

    frame: Frame
    card: Card
    holiday: str
    ask_place: str
    times: tuple[Times, ...]
    ask_times: str
    ways: tuple[WayLine, ...]
    who: tuple[str, ...]
    ask: tuple[Tile, ...]
    languages: tuple[str, ...]
    note: str
    not_here: str
    topics: tuple[Tile, ...]
    checked: str
    all_href: str


def services_page(visit: Here, show: Annotated[str, Query(max_length=20)] = "") -> Response:
    open_only = show == _OPEN
    groups = tuple(group for group in _groups(visit, open_only) if group.cards)
    page = ServicesPage(
        frame=frame(visit, "page_services_title", PATH),
        holiday=bank_holiday_words(visit),
        open_only=open_only,
        open_href=f"{PATH}?show={_OPEN}",
        all_href=PATH,
        groups=groups,
        empty="" if groups else visit.say(_why_empty(visit)),
    )
    return visit.parts.pages.answer("tablet/services.html", page)


def service_page(visit: Here, service: str) -> Response:
    found = visit.product.prison.services.get(service)
    if found is None:
        raise HTTPException(404)
    page = show_service(visit, frame(visit, "page_services_title", PATH), found)
    return visit.parts.pages.answer("tablet/service.html", page)


def add_to(app: FastAPI) -> None:
    app.get(PATH, include_in_schema=False)(services_page)
    app.get(f"{PATH}/{{service}}", include_in_schema=False)(service_page)


def _groups(visit: Visit, open_only: bool) -> tuple[ServiceGroup, ...]:
    """Under the heading of its first topic, in the order of the file."""
    groups = visit.product.taxonomy.groups
    home = {topic: name for name, topics in groups.items() for topic in topics}
    cards: dict[str, list[Card]] = {name: [] for name in groups}
    for service in visit.product.prison.services.values():
        made = card(visit, service)
        if made.tone is Tone.OPEN or not open_only:
            cards[home[service.topics[0]]].append(made)
    return tuple(
        ServiceGroup(name, visit.say(f"page_group_{name}"), f"group-{name}", tuple(cards[name]))
        for name in groups
    )


def _why_empty(visit: Visit) -> str:
    return "page_services_none_open" if visit.product.prison.services else "page_services_none"


def show_service(visit: Showing, around: Frame, service: Service) -> ServicePage:
    texts, prison, language = visit.product.texts, visit.product.prison, visit.language
    now = visit.product.now()
    made, who = card(visit, service), whom(texts, prison, service, language, now)
    hours = service.hours
    return ServicePage(
        frame=around,
        card=made,
        holiday=bank_holiday_words(visit),
        ask_place="" if service.place else visit.say("service_ask_place", who=who),
        times=times_of(texts, hours, language) if hours else (),
        ask_times="" if hours else made.state,
        ways=tuple(_way(visit, reach) for reach in service.reach),
        who=who_answers(texts, service, language),
        ask=_ask(visit, service),
        languages=tuple(prison.language_names[code] for code in service.languages),
        note=service.note,
        not_here=not_offered_in(texts, prison, service.note, language, now),
        topics=tuple(tile(visit, topic) for topic in service.topics),
        checked=_checked(visit, service, who),
        all_href=PATH,
    )


def _way(visit: Showing, reach: Reach) -> WayLine:
    product = visit.product
    words = reach_words(product.texts, product.prison, reach, visit.language, product.now())
    return WayLine(_WAY_ICONS[reach.way], words)


def _ask(visit: Showing, service: Service) -> tuple[Tile, ...]:
    """A button for each person of theirs whom this tablet can ask for now, each once."""
    prison, now = visit.product.prison, visit.product.now()
    named = [reach.ask for reach in service.reach if reach.ask]
    named += [role.value for role in service.who.peer_roles]
    named += [STAFF] if service.who.staff_roles else []
    return tuple(
        Tile(way_to(role), visit.say("ask_who_title", who=visit.say(_name_of(role))), "person")
        for role in dict.fromkeys(named)
        if role not in set(PeerRole) or prison.offers(PeerRole(role), now)
    )


def _name_of(role: str) -> str:
    return "kind_someone" if role == "someone" else f"role_{role}"


def _checked(visit: Showing, service: Service, who: str) -> str:
    today = visit.product.prison.calendar.today(visit.product.now())
    if today > service.review_by:
        return visit.say("service_old", who=who)
    return visit.say("service_checked", date=day_words(service.reviewed))
