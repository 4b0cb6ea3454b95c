"""What is to be said beside a place that staff go by: it is the own word, or the person is elsewhere.

An alert, and a request that it raised, stay where the words were typed. The desk and the letters that leave
the house ask here, so that both say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.people.model import Place
from bot.people.single_sign_on import NOWHERE
from bot.queue.model import Request
from bot.safety.record import RecordState, SafetyRecord


@dataclass(frozen=True)
class Known:
    """Where somebody is, as far as it is known; or only as he or she says."""

    place: Place
    own_word: bool


@dataclass(frozen=True)
class OwnWordTime:
    """From when a cell was the person's own word, until a sign-in on a tablet that staff enrolled."""

    begins: datetime
    ends: datetime | None

    def covers(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True)
class Spot:
    """A place on a page or in a letter, and whose. `open_since` is set where staff may still have to go
    there: since when it is the place of this alert or request."""

    person_id: str
    place: Place
    open_since: datetime | None = None


@dataclass(frozen=True)
class Beside:
    """`own_word`: nobody has checked this place. `other` is where the person is known by now, and
    `other_said` that this too is only what the person says."""

    own_word: bool = False
    other: Place | None = None
    other_said: bool = False


@dataclass(frozen=True)
class Whereabouts:
    """Of some people: where each is known to be, and the times in which a former cell was the own word."""

    known: Mapping[str, Known]
    times: Mapping[str, OwnWordTime]

    def beside(self, spot: Spot) -> Beside:
        """Nothing where staff know the cell."""
        known = self.known.get(spot.person_id)
        if known is None or known.place == spot.place:
            return Beside(own_word=self.may_be_checked(spot))
        if not _is_elsewhere(spot, known):
            return Beside()
        time = self.times.get(spot.person_id)
        was_own = time is not None and spot.open_since is not None and time.covers(spot.open_since)
        return Beside(was_own, known.place, known.own_word)

    def may_be_checked(self, spot: Spot) -> bool:
        """Whether one press says that this cell is right: it is the one that the person says now."""
        known = self.known.get(spot.person_id)
        return known is not None and known.own_word and known.place == spot.place


class _Persons(Protocol):
    def known_places(self, ids: Iterable[str]) -> dict[str, Known]: ...

    def own_word_times(self, ids: Iterable[str]) -> dict[str, OwnWordTime]: ...


class WhereaboutsWork(Protocol):
    @property
    def persons(self) -> _Persons: ...


def whereabouts(work: WhereaboutsWork, spots: Iterable[Spot]) -> Whereabouts:
    spots = list(spots)
    known = work.persons.known_places({spot.person_id for spot in spots})
    moved = {
        spot.person_id
        for spot in spots
        if spot.person_id in known and _is_elsewhere(spot, known[spot.person_id])
    }
    return Whereabouts(known, work.persons.own_word_times(moved) if moved else {})


def of_record(record: SafetyRecord) -> Spot:
    stands = record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED)
    return Spot(record.person_id, record.place, record.latest_at if stands else None)


def of_request(request: Request) -> Spot:
    return Spot(request.person_id, request.place, request.asked_at if request.is_open else None)


def _is_elsewhere(spot: Spot, known: Known) -> bool:
    """Whether staff may have to go to this place, and the person is known in another one."""
    return spot.open_since is not None and known.place not in (spot.place, NOWHERE)
