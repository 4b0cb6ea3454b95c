"""A supporter's report of pressure or threats: read, dealt with, closed. Each look is in the audit."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import Response

from bot.people import pressure
from bot.people.pressure import NoSuchReport, NothingSaid, PressureReport
from bot.store.sealed import CannotOpen
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.coordinator import to
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    id: str
    first_name: str
    cell: str
    at: str
    words: str
    seen: str
    done: str
    closed: str


@router.get("/coordinator/reports/{report_id}")
def show(desk: DeskHere, caller: SignedIn, report_id: Id) -> Response:
    return _answer(desk, caller, report_id)


@router.post("/coordinator/reports/{report_id}")
def close(desk: DeskHere, caller: SignedIn, report_id: Id, sent: CheckedForm) -> Response:
    staff = caller.staff
    try:
        with desk.product.database.writing() as work:
            _seen(caller, work, work.pressure.get_for_change(report_id))
            pressure.close(
                work,
                report_id,
                staff.id,
                sent.text("done"),
                seals=desk.sealer,
                prison_id=staff.prison_id,
                now=desk.product.now(),
            )
    except NothingSaid:
        return _answer(desk, caller, report_id, desk.wording.say("error_pressure_done"), 400)
    except NoSuchReport:
        return _answer(desk, caller, report_id, desk.wording.say("error_changed_meanwhile"), 409)
    log.info("pressure.closed", report_id=report_id, staff_id=staff.id)
    return to("closed")


def _answer(desk: Desk, caller: Caller, report_id: str, notice: str = "", status: int = 200) -> Response:
    now, staff, wording = desk.product.now(), caller.staff, desk.wording
    with desk.product.database.writing() as work:
        _seen(caller, work, work.pressure.get_for_change(report_id))
        try:
            report = pressure.view(work, report_id, staff.id, prison_id=staff.prison_id, now=now)
        except NoSuchReport:  # of another prison, which its writer has left since
            raise NotFound from None
        person, names = work.persons.get(report.person_id), work.staff.names(staff.prison_id)
        if person is None:
            raise NotFound
        page = ReportPage(
            desk=desk,
            shell=shell_for(desk, caller, "pressure", work=work),
            notice=notice,
            id=report.id,
            first_name=person.first_name,
            cell=person.place.cell,
            at=wording.exact(report.at),
            words=_opened(desk, report.words),
            seen=_by(desk, "pressure_seen_by", names, report.seen_by),
            done=_opened(desk, report.done) if report.done else "",
            closed=_by(desk, "pressure_closed_by", names, report.closed_by),
        )
    return desk.pages.answer("desk/pressure_report.html", page, status)


def _opened(desk: Desk, sealed: str) -> str:
    """Where no key opens it, that is said: an empty page would look as if nothing had been written."""
    try:
        return desk.sealer.open(sealed)
    except CannotOpen:
        log.error("pressure.not_opened")
        return desk.wording.say("pressure_not_opened")


def _by(desk: Desk, key: str, names: dict[str, str], staff_id: str | None) -> str:
    return desk.wording.say(key, name=names.get(staff_id, desk.wording.say("who_staff"))) if staff_id else ""


def _seen(caller: Caller, work: UnitOfWork, report: PressureReport | None) -> None:
    """Raises NotFound, also for a person of another prison or wing."""
    person = work.persons.get(report.person_id) if report else None
    if person is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
