"""A cell that is the person's own word, and that nobody has checked: said wherever staff go by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import single_sign_on
from bot.people.model import Place
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.person import answer, seen, standing_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class OwnWord:
    """Of some people: the place that each of them said."""

    said: Mapping[str, Place]
    words: str

    def about(self, person_id: str, place: Place) -> str:
        """The sentence for this place; empty where it is no unchecked word of this person."""
        return self.words if self.said.get(person_id) == place else ""


def own_word(desk: Desk, work: UnitOfWork, people: Iterable[str]) -> OwnWord:
    return OwnWord(work.persons.said_places(people), desk.wording.say("cell_own_word"))


@router.post("/people/{person_id}/cell-checked")
def checked(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    """The cell is right. `standing` is the place that the page showed: what is confirmed is that alone."""
    now = desk.product.now()
    with desk.product.database.writing() as work:
        person = seen(caller, work, person_id, locked=True)
        done = standing_of(person) == sent.text("standing", 200) and single_sign_on.confirm_where(
            work, person, caller.staff.id, now=now
        )
    if not done:
        return answer(desk, caller, person_id, notice=desk.wording.say("error_cell_checked"), status=409)
    log.info("person.cell_checked", person_id=person_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/people/{person_id}?done=cell", status_code=303)
