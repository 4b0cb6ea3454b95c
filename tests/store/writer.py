"""Writes to the safety log without end and prints each entry's id once committed. Made to be killed."""

import sys

from bot.people.model import ActorKind
from bot.safety.record import EntryKind, new_entry
from bot.store.database import Database
from tests.support.builders import NOW, SEALER


def main(url: str) -> None:
    database = Database(url, SEALER)
    while True:
        with database.writing() as work:
            entry = new_entry(
                "record", EntryKind.STRENGTHENED, NOW, ActorKind.SYSTEM, "", {}, {"text": "x" * 500}
            )
            work.safety.append(entry)
            work.outbox.put("alert", "oakmoor", entry.id, NOW, {})
            work.audit.put("oakmoor", "officer", "viewed", entry.id, NOW, why="asked for")
        print(entry.id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
