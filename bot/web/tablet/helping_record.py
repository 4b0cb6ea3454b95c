"""The supporter's own record, a letter about this work if he or she wants one, and the cards of the roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.people import own_record
from bot.people.model import PeerRole
from bot.people.own_record import OwnRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame
from bot.web.tablet.helping_places import CARD, RECORD, Stop, shell, stops

_Text = Annotated[str, Form()]
_NOTICES = {
    "asked": ("page_letter_asked", True),
    "off": ("page_letter_off", True),
    "expired": ("page_expired", False),
}


@dataclass(frozen=True)
class RecordPage:
    """Only this supporter's own numbers: nobody is compared."""

    frame: Frame
    stops: tuple[Stop, ...]
    hours: str
    contacts: str
    since: str
    letter: tuple[str, ...]
    letter_asked: str


@dataclass(frozen=True)
class Card:
    title: str
    does: tuple[str, ...]
    must_not: tuple[str, ...]
    pass_on: tuple[str, ...]


@dataclass(frozen=True)
class CardPage:
    frame: Frame
    stops: tuple[Stop, ...]
    cards: tuple[Card, ...]
    is_listener: bool
    is_english: bool


def record_page(visit: Here, said: str = "") -> Response:
    me, now = visit.person.id, visit.product.now()
    with visit.product.database.reading() as work:
        record = record_of(work, me, now)
        asked = work.letters.open_of(me)
    page = RecordPage(
        frame=shell(visit, "page_record_title", said, _NOTICES),
        stops=stops(visit, RECORD),
        hours=visit.say("page_record_hours", count=record.hours),
        contacts=visit.say("page_record_contacts", count=record.contacts),
        since=_since(visit, record),
        letter=_letter(visit, record),
        letter_asked=visit.say("page_letter_with_staff") if asked else "",
    )
    return visit.parts.pages.answer("tablet/helping_record.html", page)


def letter(visit: Here, form: _Text = "", ask: _Text = "") -> Response:
    """Staff print it and sign it, and only when it was asked for. Taken back, they cannot."""
    if ask not in ("yes", "no"):
        raise HTTPException(400)
    try:
        visit.form_key(form)
    except StaleForm:
        return _to("expired")
    with visit.product.database.writing() as work:
        supporter = work.supporters.get(visit.person.id)
        if supporter is None:
            raise HTTPException(403)
        if ask == "yes":
            own_record.ask_for_letter(work, supporter.prison_id, supporter.person_id, now=visit.product.now())
        else:
            own_record.take_back(work, supporter.person_id, now=visit.product.now())
    return _to("asked" if ask == "yes" else "off")


def card_page(visit: Here) -> Response:
    roles, language = visit.supporter.roles, visit.language
    cards = visit.product.role_cards
    found = [(role, cards.get(role, language)) for role in roles]
    page = CardPage(
        frame=shell(visit, "page_card_title_mine", "", {}),
        stops=stops(visit, CARD),
        cards=tuple(
            Card(visit.say(f"role_{role.value}"), each.does, each.must_not, each.pass_on)
            for role, each in found
        ),
        is_listener=PeerRole.LISTENER in roles,
        is_english=language not in cards.by_language,
    )
    return visit.parts.pages.answer("tablet/helping_card.html", page)


def add_to(app: FastAPI) -> None:
    app.get("/supporter/record", include_in_schema=False)(record_page)
    app.post("/supporter/letter", include_in_schema=False)(letter)
    app.get("/supporter/card", include_in_schema=False)(card_page)


def record_of(work: UnitOfWork, person_id: str, now: datetime) -> OwnRecord:
    return own_record.add_up(work.spells.of_person(person_id), work.checks.times_of(person_id), now)


def _letter(visit: Visit, record: OwnRecord) -> tuple[str, ...]:
    """What the letter says: the roles, since when, and the two numbers."""
    roles = ", ".join(visit.say(f"role_{role.value}") for role in visit.supporter.roles)
    return (
        visit.say("page_letter_roles", name=visit.person.first_name, roles=roles),
        _since(visit, record),
        visit.say("page_letter_numbers", hours=record.hours, contacts=record.contacts),
        visit.say("page_letter_thanks", prison=visit.product.prison.name),
    )


def _since(visit: Visit, record: OwnRecord) -> str:
    if record.since is None:
        return visit.say("page_record_none")
    local = record.since.astimezone(visit.product.prison.zone)
    day = visit.say("page_days_date", day=local.day, month=visit.say(f"month_{local.month}"))
    return visit.say("page_record_since", day=f"{day} {local.year}")


def _to(said: str) -> Response:
    return RedirectResponse(f"{RECORD}?said={said}", status_code=303)
