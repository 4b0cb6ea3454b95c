"""Writes to the safety log without end and prints each entry's id once committed. Made to be killed."""

import sys

from bot.people.model import ActorKind
from bot.safety.record import EntryKind, new_entry
from bot.store.database import Database
from tests.support.builders import NOW


def main(url: str) -> None:
    database = Database(url)
    while True:
        with database.writing() as work:
            body = {"words": "x" * 500}
            entry = new_entry("record", EntryKind.STRENGTHENED, NOW, ActorKind.SYSTEM, "", body)
            work.safety.append(entry)
            work.outbox.put("alert", "oakmoor", entry.id, NOW, {})
        print(entry.id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
