"""One alert: what was said, acknowledging it, and the welfare check at the cell."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.safety import review
from bot.safety.record import RecordState, SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.alert_words import Said, said_in
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SaidRow:
    words: str
    at: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What was typed into a check that was not stored, so that nobody types it twice."""

    seen: str = ""
    spoke: str = ""
    response: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertPage(Page):
    id: str
    level: str
    level_name: str
    level_words: str
    risks: str
    cell: str
    first_name: str
    place: str
    noticed: str
    state: str
    said: tuple[SaidRow, ...]
    passed_on: str
    can_acknowledge: bool
    can_check: bool
    draft: Draft
    record: str


@router.get("/alerts/{record_id}")
def show(desk: DeskHere, caller: SignedIn, record_id: Id) -> Response:
    with desk.product.database.writing() as work:
        record = seen_record(caller, work, record_id)
        work.audit.put(record.prison_id, caller.staff.id, "alert_viewed", record.id, desk.product.now())
        page = _page(desk, caller, work, record)
    return desk.pages.answer("desk/alert.html", page)


@router.post("/alerts/{record_id}/acknowledge")
def acknowledge(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            review.acknowledge(work, record_id, caller.actor, prison_id=record.prison_id, now=now)
    except review.NotInThisState:
        return _refused(desk, caller, record_id, "error_alert_faster", 409)
    log.info("alert.acknowledged", record_id=record_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/alerts/{record_id}", status_code=303)


@router.post("/alerts/{record_id}/check")
def check(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    seen, spoke, response = sent.yes_or_no("seen"), sent.yes_or_no("spoke"), sent.text("response")
    if seen is None or spoke is None or not response:
        return _refused(desk, caller, record_id, "error_check_words", 400, sent)
    now = desk.product.now()
    done = review.Check(seen, spoke, response)
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            review.check(work, record_id, caller.actor, done, prison_id=record.prison_id, now=now)
    except review.NotInThisState:
        return _refused(desk, caller, record_id, "error_check_faster", 409, sent)
    log.info("alert.checked", record_id=record_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/alerts/{record_id}", status_code=303)


def seen_record(caller: Caller, work: UnitOfWork, record_id: str, *, locked: bool = False) -> SafetyRecord:
    """Raises NotFound, also for a record of another prison or wing."""
    record = work.safety.get_for_change(record_id) if locked else work.safety.get(record_id)
    if record is None or not caller.sees(record.prison_id, record.place.wing):
        raise NotFound
    return record


def reasons_in_words(desk: Desk, said: Said) -> tuple[str, ...]:
    if not said.readable:
        return (desk.wording.say("reason_unreadable"),)
    return (*said.reasons, desk.wording.say("reason_fault")) if said.fault else said.reasons


def _refused(
    desk: Desk, caller: Caller, record_id: str, key: str, status: int, sent: Sent | None = None
) -> Response:
    draft = Draft(sent.raw("seen"), sent.raw("spoke"), sent.text("response")) if sent else Draft()
    with desk.product.database.reading() as work:
        record = seen_record(caller, work, record_id)
        page = _page(desk, caller, work, record, desk.wording.say(key), draft)
    return desk.pages.answer("desk/alert.html", page, status)


def _page(
    desk: Desk,
    caller: Caller,
    work: UnitOfWork,
    record: SafetyRecord,
    notice: str = "",
    draft: Draft | None = None,
) -> AlertPage:
    now, wording = desk.product.now(), desk.wording
    level, place = record.level.value, record.place
    said = reversed(said_in(work.safety.entries_of(record.id)))
    return AlertPage(
        desk=desk,
        shell=shell_for(desk, caller, "alert", work=work),
        notice=notice,
        id=record.id,
        level=level,
        level_name=wording.say(f"level_{level}"),
        level_words=wording.say(f"level_{level}_words"),
        risks=wording.risks(record),
        cell=place.cell,
        first_name=record.first_name,
        place=wording.say("place_words", wing=place.wing, landing=place.landing, cell=place.cell),
        noticed=wording.clock(record.noticed_at, now),
        state=wording.say(f"record_{record.state.value}_words"),
        said=tuple(
            SaidRow(item.words, wording.clock(item.at, now), reasons_in_words(desk, item)) for item in said
        ),
        passed_on=(
            wording.say("passed_on", role=wording.staff_role(record.climbed_to)) if record.climbed_to else ""
        ),
        can_acknowledge=record.state is RecordState.OPEN,
        can_check=record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED),
        draft=draft or Draft(),
        record=f"/safety/{record.id}" if caller.may(Right.READ_SAFETY_LOG) else "",
    )
