"""Dataclasses to rows and back: a Place is three columns, an enum its value, a tuple a JSON list."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.people.model import Place


def to_row(thing: Any) -> dict[str, Any]:
    """The columns of a frozen dataclass whose fields are named as the columns are."""
    row: dict[str, Any] = {}
    for item in fields(thing):
        value = getattr(thing, item.name)
        if isinstance(value, Place):
            row |= {"wing": value.wing, "landing": value.landing, "cell": value.cell}
        else:
            row[item.name] = _plain(value)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return value


def place_of(row: Mapping[str, Any]) -> Place:
    return Place(row["wing"], row["landing"], row["cell"])


def later_than(
    at: "sa.ColumnElement[Any]", tries: "sa.ColumnElement[int]", latest: Sequence[datetime]
) -> "sa.ColumnElement[bool]":
    """Whether a row waits for later than `latest` has it at its number of tries; the last is for all more."""
    last = len(latest) - 1
    each = [(tries == n) & (at > latest[n]) for n in range(last)]
    return (at > min(latest)) & sa.or_(*each, (tries >= last) & (at > latest[last]))


class Rows:
    """What every repository does: add, change by id, find one.

    Locks are taken with `key_share`: rows that point at a locked one may still be written. No key ever
    changes, and a full lock ends in a deadlock when a person writes while staff close his or her record.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def insert(self, table: sa.Table, values: dict[str, Any]) -> None:
        self.session.execute(sa.insert(table), values)

    def change(self, table: sa.Table, values: dict[str, Any]) -> None:
        """Writes all columns of the row with this id. Raises LookupError when there is none."""
        statement = sa.update(table).where(table.c.id == values["id"]).values(values)
        # An update gives a CursorResult; Session.execute is typed for the general case.
        if self.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
            raise LookupError(f"no {table.name} {values['id']}")

    def one(
        self, statement: "sa.Select[Any]", values: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        row = self.session.execute(statement, values).mappings().first()
        return dict(row) if row is not None else None

    def all(self, statement: "sa.Select[Any]") -> list[dict[str, Any]]:
        return [dict(row) for row in self.session.execute(statement).mappings()]
