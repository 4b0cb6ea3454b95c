"""Help offered again, lightly: once a day, when a person signs in, in words that any page could have."""

import uuid
from datetime import datetime

import structlog

from bot.bootstrap import Product
from bot.people.hard_days import offers_help
from bot.people.model import Device, Person
from bot.safety.message import Button, Direction, Message
from bot.store.unit_of_work import UnitOfWork
from bot.web.tablet.buttons import listener_or_samaritans
from bot.web.tablet.wording import nth

log = structlog.get_logger()

OFFER_TONE = "offer"


def offer_again(product: Product, person: Person, device: Device) -> None:
    """Never keeps anybody from signing in: what goes wrong is logged, and the day goes without an offer."""
    now = product.now()
    try:
        with product.database.writing() as work:
            _offer(work, product, work.people.lock(person.id), device, now)
    except Exception as error:  # noqa: BLE001 - said above
        log.error("offer.failed", error=type(error).__name__)


def _offer(work: UnitOfWork, product: Product, person: Person, device: Device, now: datetime) -> None:
    zone = product.prison.zone
    today = now.astimezone(zone).date()
    welcomed = person.welcomed_at.astimezone(zone).date() if person.welcomed_at else None
    # The note of it carries the day: one a day, whatever happens at the same moment.
    key = f"offer:{today.isoformat()}"
    if not offers_help(work.marked_days.of_person(person.id, today, zone), welcomed, today):
        return
    # With an open record there are other words, and people on their way.
    if work.safety.has_open(person.id) or work.messages.find_sent(person.id, key) is not None:
        return
    words = nth(product.texts.ways("care_offer", person.language), today.toordinal())
    work.messages.add(
        Message(
            id=uuid.uuid4().hex,
            person_id=person.id,
            device_id=device.id,
            direction=Direction.TO_PERSON,
            text=words,
            at=now,
            form_key=key,
            buttons=_ways(product, person.language),
            tone=OFFER_TONE,
        )
    )


def _ways(product: Product, language: str) -> tuple[Button, ...]:
    """The same buttons as on any other page, and none needs the engine."""
    say = product.texts.say
    return (
        Button(say("ask_person_title", language), "page:ask"),
        listener_or_samaritans(product, language),
        Button(say("button_topics", language), "page:topics"),
    )
