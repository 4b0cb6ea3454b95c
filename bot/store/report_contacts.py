"""Contacts as reports count them: when a supporter began to be with somebody, whoever pressed it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import ActorKind
from bot.queue.model import Change, State
from bot.store import tables as base
from bot.store.offer_tables import request_offer
from bot.store.rows import Rows

# Requests to a statement: few enough values for any database.
_MANY = 500


def contacts_of(rows: Rows, prison_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Oldest first. One that staff began for a supporter is that supporter's, by the history of the request;
    one that they began with no supporter is nobody's load."""
    event, request = base.request_event, base.request
    begun = (event.c.change == Change.BEGUN.value) & (event.c.at >= start) & (event.c.at < end)
    names = (event.c.seq, event.c.request_id, event.c.actor_kind, event.c.actor_id, event.c.at)
    found = rows.all(
        sa.select(*names, request.c.wing, request.c.kind)
        .join(request, request.c.id == event.c.request_id)
        .where(begun & (request.c.prison_id == prison_id))
        .order_by(event.c.at, event.c.seq)
    )
    by_staff = sorted({row["request_id"] for row in found if row["actor_kind"] != ActorKind.SUPPORTER.value})
    whose: dict[int, str] = {}
    for first in range(0, len(by_staff), _MANY):
        whose |= _holders(_steps(rows, by_staff[first : first + _MANY]))
    for row in found:
        if row["actor_kind"] != ActorKind.SUPPORTER.value:
            row["actor_id"] = whose.get(row["seq"], "")
    return [row for row in found if row["actor_id"]]


def _steps(rows: Rows, request_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The history of these requests; where staff sent a supporter, `sent` is who that was."""
    event, offer = base.request_event, request_offer
    its_offer = (offer.c.request_id == event.c.request_id) & (offer.c.by == event.c.actor_id)
    its_offer &= (offer.c.made_at == event.c.at) & (event.c.change == Change.ACCEPTED.value)
    names = (
        event.c.seq,
        event.c.request_id,
        event.c.change,
        event.c.end,
        event.c.actor_kind,
        event.c.actor_id,
    )
    return rows.all(
        sa.select(*names, offer.c.supporter_id.label("sent"))
        .select_from(event.outerjoin(offer, its_offer))
        .where(event.c.request_id.in_(request_ids))
        .order_by(event.c.seq)
    )


def _holders(steps: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Who had the request at each step that began a contact, by the step's number."""
    holder: dict[str, str] = {}
    found = {}
    for step in steps:
        request_id = step["request_id"]
        if step["change"] == Change.ACCEPTED.value:
            by_supporter = step["actor_kind"] == ActorKind.SUPPORTER.value
            holder[request_id] = step["actor_id"] if by_supporter else step["sent"] or ""
        if step["end"] == State.WAITING.value:
            holder.pop(request_id, None)
        if step["change"] == Change.BEGUN.value and holder.get(request_id):
            found[step["seq"]] = holder[request_id]
    return found
