"""Which months' reports were told of and opened, as the audit knows it."""

from typing import Final

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.proof_tables import audit_head
from bot.store.reading_tables import BY_REF
from bot.store.rows import Rows

_A: Final = t.audit.c


class MonthReportRows(Rows):
    def lock(self) -> None:
        """Of two at once the second waits, and then finds what the first wrote. It is the head of the audit,
        which is locked last of all: lock nothing after it."""
        self.session.execute(sa.select(audit_head.c.hash).with_for_update(key_share=True))

    def staff_of(self, prison_id: str, action: str, month: str) -> list[str]:
        """Whose rows there are, the earliest first."""
        mine = (_A.ref == month) & (_A.action == action) & (_A.prison_id == prison_id)
        found = sa.select(_A.staff_id).where(mine).order_by(_A.at, _A.seq)
        hinted = found.with_hint(t.audit, f"INDEXED BY {BY_REF.name}", "sqlite")
        return [row["staff_id"] for row in self.all(hinted)]
