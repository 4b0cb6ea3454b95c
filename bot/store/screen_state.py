"""Whether the danger screen is damaged, told through the outbox so that open boards hear of it at once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.safety.faults import ALL, PART, Told
from bot.store import tables as t
from bot.store.rows import Rows

_TOPIC = "screen"


class ScreenStateRows(Rows):
    """Rows that are delivered as soon as they are written: they are for the desk, and for nobody outside."""

    def latest(self, prison_id: str) -> dict[str, Told]:
        found = (self._latest(prison_id, kind) for kind in (ALL, PART))
        return {told.kind: told for told in found if told is not None}

    def tell(self, prison_id: str, told: Told) -> None:
        state = "damaged" if told.damaged else "works"
        values: dict[str, Any] = {
            "topic": _TOPIC,
            "prison_id": prison_id,
            "ref": told.kind,
            "facts": {"entry": state, "since": told.since.isoformat()},
            "created_at": told.at,
            "next_at": None,
            "attempts": 0,
            "delivered_at": told.at,
        }
        self.insert(t.outbox, values)

    def _latest(self, prison_id: str, kind: str) -> Told | None:
        outbox = t.outbox.c
        mine = (outbox.topic == _TOPIC) & (outbox.prison_id == prison_id) & (outbox.ref == kind)
        row = self.one(sa.select(t.outbox).where(mine).order_by(outbox.seq.desc()).limit(1))
        if row is None:
            return None
        since = datetime.fromisoformat(row["facts"]["since"])
        return Told(kind, row["facts"]["entry"] == "damaged", row["created_at"], since)
