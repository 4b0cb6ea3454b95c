"""The supporter's page: on duty or off, what fits, and whom he or she is helping. Never what was typed."""

import hashlib
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.people import care, duty
from bot.people.model import Actor, ActorKind
from bot.queue import offers
from bot.queue import service as queue
from bot.queue.matching import cap_of, moment_of
from bot.queue.model import Change, NotAllowedNow, NotOnOffer, NotYours, Request, State, UnknownRequest
from bot.queue.offer import Offer
from bot.store.unit_of_work import UnitOfWork
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.helping_care import rest_words
from bot.web.tablet.helping_places import NOW, Stop, stops
from bot.web.tablet.helping_rota import next_words
from bot.web.tablet.wording import clock, kind_words, place_words, waited

ACCEPT, DECLINE = "accept", "decline"
_STEPS = {"begin": Change.BEGUN, "finish": Change.FINISHED, "hand_back": Change.HANDED_BACK}
_NOTICES = {
    "accepted": "page_helping_thanks",
    "begin": "page_helping_begun",
    "hand_back": "page_helping_handed_back",
    "decline": "page_helping_declined",
    "taken": "page_helping_taken",
    "over": "page_helping_over",
    "changed": "page_changed",
    "expired": "page_expired",
    "paused": "page_helping_paused_done",
    "back": "page_helping_back_done",
    "talk": "page_helping_talk_asked",
}
_BAD_NEWS = frozenset({"taken", "over", "changed", "expired"})


@dataclass(frozen=True)
class Act:
    change: str
    label: str
    main: bool


@dataclass(frozen=True)
class Contact:
    """Somebody who asked: a first name, a place, a kind of need and a wait. There are no words to show.
    `until` is how long it is on offer, where it is."""

    id: str
    key: str
    first_name: str
    place: str
    kind: str
    waited: str
    state: str
    acts: tuple[Act, ...]
    until: str = ""


@dataclass(frozen=True)
class Helping:
    """`rests` says until when nothing is offered, `check` leads to the questions after a contact, `next_turn`
    is of the rota; each is empty where there is none."""

    on_duty: bool
    paused: bool
    rests: str
    check: str
    next_turn: str
    mine: tuple[Contact, ...]
    offered: tuple[Contact, ...]
    load: str
    is_full: bool


@dataclass(frozen=True)
class SupporterPage:
    frame: Frame
    stops: tuple[Stop, ...]
    helping: Helping


def read_helping(work: UnitOfWork, visit: Visit) -> Helping:
    me = visit.supporter
    held = work.requests.shown_to(me.person_id)
    cap = cap_of(me, visit.product.prison.help)
    check = work.checks.unanswered_of(me.person_id, visit.product.now() - care.ASKED_FOR)
    return Helping(
        on_duty=me.on_duty,
        paused=me.paused_at is not None,
        rests=rest_words(visit),
        check=f"/supporter/after/{check.id}" if check else "",
        next_turn=next_words(visit, work.rotas.get(me.person_id)),
        mine=tuple(_contact(visit, request, _acts(visit, request.state)) for request in held),
        offered=tuple(_on_offer(visit, offer, request) for offer, request in _offers(work, visit)),
        load=visit.say("page_helping_load", held=len(held), cap=cap),
        is_full=len(held) >= cap,
    )


def _offers(work: UnitOfWork, visit: Visit) -> list[tuple[Offer, Request]]:
    """What is on offer and could be accepted this minute."""
    now, me = visit.product.now(), visit.person.id
    found = work.supporters.as_now(visit.supporter)
    open_ones = [(offer, request) for offer, request in work.offers.open_to(me) if offer.stands(now)]
    if found is None or not open_ones:
        return []
    moment, apart = moment_of(visit.product.prison, now), work.supporters.kept_apart_from(me)
    return [
        (offer, request)
        for offer, request in open_ones
        if offers.still_fits(offer, replace(found, kept_apart=request.person_id in apart), request, moment)
    ]


def _on_offer(visit: Visit, offer: Offer, request: Request) -> Contact:
    accept = Act(ACCEPT, visit.say("page_do_accept"), True)
    decline = Act(DECLINE, visit.say("page_do_decline"), False)
    time = clock(visit.product.prison.zone, offer.ends_at, visit.product.now())
    contact = _contact(visit, request, (accept, decline))
    return replace(contact, until=visit.say("page_helping_until", time=time))


def seen_of(helping: Helping) -> str:
    state = (str(helping.on_duty), str(helping.paused), helping.rests, helping.check)
    parts = [*state, *(f"{c.key}.{c.waited}" for c in (*helping.mine, *helping.offered))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def supporter_page(visit: Here, said: str = "") -> Response:
    with visit.product.database.reading() as work:
        helping = read_helping(work, visit)
    shell = frame(
        visit,
        "page_helping_title",
        "/supporter",
        notice=visit.say(_NOTICES[said]) if said in _NOTICES else "",
        calm=said not in _BAD_NEWS,
        poll="/api/supporter",
        seen=seen_of(helping),
    )
    return visit.parts.pages.answer("tablet/supporter.html", SupporterPage(shell, stops(visit, NOW), helping))


def set_duty(visit: Here, form: Annotated[str, Form()] = "", on: Annotated[str, Form()] = "") -> Response:
    if on not in ("yes", "no"):
        raise HTTPException(400)
    try:
        visit.form_key(form)
        now = visit.product.now()
        with visit.product.database.writing() as work:
            duty.set_duty(work, visit.person.id, on=on == "yes", now=now)
            if on == "yes":
                work.requests.look_again(visit.person.prison_id, now)
            else:
                offers.left(work, visit.person.id, prison=visit.product.prison, now=now)
        # The worker would do it within a second; who goes on duty looks at the page now.
        with visit.product.database.writing() as work:
            offers.look_after_due(work, visit.product.prison, now=now)
    except StaleForm:
        return _back("expired")
    except duty.NotASupporter:
        raise HTTPException(403) from None
    return _back("")


def make_change(visit: Here, request_id: str, change: str, form: Annotated[str, Form()] = "") -> Response:
    """Accept, decline, begin, finish or hand back. Pressed twice or too late, the page says how it stands."""
    if change not in (ACCEPT, DECLINE, *_STEPS):
        raise HTTPException(404)
    try:
        visit.form_key(form)
        with visit.product.database.writing() as work:
            said = _make(work, visit, request_id, change)
    except StaleForm:
        said = "expired"
    except UnknownRequest:
        raise HTTPException(404) from None
    except NotAllowedNow:
        said = "taken" if change == ACCEPT else "changed"
    except NotOnOffer:
        said = "over"
    except NotYours:
        said = "changed"
    return _back(said)


def add_to(app: FastAPI) -> None:
    app.get("/supporter", include_in_schema=False)(supporter_page)
    app.post("/supporter/duty", include_in_schema=False)(set_duty)
    app.post("/supporter/requests/{request_id}/{change}", include_in_schema=False)(make_change)


def _make(work: UnitOfWork, visit: Visit, request_id: str, change: str) -> str:
    me, now, prison = visit.person.id, visit.product.now(), visit.product.prison
    # The order of locks is request, then supporter: staff who send somebody take them in that order too.
    found = work.requests.get_for_change(request_id)
    if found is None or found.prison_id != visit.person.prison_id:
        raise UnknownRequest(request_id)
    # Read again under a lock: a suspension since the page was asked for must count.
    supporter = work.supporters.get(me)
    if supporter is None or supporter.suspended_at is not None:
        raise HTTPException(403)
    if change == ACCEPT:
        if found.supporter_id != me:
            queue.accept(work, request_id, me, deadlines=prison, now=now)
        return "accepted"
    if change == DECLINE:
        offers.decline(work, request_id, me, prison=prison, now=now)
        return DECLINE
    by = Actor(ActorKind.SUPPORTER, me)
    queue.move(work, request_id, _STEPS[change], by, now=now, deadlines=prison)
    ended = change == "finish" or (change == "hand_back" and found.state is State.WITH_PERSON)
    if ended and (check := work.checks.unanswered_of(me, now - care.ASKED_FOR)) is not None:
        return f"after/{check.id}"
    return change


def _acts(visit: Visit, state: State) -> tuple[Act, ...]:
    begin = Act("begin", visit.say("page_do_begin"), True)
    finish = Act("finish", visit.say("page_do_finish"), True)
    hand_back = Act("hand_back", visit.say("page_do_hand_back"), False)
    if state is State.WITH_PERSON:
        return (finish, hand_back)
    return (begin, hand_back)


def _contact(visit: Visit, request: Request, acts: tuple[Act, ...]) -> Contact:
    texts, language = visit.product.texts, visit.language
    state = "" if request.state is State.WAITING else visit.say(f"page_helping_{request.state.value}")
    return Contact(
        id=request.id,
        key=f"{request.id}.{request.version}",
        first_name=request.first_name,
        place=place_words(texts, request.place, language),
        kind=kind_words(texts, request.kind, request.role, language),
        waited=waited(texts, visit.product.now() - request.asked_at, language),
        state=state,
        acts=acts,
    )


def _back(said: str) -> Response:
    if said.startswith("after/"):
        return RedirectResponse(f"/supporter/{said}", status_code=303)
    return RedirectResponse(f"/supporter?said={said}" if said else "/supporter", status_code=303)
