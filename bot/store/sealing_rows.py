"""How far `seal-again` has come in each table."""

import json
from typing import Any

import sqlalchemy as sa

from bot.store.rows import Rows
from bot.store.sealing_tables import sealing


class SealingRows(Rows):
    def after(self, name: str, key_mark: str, *, anew: bool) -> list[Any] | None:
        """The key after which to go on, empty for the beginning; None where nothing is to be done."""
        row = self.one(sa.select(sealing).where(sealing.c.name == name))
        if row is None or row["key_mark"] != key_mark:
            return []
        if row["done"]:
            return [] if anew else None
        after: list[Any] = json.loads(row["after"])
        return after

    def note(self, name: str, key_mark: str, after: list[Any], *, done: bool) -> None:
        values = {"key_mark": key_mark, "after": json.dumps(after), "done": done}
        changed = sa.update(sealing).where(sealing.c.name == name).values(values)
        if self.session.execute(changed).rowcount == 0:  # type: ignore[attr-defined]
            self.insert(sealing, {"name": name, **values})
