"""Moving a person from the desk: to a cell of this prison, to a prison that this database knows, or away."""

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.model import Person
from bot.queue.model import ReasonNeeded
from bot.safety import moves
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.person import answer, seen, standing_of
from bot.web.desk.places import AWAY, Goal, goal_of
from bot.web.desk.shell import plain_page

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_SENTENCES: dict[type[Exception], str] = {
    moves.AlreadyThere: "error_move_there",
    moves.NumberTaken: "error_move_number",
    ReasonNeeded: "error_move_offered",
}


class _Faster(Exception):
    """The person is not where the page said, so what was chosen was chosen for another state of things."""


@router.post("/people/{person_id}/move")
def move(desk: DeskHere, caller: SignedIn, person_id: Id, sent: CheckedForm) -> Response:
    where, offered = sent.text("where", 200), sent.text("offered", 500)
    with desk.product.database.reading() as work:
        seen(caller, work, person_id)
        goal = goal_of(desk, work, where, sent.text("cell", 64))
    if goal is None and where != AWAY:
        return _refused(desk, caller, person_id, "error_move_place", 400)
    try:
        with desk.product.database.writing() as work:
            person = seen(caller, work, person_id, locked=True)
            if not person.active or standing_of(person) != sent.text("standing", 200):
                raise _Faster
            done = _do(desk, caller, work, person, goal, offered)
    except _Faster:
        return _refused(desk, caller, person_id, "error_move_faster", 409)
    except tuple(_SENTENCES) as error:
        return _refused(desk, caller, person_id, _SENTENCES[type(error)], 409)
    log.info("person.moved", person_id=person_id, staff_id=caller.staff.id, requests=done.requests)
    if goal is not None and not caller.sees(goal.prison.id, goal.place.wing):
        return plain_page(desk, caller, "moved_away", 200)
    what = f"{'left' if goal is None else 'moved'}{'_alert' if done.alert else ''}"
    return RedirectResponse(f"/people/{person_id}?done={what}&count={done.requests}", status_code=303)


def _do(
    desk: Desk, caller: Caller, work: UnitOfWork, person: Person, goal: Goal | None, offered: str
) -> moves.Moved:
    now, here = desk.product.now(), desk.product.prison
    if goal is None:
        return moves.leave(work, person, caller.actor, offered, here=here, now=now)
    there = goal.prison
    return moves.move(work, person, there.id, goal.place, caller.actor, here=here, there=there, now=now)


def _refused(desk: Desk, caller: Caller, person_id: str, key: str, status: int) -> Response:
    return answer(desk, caller, person_id, notice=desk.wording.say(key), status=status)
