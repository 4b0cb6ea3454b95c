"""Who could go to a request: those who fit in fair order, those who do not and why, and what staff decide."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.queue import offers, service
from bot.queue.candidate import Candidate
from bot.queue.matching import Moment, Why, in_order, is_for_supporters, judge, moment_of
from bot.queue.model import NotAllowedNow, NotOnOffer, QueueError, ReasonNeeded, Request, State
from bot.queue.offer import Offer, OfferState
from bot.queue.words import Words
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.matching_words import nobody_words, why_words, wish_words

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

OFFER, SEND = "offer", "send"
# What a redirect may have the request's page say.
SENTENCES: dict[type[QueueError], str] = {
    NotAllowedNow: "error_who_goes_faster",
    NotOnOffer: "error_who_goes_rule",
    ReasonNeeded: "error_who_goes_reason",
}
# These are no answer to "who could go?".
_NEVER = frozenset({Why.NOT_HERE, Why.SAME_PERSON, Why.WRONG_ROLE, Why.FOR_STAFF_ONLY})


@dataclass(frozen=True)
class Goer:
    """A supporter on a request's page. `asked` says until when he or she is asked; `why` is empty for who
    fits. `can_send`: this account may decide it, with a reason where `why` is not empty."""

    id: str
    first_name: str
    cell: str
    held: str
    last: str
    asked: str
    why: tuple[str, ...]
    can_send: bool


@dataclass(frozen=True)
class WhoGoes:
    fits: tuple[Goer, ...]
    others: tuple[Goer, ...]
    others_words: str
    nobody: str
    wish: str


@router.post("/requests/{request_id}/supporters/{supporter_id}/{deed}")
def decide(
    desk: DeskHere, caller: SignedIn, request_id: Id, supporter_id: Id, deed: str, sent: CheckedForm
) -> Response:
    """Offer the request to one supporter, or give it to him or her."""
    if deed not in (OFFER, SEND):
        raise NotFound
    prison, now = desk.product.prison, desk.product.now()
    words = Words(note=sent.text("reason", 500))
    failed = ""
    try:
        with desk.product.database.writing() as work:
            request = work.requests.get_for_change(request_id)
            if request is None or not caller.sees(request.prison_id, request.place.wing):
                raise NotFound
            if deed == OFFER:
                by = caller.actor
                offers.offer_to(work, request_id, supporter_id, by, prison=prison, now=now, words=words)
            else:
                service.accept(
                    work,
                    request_id,
                    supporter_id,
                    deadlines=prison,
                    now=now,
                    staff=caller.actor,
                    words=words,
                )
    except tuple(SENTENCES) as error:
        failed = SENTENCES[type(error)].removeprefix("error_who_goes_")
    if not failed:
        log.info("request.supporter_chosen", request_id=request_id, deed=deed, staff_id=caller.staff.id)
    where = f"?failed={failed}" if failed else ""
    return RedirectResponse(f"/requests/{request_id}{where}#who-goes", status_code=303)


def who_goes(desk: Desk, caller: Caller, work: UnitOfWork, request: Request) -> WhoGoes | None:
    """None where nobody is looked for, or this account does not decide who goes."""
    waits = request.state is State.WAITING and is_for_supporters(request)
    if not waits or not caller.may(Right.CHANGE_REQUESTS):
        return None
    moment = moment_of(desk.product.prison, desk.product.now())
    everybody = offers.Helpers(work, request.prison_id).everybody(request.person_id)
    asked = work.offers.of_request(request.id)
    names = {person.id: person.first_name for person in work.persons.list_of(request.prison_id)}
    goers = [
        _goer(desk, caller, each, request, moment, asked, names)
        for each in in_order(everybody, moment.now)
        if not _NEVER & set(judge(each, request, moment).against)
    ]
    others = tuple(goer for goer in goers if goer.why)
    return WhoGoes(
        fits=tuple(goer for goer in goers if not goer.why),
        others=others,
        others_words=desk.wording.say("who_goes_others", count=len(others)),
        nobody=nobody_words(desk, caller, request),
        wish=wish_words(desk, request),
    )


def _goer(
    desk: Desk,
    caller: Caller,
    each: Candidate,
    request: Request,
    moment: Moment,
    asked: Sequence[Offer],
    names: dict[str, str],
) -> Goer:
    who, say, clock = each.supporter, desk.wording.say, desk.wording.clock
    verdict = judge(each, request, moment)
    mine = [offer for offer in asked if offer.supporter_id == who.person_id]
    standing = [offer for offer in mine if offer.stands(moment.now)]
    declined = any(offer.state is OfferState.DECLINED for offer in mine) and not standing
    why = (*verdict.against, *([Why.DECLINED] if declined else []))
    return Goer(
        id=who.person_id,
        first_name=names.get(who.person_id, ""),
        cell=each.place.cell,
        held=say("who_goes_held", count=each.held),
        last=(
            say("who_goes_last", at=clock(who.last_contact_at, moment.now))
            if who.last_contact_at
            else say("who_goes_never")
        ),
        asked=say("who_goes_asked", until=clock(standing[0].ends_at, moment.now)) if standing else "",
        why=tuple(why_words(desk, caller, each_why.value) for each_why in why),
        can_send=verdict.can_be_overridden,
    )
