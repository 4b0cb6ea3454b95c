"""Requests for a person, and their history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import ActorKind
from bot.queue.model import AT_WORK, NOT_MET, OPEN, Change, Event, Kind, Request, State, Urgency
from bot.store import tables as t
from bot.store.rows import Rows, place_of, to_row

_OPEN = [state.value for state in OPEN]
_NOT_MET = [state.value for state in NOT_MET]
_AT_WORK = [state.value for state in AT_WORK]
# Made once: these run in every change, and putting them together costs more than running them.
_LOCKED = sa.select(t.request).where(t.request.c.id == sa.bindparam("of")).with_for_update(key_share=True)
_SAVED = (
    sa.update(t.request)
    .where((t.request.c.id == sa.bindparam("of")) & (t.request.c.version == sa.bindparam("before")))
    .values({column.name: sa.bindparam(column.name) for column in t.request.c})
)

# Somebody came on duty where thousands wait: the most urgent of them are enough for one transaction.
_MOST_AT_ONCE = 200


class StaleRequest(Exception):
    """The row was changed since it was read. Locks make this impossible; the check proves it."""


class RequestRows(Rows):
    def get(self, request_id: str) -> Request | None:
        row = self.one(sa.select(t.request).where(t.request.c.id == request_id))
        return request_of(row) if row else None

    def get_for_change(self, request_id: str) -> Request | None:
        row = self.one(_LOCKED, {"of": request_id})
        return request_of(row) if row else None

    def open_of(self, person_id: str, kind: Kind, role: str) -> Request | None:
        mine = (
            (t.request.c.person_id == person_id)
            & (t.request.c.kind == kind.value)
            & (t.request.c.role == role)
            & t.request.c.state.in_(_OPEN)
        )
        row = self.one(sa.select(t.request).where(mine).with_for_update(key_share=True))
        return request_of(row) if row else None

    def open_of_person(self, person_id: str) -> Sequence[Request]:
        mine = (t.request.c.person_id == person_id) & t.request.c.state.in_(_OPEN)
        # In one order for all who lock several: of two at once the second waits.
        order = (t.request.c.asked_at, t.request.c.id)
        return self._list(sa.select(t.request).where(mine).order_by(*order).with_for_update(key_share=True))

    def add(self, request: Request) -> None:
        self.insert(t.request, to_row(request))

    def save(self, request: Request) -> None:
        """Writes over the version before this one only. Raises StaleRequest."""
        values = to_row(request) | {"of": request.id, "before": request.version - 1}
        written = self.session.connection().execute(_SAVED, values)
        if written.rowcount != 1:
            raise StaleRequest(request.id)

    def add_event(self, event: Event) -> None:
        self.insert(t.request_event, to_row(event))

    def events_of(self, request_id: str) -> Sequence[Event]:
        """The history, oldest first."""
        event = t.request_event
        rows = self.all(sa.select(event).where(event.c.request_id == request_id).order_by(event.c.seq))
        return [_event(row) for row in rows]

    def events_of_each(self, request_ids: Sequence[str]) -> dict[str, list[Event]]:
        """The histories of several requests, in one look; every id has its list."""
        found: dict[str, list[Event]] = {request_id: [] for request_id in request_ids}
        event = t.request_event
        mine = event.c.request_id.in_(request_ids)
        for row in self.all(sa.select(event).where(mine).order_by(event.c.seq)):
            found[row["request_id"]].append(_event(row))
        return found

    def count_held_by(self, supporter_id: str) -> int:
        held = (t.request.c.supporter_id == supporter_id) & t.request.c.state.in_(_AT_WORK)
        return self.session.scalar(sa.select(sa.func.count()).select_from(t.request).where(held)) or 0

    def held_by(self, supporter_id: str) -> Sequence[Request]:
        # In the one order in which all lock several.
        return self._list(self._held(supporter_id).with_for_update(key_share=True))

    def shown_to(self, supporter_id: str) -> Sequence[Request]:
        """The same without a lock, for pages that only show."""
        return self._list(self._held(supporter_id))

    def open_in(self, prison_id: str, wings: Sequence[str] = ()) -> Sequence[Request]:
        """Everything open on the board, most urgent first, then longest waiting."""
        mine = (t.request.c.prison_id == prison_id) & t.request.c.state.in_(_OPEN)
        if wings:
            mine &= t.request.c.wing.in_(wings)
        order = (t.request.c.urgency.desc(), t.request.c.asked_at)
        return self._list(sa.select(t.request).where(mine).order_by(*order))

    def of_person(self, person_id: str, limit: int = 20) -> Sequence[Request]:
        """The person's own requests: open ones first, then the latest."""
        is_open = t.request.c.state.in_(_OPEN)
        mine = sa.select(t.request).where(t.request.c.person_id == person_id)
        return self._list(mine.order_by(is_open.desc(), t.request.c.changed_at.desc()).limit(limit))

    def overdue(self, prison_id: str, now: datetime, limit: int) -> Sequence[Request]:
        late = t.request.c.state.in_(_NOT_MET) & (t.request.c.due_at <= now)
        late &= t.request.c.prison_id == prison_id
        # Another worker's rows are passed over, so that any number of workers may run.
        mine = sa.select(t.request).where(late).order_by(t.request.c.due_at).limit(limit)
        return self._list(mine.with_for_update(key_share=True, skip_locked=True))

    def set_offering(
        self, request_id: str, look_at: datetime | None, nobody: Sequence[tuple[str, int]]
    ) -> None:
        values = {"look_at": look_at, "nobody": [list(pair) for pair in nobody]}
        self.session.execute(sa.update(t.request).where(t.request.c.id == request_id).values(values))

    def due_for_offers(
        self, prison_id: str, now: datetime, latest: datetime, limit: int
    ) -> Sequence[Request]:
        due = (t.request.c.look_at <= now) | (t.request.c.look_at > latest)
        due &= (t.request.c.state == State.WAITING.value) & (t.request.c.prison_id == prison_id)
        order = (t.request.c.urgency.desc(), t.request.c.look_at)
        mine = sa.select(t.request).where(due).order_by(*order).limit(limit)
        return self._list(mine.with_for_update(key_share=True, skip_locked=True))

    def look_again(self, prison_id: str, now: datetime) -> int:
        offer = sa.table("request_offer", sa.column("request_id"), sa.column("state"))
        on_offer = sa.exists().where((offer.c.request_id == t.request.c.id) & (offer.c.state == "open"))
        mine = (t.request.c.prison_id == prison_id) & (t.request.c.state == State.WAITING.value)
        mine &= (t.request.c.look_at > now) & (~on_offer | (t.request.c.urgency >= Urgency.RAISED.value))
        order = (t.request.c.urgency.desc(), t.request.c.asked_at)
        free = sa.select(t.request.c.id).where(mine).order_by(*order).limit(_MOST_AT_ONCE)
        ids = [row["id"] for row in self.all(free.with_for_update(key_share=True, skip_locked=True))]
        if ids:
            due = sa.update(t.request).where(t.request.c.id.in_(ids)).values(look_at=now)
            self.session.execute(due)
        return len(ids)

    def from_a_time_to_come(self, prison_id: str, later: datetime, limit: int) -> Sequence[Request]:
        ahead = t.request.c.state.in_(_NOT_MET) & (t.request.c.changed_at > later)
        ahead &= t.request.c.prison_id == prison_id
        mine = sa.select(t.request).where(ahead).order_by(t.request.c.id).limit(limit)
        return self._list(mine.with_for_update(key_share=True, skip_locked=True))

    def _held(self, supporter_id: str) -> "sa.Select[Any]":
        held = (t.request.c.supporter_id == supporter_id) & t.request.c.state.in_(_AT_WORK)
        return sa.select(t.request).where(held).order_by(t.request.c.asked_at, t.request.c.id)

    def _list(self, statement: "sa.Select[Any]") -> list[Request]:
        return [request_of(row) for row in self.all(statement)]


def request_of(row: dict[str, Any]) -> Request:
    place = place_of(row)
    for part in ("wing", "landing", "cell"):
        del row[part]
    row["kind"] = Kind(row["kind"])
    row["state"] = State(row["state"])
    row["urgency"] = Urgency(row["urgency"])
    row["nobody"] = tuple((why, many) for why, many in row["nobody"])
    return Request(place=place, **row)


def _event(row: dict[str, Any]) -> Event:
    del row["seq"]
    row["change"] = Change(row["change"])
    row["start"] = State(row["start"]) if row["start"] else None
    row["end"] = State(row["end"])
    row["actor_kind"] = ActorKind(row["actor_kind"])
    return Event(**row)
