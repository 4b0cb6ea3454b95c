"""Rows of rotas and of swaps. A day's spans are pairs of minutes in JSON."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import PeerRole
from bot.people.rota import Rota, Span, Spans
from bot.people.swaps import OPEN_SWAPS, Swap, SwapState
from bot.store import supporter_tables as t
from bot.store.deleting import delete, delete_anyway
from bot.store.rows import Rows, to_row


class RotaRows(Rows):
    def get(self, person_id: str) -> Rota | None:
        """Without a lock of its own: who changes a rota has locked the supporter."""
        row = self.one(sa.select(t.rota).where(t.rota.c.person_id == person_id))
        if row is None:
            return None
        mine = sa.select(t.rota_exception).where(t.rota_exception.c.person_id == person_id)
        return _rota(row, self.all(mine))

    def list_of(self, prison_id: str, since: date) -> Sequence[Rota]:
        """Every rota of the prison, with the days that differ from `since` on."""
        rows = self.all(sa.select(t.rota).where(t.rota.c.prison_id == prison_id))
        of_prison = t.rota_exception.c.person_id.in_(
            sa.select(t.rota.c.person_id).where(t.rota.c.prison_id == prison_id)
        )
        differing: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.all(sa.select(t.rota_exception).where(of_prison & (t.rota_exception.c.day >= since))):
            differing[row["person_id"]].append(row)
        return [_rota(row, differing[row["person_id"]]) for row in rows]

    def put_week(self, prison_id: str, person_id: str, week: Sequence[Spans], now: datetime) -> None:
        values = {
            "person_id": person_id,
            "prison_id": prison_id,
            "week": [_pairs(day) for day in week],
            "changed_at": now,
        }
        mine = t.rota.c.person_id == person_id
        if self.one(sa.select(t.rota.c.person_id).where(mine)) is None:
            self.insert(t.rota, values)
        else:
            self.session.execute(sa.update(t.rota).where(mine).values(values))

    def put_exception(self, person_id: str, day: date, spans: Spans, now: datetime) -> None:
        self.take_exception(person_id, day)
        values = {"person_id": person_id, "day": day, "spans": _pairs(spans), "changed_at": now}
        self.insert(t.rota_exception, values)

    def take_exception(self, person_id: str, day: date) -> bool:
        """Whether there was one: the day is again as its day of the week."""
        mine = (t.rota_exception.c.person_id == person_id) & (t.rota_exception.c.day == day)
        return delete_anyway(self.session, t.rota_exception, mine) > 0

    def remove(self, person_id: str) -> None:
        """No rota at all: duty is by hand."""
        for table in (t.rota_exception, t.rota):
            delete_anyway(self.session, table, table.c.person_id == person_id)

    def forget(self, before: date) -> int:
        return delete(self.session, t.rota_exception, t.rota_exception.c.day < before)


class SwapRows(Rows):
    def get_for_change(self, swap_id: str) -> Swap | None:
        row = self.one(sa.select(t.swap).where(t.swap.c.id == swap_id).with_for_update(key_share=True))
        return _swap(row) if row else None

    def find(self, swap_id: str) -> Swap | None:
        row = self.one(sa.select(t.swap).where(t.swap.c.id == swap_id))
        return _swap(row) if row else None

    def open_for_turn(self, asker_id: str, day: date, begins: int) -> Swap | None:
        mine = (t.swap.c.asker_id == asker_id) & (t.swap.c.day == day) & (t.swap.c.begins == begins)
        return next(iter(self._list(mine & _is_open())), None)

    def open_until(self, prison_id: str, day: date) -> Sequence[Swap]:
        mine = (t.swap.c.prison_id == prison_id) & (t.swap.c.day <= day) & _is_open()
        # Another worker's rows are passed over.
        return self._list(mine, lock=True, skip_locked=True)

    def open_of(self, person_id: str) -> Sequence[Swap]:
        mine = (t.swap.c.asker_id == person_id) | (t.swap.c.taken_by == person_id)
        asked = t.swap.c.asked_of == person_id
        return self._list((mine | asked) & _is_open(), lock=True)

    def open_in(self, prison_id: str) -> Sequence[Swap]:
        return self._list((t.swap.c.prison_id == prison_id) & _is_open())

    def settled_since(self, asker_id: str, since: datetime) -> Sequence[Swap]:
        mine = (t.swap.c.asker_id == asker_id) & ~_is_open() & (t.swap.c.changed_at >= since)
        return self._list(mine & (t.swap.c.state != SwapState.WITHDRAWN.value))

    def add(self, swap: Swap) -> None:
        self.insert(t.swap, to_row(swap))

    def save(self, swap: Swap) -> None:
        self.change(t.swap, to_row(swap))

    def forget(self, before: date) -> int:
        return delete(self.session, t.swap, (t.swap.c.day < before) & ~_is_open())

    def _list(
        self, where: "sa.ColumnElement[bool]", *, lock: bool = False, skip_locked: bool = False
    ) -> list[Swap]:
        mine = sa.select(t.swap).where(where).order_by(t.swap.c.day, t.swap.c.begins, t.swap.c.id)
        if lock:
            mine = mine.with_for_update(key_share=True, skip_locked=skip_locked)
        return [_swap(row) for row in self.all(mine)]


def _is_open() -> "sa.ColumnElement[bool]":
    return t.swap.c.state.in_([state.value for state in OPEN_SWAPS])


def _swap(row: dict[str, Any]) -> Swap:
    return Swap(**{**row, "role": PeerRole(row["role"]), "state": SwapState(row["state"])})


def _rota(row: dict[str, Any], differing: Iterable[dict[str, Any]]) -> Rota:
    week = tuple(_spans(day) for day in row["week"])
    return Rota(row["person_id"], week, {each["day"]: _spans(each["spans"]) for each in differing})


def _spans(pairs: Iterable[Sequence[int]]) -> Spans:
    return tuple(Span(begins, ends) for begins, ends in pairs)


def _pairs(spans: Spans) -> list[list[int]]:
    return [[span.begins, span.ends] for span in spans]
