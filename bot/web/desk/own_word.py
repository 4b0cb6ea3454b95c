"""A cell that is the person's own word, and that nobody has checked: said wherever staff go by it.

An alert, and a request that it raised, stay where the words were typed. Where the person is known elsewhere
by now, that is said too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import single_sign_on
from bot.people.model import Place
from bot.queue.model import Request
from bot.safety.record import RecordState, SafetyRecord
from bot.store.people import Known, OwnWordTime
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.person import answer, seen, standing_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Spot:
    """A place on a page, and whose. `open_since` is set where staff may still have to go there: since when it
    is the place of this alert or request."""

    person_id: str
    place: Place
    open_since: datetime | None = None


def of_record(record: SafetyRecord) -> Spot:
    stands = record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED)
    return Spot(record.person_id, record.place, record.latest_at if stands else None)


def of_request(request: Request) -> Spot:
    return Spot(request.person_id, request.place, request.asked_at if request.is_open else None)


@dataclass(frozen=True)
class OwnWord:
    """Of some people: where each is known to be, and the times in which a former cell was the own word."""

    desk: Desk
    known: Mapping[str, Known]
    times: Mapping[str, OwnWordTime]

    def about(self, spot: Spot) -> str:
        """What is to be said of this place; empty where staff know the cell."""
        return " ".join(self._words(spot, "cell_own_word", "cell_elsewhere", "cell_elsewhere_own"))

    def cell(self, spot: Spot) -> str:
        """The cell with the short mark, for a table and for paper."""
        short = ("cell_own_word_short", "cell_elsewhere_short", "cell_elsewhere_own_short")
        words = "; ".join(self._words(spot, *short))
        return f"{spot.place.cell} ({words})" if words else spot.place.cell

    def may_be_checked(self, spot: Spot) -> bool:
        """Whether one press says that this cell is right: it is the one that the person says now."""
        known = self.known.get(spot.person_id)
        return known is not None and known.own_word and known.place == spot.place

    def _words(self, spot: Spot, own: str, elsewhere: str, elsewhere_own: str) -> list[str]:
        known, say = self.known.get(spot.person_id), self.desk.wording.say
        if known is None or known.place == spot.place:
            return [say(own)] if self.may_be_checked(spot) else []
        if not is_elsewhere(spot, known):
            return []
        time = self.times.get(spot.person_id)
        was_own = time is not None and spot.open_since is not None and time.covers(spot.open_since)
        other = say(elsewhere_own if known.own_word else elsewhere, cell=known.place.cell)
        return [say(own), other] if was_own else [other]


def is_elsewhere(spot: Spot, known: Known) -> bool:
    """Whether staff may have to go to this place, and the person is known in another one."""
    return spot.open_since is not None and known.place not in (spot.place, single_sign_on.NOWHERE)


def own_word(desk: Desk, work: UnitOfWork, spots: Iterable[Spot]) -> OwnWord:
    spots = list(spots)
    known = work.persons.known_places({spot.person_id for spot in spots})
    moved = {
        spot.person_id
        for spot in spots
        if spot.person_id in known and is_elsewhere(spot, known[spot.person_id])
    }
    return OwnWord(desk, known, work.persons.own_word_times(moved) if moved else {})


@router.post("/people/{person_id}/cell-checked")
def checked(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """The cell is right. `standing` is the place that the page showed: what is confirmed is that alone."""
    now = desk.product.now()
    with desk.product.database.writing() as work:
        person = seen(caller, work, person_id, locked=True)
        back = _back(caller, work, person_id, sent)
        done = standing_of(person) == sent.text("standing", 200) and single_sign_on.confirm_where(
            work, person, caller.staff.id, now=now
        )
    if not done:
        return answer(desk, caller, person_id, notice=desk.wording.say("error_cell_checked"), status=409)
    log.info("person.cell_checked", person_id=person_id, staff_id=caller.staff.id)
    return RedirectResponse(f"{back}?done=cell", status_code=303)


def _back(caller: Caller, work: UnitOfWork, person_id: str, sent: Sent) -> str:
    """The page on which it was pressed: an alert or a request of this person that the account sees, or the
    person's own. An address is never taken from a form."""
    which, thing_id = sent.text("back", 64), sent.text("of", 64)
    found: SafetyRecord | Request | None = None
    if which == "alert":
        found = work.safety.get(thing_id)
    elif which == "request":
        found = work.requests.get(thing_id)
    if found is None or found.person_id != person_id or not caller.sees(found.prison_id, found.place.wing):
        return f"/people/{person_id}"
    return f"/{which}s/{found.id}"
