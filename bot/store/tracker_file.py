"""The SQLite file in which Rasa keeps conversations, as far as deleting from it goes."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

BATCH: Final = 500
# Rasa writes on the way to an answer: it must not wait for a deletion.
_PATIENCE: Final = 0.2


def forget_events(path: Path, before: datetime, kept: Collection[str], *, limit: int = BATCH) -> int:
    """Deletes the oldest events before this time, but none of the conversations in `kept`; how many it were.

    What is deleted is overwritten in the file. Where Rasa is writing, nothing is done: there is a next time.
    """
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        try:
            with connection:
                return _delete(connection, before, list(kept), limit)
        except sqlite3.OperationalError:
            return 0


def _delete(connection: sqlite3.Connection, before: datetime, kept: list[str], limit: int) -> int:
    held = ",".join("?" * len(kept))
    old = f"SELECT id FROM events WHERE timestamp < ? AND sender_id NOT IN ({held}) ORDER BY id LIMIT ?"  # noqa: S608 - only question marks are put in
    done = connection.execute(
        f"DELETE FROM events WHERE id IN ({old})",  # noqa: S608 - as above
        (before.timestamp(), *kept, limit),
    )
    return done.rowcount
