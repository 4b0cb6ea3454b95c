"""A service as a card: its picture, how it stands now in words, and where it is."""

from dataclasses import dataclass

from bot.directory.model import Service
from bot.directory.saying import Tone, state_of
from bot.web.tablet.context import Showing


@dataclass(frozen=True)
class Card:
    """`tone` names the picture beside the state; nothing is said by colour alone."""

    href: str
    title: str
    icon: str
    state: str
    tone: Tone
    place: str


def card(visit: Showing, service: Service) -> Card:
    product = visit.product
    state = state_of(product.texts, product.prison, service, visit.language, product.now())
    return Card(
        href=f"/services/{service.id}",
        title=service.title,
        icon=service.icon,
        state=state.words,
        tone=state.tone,
        place=service.place,
    )


def cards_for(visit: Showing, topic: str) -> tuple[Card, ...]:
    """The services that serve a topic, those that it is most about first."""
    return tuple(card(visit, service) for service in visit.product.prison.services_for(topic))


def bank_holiday_words(visit: Showing) -> str:
    """Said above times while today is one; empty on other days."""
    calendar, now = visit.product.prison.calendar, visit.product.now()
    if not calendar.is_bank_holiday(calendar.today(now)):
        return ""
    return visit.say("page_services_bank_holiday")
