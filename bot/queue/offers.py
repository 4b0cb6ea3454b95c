"""Who is asked to take a request: first offers, widening, declining, and what staff offer."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.people.model import SYSTEM, Actor, ActorKind
from bot.queue.candidate import Candidate
from bot.queue.changing import locked
from bot.queue.matching import (
    Moment,
    Why,
    asks_everybody,
    cap_of,
    is_for_supporters,
    judge,
    moment_of,
    who_fits,
    why_nobody,
)
from bot.queue.model import (
    Change,
    NotAllowedNow,
    NotOnOffer,
    ReasonNeeded,
    Request,
    State,
)
from bot.queue.offer import Offer, OfferState
from bot.queue.ports import Deadlines, QueueWork
from bot.queue.telling import tell
from bot.queue.words import NO_WORDS, Words

# While nobody can be asked: how often it is tried again. Who comes on duty is asked at once.
LOOK_AGAIN = timedelta(minutes=1)
_ALL = 1_000_000


class Helpers:
    """The supporters of a prison, read once for all the requests of one transaction."""

    def __init__(self, work: QueueWork, prison_id: str) -> None:
        self._work = work
        self._prison_id = prison_id

    @cached_property
    def _on_duty(self) -> Sequence[Candidate]:
        return self._work.supporters.candidates(self._prison_id, on_duty=True)

    @cached_property
    def _everybody(self) -> Sequence[Candidate]:
        return self._work.supporters.candidates(self._prison_id, on_duty=False)

    def on_duty(self, person_id: str) -> list[Candidate]:
        return self._apart(self._on_duty, person_id)

    def everybody(self, person_id: str) -> list[Candidate]:
        return self._apart(self._everybody, person_id)

    def _apart(self, found: Sequence[Candidate], person_id: str) -> list[Candidate]:
        """As they stand to the one who asks."""
        apart = self._work.supporters.kept_apart_from(person_id)
        if not apart:
            return list(found)
        return [replace(each, kept_apart=each.supporter.person_id in apart) for each in found]


def look(
    work: QueueWork,
    request: Request,
    prison: Deadlines,
    *,
    now: datetime,
    widen: bool = False,
    helpers: Helpers | None = None,
) -> Request:
    """Looks after the offers of a locked request: ends those whose time is over, asks more supporters where
    more should be asked, and notes when to look next, and why nobody can be asked where that is so."""
    if request.state is not State.WAITING or not is_for_supporters(request):
        return request
    helpers = helpers or Helpers(work, request.prison_id)
    asked = work.offers.of_request(request.id)
    over = _end_those_over(work, request, asked, now)
    standing = [offer for offer in asked if offer.stands(now)]
    if asks_everybody(request):
        more = _ALL
    elif widen or over:
        more = prison.help.widen_by
    else:
        more = max(prison.help.first_offers - len(standing), 0)
    moment = moment_of(prison, now)
    standing += _make_offers(work, request, helpers, asked, moment, more)
    nobody: tuple[tuple[str, int], ...] = ()
    if not standing:
        declined = [offer.supporter_id for offer in asked if offer.state is OfferState.DECLINED]
        nobody = why_nobody(helpers.everybody(request.person_id), request, moment, declined)
        # Nobody at all has the role: the answer then.
        nobody = nobody or ((Why.WRONG_ROLE.value, 0),)
    return _noted(work, request, min((o.ends_at for o in standing), default=now + LOOK_AGAIN), nobody, now)


def look_after_due(work: QueueWork, prison: Deadlines, *, now: datetime, limit: int = 50) -> int:
    """The worker's step: offers that ran out, to who left, and of requests that nobody was asked for. Only
    those of this prison: another one's rules are another worker's."""
    away = work.offers.asked_though_away(prison.id, now, limit)
    gone = sum(left(work, who, prison=prison, now=now) for who in away)
    latest = now + max(prison.help.offer_for, LOOK_AGAIN) + timedelta(minutes=1)
    due = work.requests.due_for_offers(prison.id, now, latest, limit)
    helpers = Helpers(work, prison.id)
    for request in due:
        look(work, request, prison, now=now, helpers=helpers)
    return gone + len(due)


def decline(
    work: QueueWork, request_id: str, supporter_id: str, *, prison: Deadlines, now: datetime
) -> Request:
    """ "Not this time". No reason is asked for, and others are asked at once. Raises NotOnOffer when the
    offer is over already."""
    request = locked(work, request_id)
    offer = work.offers.open_of(request_id, supporter_id)
    if offer is None or not offer.stands(now):
        raise NotOnOffer(request_id)
    work.offers.end([offer.id], OfferState.DECLINED)
    tell(work, request, Change.DECLINED, request.state, Actor(ActorKind.SUPPORTER, supporter_id), now)
    return look(work, request, prison, now=now, widen=True)


def offer_to(
    work: QueueWork,
    request_id: str,
    supporter_id: str,
    by: Actor,
    *,
    prison: Deadlines,
    now: datetime,
    words: Words = NO_WORDS,
) -> Request:
    """Staff offer a request to one supporter. Against a rule only with a reason in words, which is kept.

    Raises NotAllowedNow, NotOnOffer where a rule cannot be beaten, ReasonNeeded.
    """
    request = locked(work, request_id)
    if request.state is not State.WAITING:
        raise NotAllowedNow(request_id)
    found = work.supporters.candidate(supporter_id, request.person_id)
    if found is None:
        raise NotOnOffer(request_id)
    moment = moment_of(prison, now)
    against = _decided_against(found, request, moment, words)
    standing = work.offers.open_of(request_id, supporter_id)
    if standing is not None and standing.stands(now):
        return request
    if standing is not None:
        work.offers.end([standing.id], OfferState.RAN_OUT)
    offer = replace(_offer(request.id, supporter_id, moment), by=by.id, overrides=against)
    work.offers.add_all([offer])
    tell(work, request, Change.OFFERED, request.state, by, now, words, count=1)
    return _noted(work, request, min(request.look_at or offer.ends_at, offer.ends_at), (), now)


def still_fits(offer: Offer, found: Candidate, request: Request, moment: Moment) -> bool:
    """Nothing speaks against it but what staff decided against when they made the offer."""
    against = judge(found, request, moment).against
    return {why.value for why in against} <= set(offer.overrides)


def sent_by(staff: Actor, request: Request, found: Candidate, moment: Moment, words: Words) -> Offer:
    """What is kept of it that staff sent this supporter: an offer that is accepted already."""
    against = _decided_against(found, request, moment, words)
    offer = _offer(request.id, found.supporter.person_id, moment)
    return replace(offer, state=OfferState.ACCEPTED, by=staff.id, overrides=against)


def left(work: QueueWork, supporter_id: str, *, prison: Deadlines, now: datetime) -> int:
    """The supporter went off duty, by hand or by rota, rests, has enough, or is another in the rules' eyes:
    what does not fit any more is withdrawn, and others are asked. What fits stands, and so does what staff
    decided against when they made an offer. Takes no lock on the supporter. Returns how many were withdrawn.
    """
    asked = work.offers.open_to(supporter_id)
    who = work.supporters.find(supporter_id) if asked else None
    found = work.supporters.as_now(who) if who is not None else None
    if found is None:
        return 0
    moment, apart = moment_of(prison, now), work.supporters.kept_apart_from(supporter_id)
    as_it_stands = [
        (offer, request, replace(found, kept_apart=request.person_id in apart)) for offer, request in asked
    ]
    over = [o.id for o, request, each in as_it_stands if not still_fits(o, each, request, moment)]
    return work.offers.withdraw(over, now)


def _decided_against(found: Candidate, request: Request, moment: Moment, words: Words) -> tuple[str, ...]:
    """The rules that staff beat. Raises NotOnOffer where one cannot be, ReasonNeeded without words."""
    verdict = judge(found, request, moment)
    if not verdict.can_be_overridden:
        raise NotOnOffer(request.id)
    if verdict.against and not words.note.strip():
        raise ReasonNeeded(request.id)
    return tuple(why.value for why in verdict.against)


def _end_those_over(work: QueueWork, request: Request, asked: Sequence[Offer], now: datetime) -> bool:
    """Whether any ran out. Said in the history the first time for each supporter, and not again."""
    over = [offer for offer in asked if offer.is_open and not offer.stands(now)]
    if not over:
        return False
    work.offers.end([offer.id for offer in over], OfferState.RAN_OUT)
    often = [offer.supporter_id for offer in asked]
    first = sum(often.count(offer.supporter_id) == 1 for offer in over)
    if first:
        tell(work, request, Change.OFFERS_RAN_OUT, request.state, SYSTEM, now, count=first)
    return True


def _make_offers(
    work: QueueWork,
    request: Request,
    helpers: Helpers,
    asked: Sequence[Offer],
    moment: Moment,
    more: int,
) -> list[Offer]:
    """Those never asked first, in fair order; then those who did not answer, who may have been asleep.

    Who said "not this time" is not asked again while the request waits. Among the others, who has as many
    open offers as places left comes last: asking the same two about everything keeps everybody waiting.
    """
    if more <= 0:
        return []
    over = [offer for offer in asked if offer.state in (OfferState.OPEN, OfferState.RAN_OUT)]
    last_asked = {offer.supporter_id: offer.made_at for offer in over}
    taken = {offer.supporter_id for offer in asked if offer.state is OfferState.DECLINED}
    taken |= {offer.supporter_id for offer in asked if offer.stands(moment.now)}
    fitting = who_fits(helpers.on_duty(request.person_id), request, moment)
    free = [each for each in fitting if each.supporter.person_id not in taken]
    new = [each for each in free if each.supporter.person_id not in last_asked]
    new.sort(key=lambda each: each.held + each.offered >= cap_of(each.supporter, moment.rules))
    again = [each for each in free if each.supporter.person_id in last_asked]
    again.sort(key=lambda each: last_asked[each.supporter.person_id])
    chosen = [*new, *again][:more]
    made = [_offer(request.id, each.supporter.person_id, moment) for each in chosen]
    if made:
        work.offers.add_all(made)
    if count := len(new[:more]):
        tell(work, request, Change.OFFERED, request.state, SYSTEM, moment.now, count=count)
    return made


def _offer(request_id: str, supporter_id: str, moment: Moment) -> Offer:
    ends_at = moment.now + moment.rules.offer_for
    return Offer(uuid.uuid4().hex, request_id, supporter_id, OfferState.OPEN, moment.now, ends_at)


def _noted(
    work: QueueWork,
    request: Request,
    look_at: datetime,
    nobody: tuple[tuple[str, int], ...],
    now: datetime,
) -> Request:
    if (look_at, nobody) == (request.look_at, request.nobody):
        return request
    work.requests.set_offering(request.id, look_at, nobody)
    if nobody and not request.nobody:
        count = sum(many for _, many in nobody)
        tell(work, request, Change.NOBODY_FITS, request.state, SYSTEM, now, count=count)
    return replace(request, look_at=look_at, nobody=nobody)
