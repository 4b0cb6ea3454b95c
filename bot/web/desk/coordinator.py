"""Looking after supporters, on one page: who wants to talk, who is pressed, swaps, applications, letters."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import applying, care, swaps
from bot.people.care import DebriefState
from bot.people.model import Person
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import coordinator_rows as rows
from bot.web.desk.coordinator_rows import ApplicationRow, DebriefRow, LetterRow, ReportRow, SwapRow
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

PAGE = "/coordinator"
_BRANCH_DAYS = (7, 30)
_DONE = frozenset({"arranged", "done", "confirm", "refuse", "step", "yes", "no", "given", "closed"})
_REFUSED: dict[type[Exception], str] = {
    swaps.NotOpen: "error_changed_meanwhile",
    swaps.TooLate: "error_swap_late",
    swaps.NoSuchTurn: "error_swap_turn",
    swaps.CannotTake: "error_swap_taker",
    care.NoSuchDebrief: "error_changed_meanwhile",
    applying.NotOpenNow: "error_changed_meanwhile",
    applying.StepsLeft: "error_steps_left",
}


@dataclass(frozen=True, kw_only=True)
class CoordinatorPage(Page):
    """`branch_counts`: how often Listeners asked to talk, for the Samaritans branch."""

    done: str
    debriefs: tuple[DebriefRow, ...]
    branch_counts: tuple[str, ...]
    reports: tuple[ReportRow, ...]
    swaps: tuple[SwapRow, ...]
    applications: tuple[ApplicationRow, ...]
    letters: tuple[LetterRow, ...]


@router.get("/coordinator")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    return answer(desk, caller, done=desk.wording.say(f"coordinator_done_{done}") if done in _DONE else "")


@router.get("/coordinator/branch.csv")
def branch(desk: DeskHere, caller: SignedIn) -> Response:
    """For the Samaritans branch: first names of Listeners who want to talk, and counts. Never whom they met
    or what about: nobody here knows."""
    with desk.product.database.writing() as work:
        found = [row for row in rows.debriefs(desk, caller, work, _people(caller, work)) if row.for_branch]
        counts = _branch_counts(desk, caller, work)
        now = desk.product.now()
        work.audit.put(caller.staff.prison_id, caller.staff.id, "branch_list_exported", "", now)
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([desk.wording.say("field_first_name"), desk.wording.say("coordinator_waits")])
    write.writerows([_cell(row.first_name), row.waited] for row in found)
    write.writerows([line] for line in counts)
    headers = {"Content-Disposition": 'attachment; filename="branch.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/coordinator/debriefs/{debrief_id}/{change}")
def settle_debrief(
    desk: DeskHere, caller: SignedIn, debrief_id: Id, change: str, sent: CheckedForm
) -> Response:
    state = {"arranged": DebriefState.ARRANGED, "done": DebriefState.DONE}.get(change)
    if state is None:
        raise NotFound
    try:
        with desk.product.database.writing() as work:
            found = work.debriefs.get_for_change(debrief_id)
            _seen(caller, work, found.person_id if found else "")
            staff = caller.staff
            care.settle(work, debrief_id, staff.id, state, prison_id=staff.prison_id, now=desk.product.now())
    except tuple(_REFUSED) as error:
        return _refused(desk, caller, error)
    return to(change)


@router.post("/coordinator/swaps/{swap_id}/{change}")
def decide_swap(desk: DeskHere, caller: SignedIn, swap_id: Id, change: str, sent: CheckedForm) -> Response:
    if change not in ("confirm", "refuse"):
        raise NotFound
    zone, now = desk.product.prison.zone, desk.product.now()
    try:
        with desk.product.database.writing() as work:
            found = work.swaps.find(swap_id)
            _seen(caller, work, found.asker_id if found else "")
            swaps.decide(work, zone, swap_id, caller.staff.id, yes=change == "confirm", now=now)
    except tuple(_REFUSED) as error:
        return _refused(desk, caller, error)
    log.info("swap.decided", swap_id=swap_id, change=change, staff_id=caller.staff.id)
    return to(change)


@router.post("/coordinator/applications/{application_id}/{change}")
def move_application(
    desk: DeskHere, caller: SignedIn, application_id: Id, change: str, sent: CheckedForm
) -> Response:
    if change not in ("step", "yes", "no"):
        raise NotFound
    staff, now, done = caller.staff, desk.product.now(), sent.text("done", 4)
    try:
        with desk.product.database.writing() as work:
            found = work.applications.get_for_change(application_id)
            _seen(caller, work, found.person_id if found else "")
            steps = desk.product.prison.help.steps_to(found.role) if found else ()
            where = {"prison_id": staff.prison_id}
            if change == "step":
                at = int(done) if done.isascii() and done.isdigit() else -1
                applying.step_done(work, application_id, staff.id, steps, done=at, now=now, **where)
            else:
                yes = change == "yes"
                applying.decide(work, application_id, staff.id, steps, yes=yes, now=now, **where)
    except tuple(_REFUSED) as error:
        return _refused(desk, caller, error)
    return to(change)


def answer(desk: Desk, caller: Caller, *, notice: str = "", done: str = "", status: int = 200) -> Response:
    with desk.product.database.reading() as work:
        people = _people(caller, work)
        page = CoordinatorPage(
            desk=desk,
            shell=shell_for(desk, caller, "coordinator", work=work),
            notice=notice,
            done=done,
            debriefs=rows.debriefs(desk, caller, work, people),
            branch_counts=_branch_counts(desk, caller, work),
            reports=rows.reports(desk, caller, work, people),
            swaps=rows.swaps(desk, caller, work, people),
            applications=rows.applications(desk, caller, work, people),
            letters=rows.letters(desk, caller, work, people),
        )
    return desk.pages.answer("desk/coordinator.html", page, status)


def to(done: str) -> Response:
    return RedirectResponse(f"{PAGE}?done={done}", status_code=303)


def _refused(desk: Desk, caller: Caller, error: Exception) -> Response:
    return answer(desk, caller, notice=desk.wording.say(_REFUSED[type(error)]), status=409)


def _branch_counts(desk: Desk, caller: Caller, work: UnitOfWork) -> tuple[str, ...]:
    now, prison_id = desk.product.now(), caller.staff.prison_id
    return tuple(
        desk.wording.say(
            "coordinator_branch_count",
            days=days,
            count=work.debriefs.for_branch_since(prison_id, now - timedelta(days=days)),
        )
        for days in _BRANCH_DAYS
    )


def _people(caller: Caller, work: UnitOfWork) -> dict[str, Person]:
    """Those whom this account sees, by id."""
    found = work.persons.list_of(caller.staff.prison_id)
    return {each.id: each for each in found if caller.sees(each.prison_id, each.place.wing)}


def _seen(caller: Caller, work: UnitOfWork, person_id: str) -> Person:
    person = work.persons.get(person_id)
    if person is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
    return person


def _cell(text: str) -> str:
    """A name that a spreadsheet would take for a formula is text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
