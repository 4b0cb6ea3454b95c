"""The audit's rows: kept back until the transaction ends, then chained under a lock on its own head."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.safety.audit import AuditEntry, digest, new_audit_entry
from bot.safety.record import plain_json
from bot.store import tables as t
from bot.store.proof_tables import audit_head, audit_words
from bot.store.rows import Rows
from bot.store.sealed import CannotOpen, Sealer
from bot.store.words import open_salted, seal_salted


class AuditLog(Rows):
    def __init__(self, session: Session, seals: Callable[[], Sealer]) -> None:
        super().__init__(session)
        self._seals = seals
        self._waiting: list[AuditEntry] = []

    def put(
        self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime, *, why: str = ""
    ) -> None:
        """`why` is in somebody's own words, and sealed. Written when the transaction ends."""
        self._waiting.append(new_audit_entry(prison_id, staff_id, action, ref, now, why))

    def write(self) -> None:
        """The last thing of a transaction: nothing else is locked after this head, so that two never wait for
        each other, and it is held for the blink of a commit only."""
        if not self._waiting:
            return
        previous = self.session.scalar(sa.select(audit_head.c.hash).with_for_update(key_share=True))
        if previous is None:
            raise LookupError("the audit has no head; run the migrations")
        waiting, self._waiting = self._waiting, []
        linked = []
        for entry in waiting:
            chained = replace(entry, previous=previous)
            previous = digest(chained)
            linked.append(replace(chained, hash=previous))
        self.session.execute(sa.insert(t.audit), [_row(entry) for entry in linked])
        self.session.execute(sa.update(audit_head).values(hash=previous))
        words = [row for entry in linked for row in self._word_rows(entry)]
        if words:
            self.session.execute(sa.insert(audit_words), words)

    def why(self, entry_id: str) -> str | None:
        """Why somebody did it, in his or her words. None where nothing was said, it was deleted, or no key
        opens it."""
        mine = sa.select(audit_words.c.sealed).where(audit_words.c.entry_id == entry_id)
        sealed = self.session.scalar(mine)
        if sealed is None:
            return None
        try:
            return open_salted(self._seals(), sealed)[1]
        except CannotOpen:
            return None

    def _word_rows(self, entry: AuditEntry) -> list[dict[str, str]]:
        return [
            {
                "entry_id": entry.id,
                "name": name,
                "sealed": seal_salted(self._seals(), entry.salts[name], text),
            }
            for name, text in entry.words.items()
        ]


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "prison_id": entry.prison_id,
        "staff_id": entry.staff_id,
        "action": entry.action,
        "ref": entry.ref,
        "at": entry.at,
        "form": entry.form,
        "previous": entry.previous,
        "hash": entry.hash,
        "commitments": plain_json(entry.commitments),
    }
