"""A cell that is the person's own word, and that nobody has checked: said wherever staff go by it.

Where the person is known elsewhere by now, that is said too. What is said of which place:
`bot/safety/whereabouts.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import single_sign_on
from bot.queue.model import Request
from bot.safety.record import SafetyRecord
from bot.safety.whereabouts import Spot, Whereabouts, whereabouts
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.person import answer, seen, standing_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class OwnWord:
    """What is said of these people's places, in the words of the desk."""

    desk: Desk
    where: Whereabouts

    def about(self, spot: Spot) -> str:
        """What is to be said of this place; empty where staff know the cell."""
        return " ".join(self._words(spot, "cell_own_word", "cell_elsewhere", "cell_elsewhere_own"))

    def cell(self, spot: Spot) -> str:
        """The cell with the short mark, for a table, for paper and where there is no room."""
        short = ("cell_own_word_short", "cell_elsewhere_short", "cell_elsewhere_own_short")
        words = "; ".join(self._words(spot, *short))
        return f"{spot.place.cell} ({words})" if words else spot.place.cell

    def may_be_checked(self, spot: Spot) -> bool:
        return self.where.may_be_checked(spot)

    def _words(self, spot: Spot, own: str, elsewhere: str, elsewhere_own: str) -> list[str]:
        beside, say = self.where.beside(spot), self.desk.wording.say
        words = [say(own)] if beside.own_word else []
        if beside.other is not None:
            words.append(say(elsewhere_own if beside.other_said else elsewhere, cell=beside.other.cell))
        return words


def own_word(desk: Desk, work: UnitOfWork, spots: Iterable[Spot]) -> OwnWord:
    return OwnWord(desk, whereabouts(work, spots))


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
