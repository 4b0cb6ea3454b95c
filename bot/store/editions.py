"""Rows of editions: added, read, and nothing else."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.editions.model import ContentKind, Edition, EditionState, Piece
from bot.store.edition_tables import content_edition as t
from bot.store.rows import Rows, to_row

_COUNTS = t.c.state != EditionState.DRAFT.value
_FIELDS = tuple(column.name for column in t.c if column.name != "seq")


class EditionRows(Rows):
    def lock(self, piece: Piece) -> None:
        """A piece that was never edited has no row to lock. SQLite has one writer at a time anyway."""
        if self.session.get_bind().dialect.name == "postgresql":
            name = f"content_edition/{piece.prison_id}/{piece.kind.value}/{piece.key}"
            number = sa.func.hashtextextended(name, 0)
            self.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def add(self, edition: Edition) -> None:
        self.insert(t, to_row(edition))

    def last_version(self, piece: Piece) -> int:
        return self.session.scalar(sa.select(sa.func.max(t.c.version)).where(_of(piece))) or 0

    def get(self, piece: Piece, version: int) -> Edition | None:
        row = self.one(sa.select(t).where(_of(piece), t.c.version == version))
        return _edition(row) if row else None

    def newest(self, piece: Piece) -> Edition | None:
        row = self.one(sa.select(t).where(_of(piece), _COUNTS).order_by(t.c.version.desc()).limit(1))
        return _edition(row) if row else None

    def newest_of_all(self, prison_id: str) -> Sequence[Edition]:
        return self._last_of_each(prison_id, _COUNTS)

    def drafts(self, prison_id: str) -> Sequence[Edition]:
        """Those that nothing came after: no other draft, and nothing that was published."""
        last = self._last_of_each(prison_id, sa.true())
        return [edition for edition in last if edition.state is EditionState.DRAFT]

    def history(self, piece: Piece, limit: int = 200) -> Sequence[Edition]:
        """Newest first, drafts too."""
        mine = sa.select(t).where(_of(piece)).order_by(t.c.version.desc()).limit(limit)
        return [_edition(row) for row in self.all(mine)]

    def pulse(self, prison_id: str) -> str:
        """The count is there because on PostgreSQL a lower number can be committed after a higher one."""
        counted = sa.select(sa.func.max(t.c.seq), sa.func.count()).where(t.c.prison_id == prison_id)
        highest, count = self.session.execute(counted).one()
        return f"{highest or 0}.{count}"

    def _last_of_each(self, prison_id: str, which: "sa.ColumnElement[bool]") -> Sequence[Edition]:
        last = (
            sa.select(t.c.kind, t.c.key, sa.func.max(t.c.version).label("version"))
            .where(t.c.prison_id == prison_id, which)
            .group_by(t.c.kind, t.c.key)
            .subquery()
        )
        same = (t.c.kind == last.c.kind) & (t.c.key == last.c.key) & (t.c.version == last.c.version)
        mine = sa.select(t).join(last, same).where(t.c.prison_id == prison_id)
        return [_edition(row) for row in self.all(mine.order_by(t.c.kind, t.c.key))]


def _of(piece: Piece) -> "sa.ColumnElement[bool]":
    named = (t.c.prison_id == piece.prison_id) & (t.c.kind == piece.kind.value)
    return named & (t.c.key == piece.key)


def _edition(row: dict[str, Any]) -> Edition:
    fields = {name: row[name] for name in _FIELDS}
    return Edition(**fields | {"kind": ContentKind(row["kind"]), "state": EditionState(row["state"])})
