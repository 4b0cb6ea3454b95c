"""Rows of offers. Rows that another transaction holds are passed over: it looks after them itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.queue.model import Request, State
from bot.queue.offer import Offer, OfferState
from bot.store import tables as t
from bot.store.offer_tables import request_offer
from bot.store.requests import request_of
from bot.store.rows import Rows, to_row

_OPEN = request_offer.c.state == OfferState.OPEN.value
_OF_REQUEST = request_offer.c.request_id == sa.bindparam("request")
_OPEN_OF = sa.select(request_offer).where(
    _OF_REQUEST & (request_offer.c.supporter_id == sa.bindparam("supporter")) & _OPEN
)
_SETTLED = (
    sa.update(request_offer)
    .where(_OPEN & _OF_REQUEST)
    .values(
        state=sa.case(
            (request_offer.c.id == sa.bindparam("accepted"), OfferState.ACCEPTED.value),
            else_=OfferState.WITHDRAWN.value,
        )
    )
)


class OfferRows(Rows):
    def of_request(self, request_id: str) -> Sequence[Offer]:
        mine = (request_offer.c.request_id == request_id) & request_offer.c.earlier.is_(False)
        order = (request_offer.c.made_at, request_offer.c.id)
        return [_offer(row) for row in self.all(sa.select(request_offer).where(mine).order_by(*order))]

    def open_of(self, request_id: str, supporter_id: str) -> Offer | None:
        row = self.one(_OPEN_OF, {"request": request_id, "supporter": supporter_id})
        return _offer(row) if row else None

    def open_to(self, supporter_id: str) -> Sequence[tuple[Offer, Request]]:
        """What is on offer to this supporter, most urgent first, then longest waiting."""
        mine = _OPEN & (request_offer.c.supporter_id == supporter_id)
        mine &= t.request.c.state == State.WAITING.value
        joined = sa.join(request_offer, t.request, t.request.c.id == request_offer.c.request_id)
        order = (t.request.c.urgency.desc(), t.request.c.asked_at)
        found = sa.select(request_offer.c.id).select_from(joined).where(mine).order_by(*order)
        ids = [row["id"] for row in self.all(found)]
        offers = {row["id"]: _offer(row) for row in self._among(ids)}
        requests = self._requests([offers[each].request_id for each in ids])
        return [(offers[each], requests[offers[each].request_id]) for each in ids]

    def add_all(self, offers: Sequence[Offer]) -> None:
        if offers:
            self.session.execute(sa.insert(request_offer), [to_row(offer) for offer in offers])

    def end(self, ids: Sequence[str], state: OfferState) -> None:
        if ids:
            self._set(request_offer.c.id.in_(ids) & _OPEN, state)

    def settle(self, request_id: str, accepted: str) -> None:
        """In one statement: an accept is what many wait for."""
        self.session.connection().execute(_SETTLED, {"request": request_id, "accepted": accepted})

    def withdraw_of_request(self, request_id: str) -> None:
        self._set(_OPEN & (request_offer.c.request_id == request_id), OfferState.WITHDRAWN)

    def withdraw(self, ids: Sequence[str], now: datetime) -> int:
        return self._withdraw(_OPEN & request_offer.c.id.in_(ids), now) if ids else 0

    def withdraw_of_supporter(self, supporter_id: str, now: datetime) -> None:
        self._withdraw(_OPEN & (request_offer.c.supporter_id == supporter_id), now)

    def withdraw_between(self, person_id: str, other_id: str, now: datetime) -> None:
        """Of a request of either to the other."""
        for supporter, asker in ((person_id, other_id), (other_id, person_id)):
            theirs = sa.select(t.request.c.id).where(t.request.c.person_id == asker)
            mine = request_offer.c.request_id.in_(theirs)
            self._withdraw(_OPEN & (request_offer.c.supporter_id == supporter) & mine, now)

    def asked_though_away(self, prison_id: str, now: datetime, limit: int) -> Sequence[str]:
        away = t.supporter.c.suspended_at.is_not(None) | t.supporter.c.paused_at.is_not(None)
        away |= t.supporter.c.on_duty.is_(False) | (t.supporter.c.rest_until > now)
        joined = sa.join(request_offer, t.supporter, t.supporter.c.person_id == request_offer.c.supporter_id)
        who = request_offer.c.supporter_id
        mine = sa.select(who).select_from(joined).where(_OPEN & (t.supporter.c.prison_id == prison_id) & away)
        # What staff offered in spite of it stands, and is met here each time: last, so that nobody waits.
        found = mine.group_by(who).order_by(sa.func.min(request_offer.c.by), who).limit(limit)
        return list(self.session.scalars(found))

    def begin_anew(self, request_id: str, *, but: str = "") -> None:
        mine = request_offer.c.request_id == request_id
        if but:
            handed_back = mine & (request_offer.c.supporter_id == but)
            handed_back &= request_offer.c.state == OfferState.ACCEPTED.value
            self._set(handed_back & request_offer.c.earlier.is_(False), OfferState.DECLINED)
            mine &= request_offer.c.supporter_id != but
        self.session.execute(sa.update(request_offer).where(mine).values(earlier=True))

    def _withdraw(self, which: "sa.ColumnElement[bool]", now: datetime, limit: int = 500) -> int:
        """Ends them, and their requests are due to be looked at."""
        mine = sa.select(request_offer.c.id, request_offer.c.request_id).where(which).limit(limit)
        rows = self.all(mine.with_for_update(skip_locked=True))
        if rows:
            self.end([row["id"] for row in rows], OfferState.WITHDRAWN)
            self._look_again([row["request_id"] for row in rows], now)
        return len(rows)

    def _look_again(self, ids: Sequence[str], now: datetime) -> None:
        waiting = t.request.c.id.in_(ids) & (t.request.c.state == State.WAITING.value)
        free = sa.select(t.request.c.id).where(waiting).with_for_update(key_share=True, skip_locked=True)
        found = [row["id"] for row in self.all(free)]
        if found:
            due = sa.update(t.request).where(t.request.c.id.in_(found)).values(look_at=now)
            self.session.execute(due)

    def _set(self, which: "sa.ColumnElement[bool]", state: OfferState) -> None:
        self.session.execute(sa.update(request_offer).where(which).values(state=state.value))

    def _among(self, ids: Sequence[str]) -> Sequence[dict[str, Any]]:
        return self.all(sa.select(request_offer).where(request_offer.c.id.in_(ids)))

    def _requests(self, ids: Sequence[str]) -> dict[str, Request]:
        rows = self.all(sa.select(t.request).where(t.request.c.id.in_(ids)))
        return {row["id"]: request_of(row) for row in rows}


def _offer(row: dict[str, Any]) -> Offer:
    row["state"] = OfferState(row["state"])
    row["overrides"] = tuple(row["overrides"])
    return Offer(**row)
