"""What it costs to find who fits a request, by how many supporters are on duty."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.people.model import PeerRole, Supporter
from bot.queue.candidate import Candidate
from bot.queue.matching import Moment, who_fits
from bot.queue.model import Kind, Request, State, Urgency
from bot.queue.rules import HelpRules
from bot.simulation.world import PRISON, place_of

SIZES: Final = (25, 50, 100, 200, 400, 800, 1_600)
_NOW: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Cost:
    supporters: int
    microseconds: float


def measure(sizes: Sequence[int] = SIZES, *, tries: int = 15) -> tuple[Cost, ...]:
    """The quickest of some tries each: what else the machine did is no cost of matching.

    The sizes take turns, so that a slow half second of the machine falls on all of them.
    """
    rounds = [[_once(size) for size in sizes] for _ in range(tries)]
    return tuple(
        Cost(size, min(took) * 1e6) for size, took in zip(sizes, zip(*rounds, strict=True), strict=True)
    )


def _once(size: int) -> float:
    request = _request()
    moment = Moment(_NOW, _NOW.date(), "unlocked", HelpRules())
    candidates = [
        Candidate(
            Supporter(f"s{number}", PRISON, (PeerRole.LISTENER,), on_duty=True, last_contact_at=_NOW),
            place_of(number),
            held=number % 3,
        )
        for number in range(size)
    ]
    begun = time.process_time()
    who_fits(candidates, request, moment)
    return time.process_time() - begun


def _request() -> Request:
    return Request(
        id="request",
        reference="",
        prison_id=PRISON,
        person_id="person",
        first_name="",
        place=place_of(0),
        kind=Kind.LISTENER,
        role="",
        state=State.WAITING,
        urgency=Urgency.NORMAL,
        asked_at=_NOW,
        due_at=_NOW,
        changed_at=_NOW,
    )
