"""Many alerts of one cell, acknowledged with one press: each has its own entry, and its time for a check."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.people.model import Actor
from bot.safety import review
from bot.safety.ports import Climbing, SafetyWork

# So few in one transaction that no new alert waits long for its turn to be stored.
BATCH: Final = 25


@dataclass(frozen=True)
class Seen:
    """What somebody had before the eyes: the alerts of this cell, with no message after `until`."""

    prison_id: str
    wing: str
    cell: str
    until: datetime


def acknowledge_some(
    work: SafetyWork, seen: Seen, by: Actor, *, together: int, prison: Climbing, now: datetime
) -> int:
    """The next of them, in one transaction; call until it gives 0. An alert that got a further message since
    is left: nobody has seen that one.

    `together` is how many there are in all, for the log. Returns how many were acknowledged.
    """
    # All are locked before the first entry is written: the head of the chain comes after records, always.
    records = work.safety.sounding_of_cell(seen.prison_id, seen.wing, seen.cell, seen.until, BATCH)
    for record in records:
        review.acknowledge(
            work, record.id, by, prison_id=seen.prison_id, prison=prison, now=now, together=together
        )
    return len(records)
