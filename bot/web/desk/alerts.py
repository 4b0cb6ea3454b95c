"""One alert: acknowledging it, going, what is known of the person, and the welfare check at the cell.

Each form carries how many messages in danger its page showed. What came after them nobody closes unread.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.safety import floods, review
from bot.safety.record import SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.alert_page import Draft, build_alert
from bot.web.desk.board import build_board
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_LONGEST_COUNT = 10


@router.get("/alerts/{record_id}")
def show(desk: DeskHere, caller: SignedIn, record_id: Id, done: str = "") -> Response:
    written = desk.wording.say("cell_done_checked") if done == "cell" else ""
    with desk.product.database.writing() as work:
        record = seen_record(caller, work, record_id)
        work.audit.put(record.prison_id, caller.staff.id, "alert_viewed", record.id, desk.product.now())
        page = build_alert(desk, caller, work, record, written=written)
    return desk.pages.answer("desk/alert.html", page)


@router.post("/alerts/{record_id}/acknowledge")
def acknowledge(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    def step(work: UnitOfWork, prison_id: str) -> None:
        prison, now = desk.product.prison, desk.product.now()
        read = _read(sent)
        review.acknowledge(
            work, record_id, caller.actor, prison_id=prison_id, prison=prison, now=now, read=read
        )

    return _done(desk, caller, record_id, step, "alert.acknowledged", "error_alert_faster", sent)


@router.post("/alerts/acknowledge-all")
def acknowledge_all(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    """All of one cell that stood on the page, and an entry for each. What came since goes on sounding."""
    wing, cell, until = sent.text("wing", 64), sent.text("cell", 64), _moment(sent.text("until", 64))
    seen = floods.Seen(caller.staff.prison_id, wing, cell, until)
    if not caller.sees(seen.prison_id, wing):
        raise NotFound
    product = desk.product
    with product.database.reading() as work:
        together = work.safety.count_sounding_of_cell(seen.prison_id, wing, cell, until)
    done = 0
    while True:
        with product.database.writing() as work:
            some = floods.acknowledge_some(
                work, seen, caller.actor, together=together, prison=product.prison, now=product.now()
            )
        if not some:
            break
        done += some
    log.info("alerts.acknowledged_together", count=done, staff_id=caller.staff.id)
    if done:
        return RedirectResponse("/board", status_code=303)
    with product.database.reading() as work:
        page = build_board(desk, caller, work, "", desk.wording.say("error_all_faster"))
    return desk.pages.answer("desk/board.html", page, 409)


@router.post("/alerts/{record_id}/go")
def go(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    def step(work: UnitOfWork, prison_id: str) -> None:
        prison, now = desk.product.prison, desk.product.now()
        read = _read(sent)
        review.go(work, record_id, caller.actor, prison_id=prison_id, prison=prison, now=now, read=read)

    kept = "error_words_since_go"
    return _done(desk, caller, record_id, step, "alert.going", "error_alert_checked", sent, kept)


@router.post("/alerts/{record_id}/breathing/{answer}")
def breathing(desk: DeskHere, caller: SignedIn, record_id: Id, answer: Id, sent: CheckedForm) -> Response:
    well = {"yes": True, "no": False}.get(answer)
    if well is None:
        raise NotFound

    def step(work: UnitOfWork, prison_id: str) -> None:
        now, read = desk.product.now(), _read(sent)
        review.note_breathing(work, record_id, caller.actor, well, prison_id=prison_id, now=now, read=read)

    return _done(desk, caller, record_id, step, "alert.breathing_noted", "error_alert_checked", sent)


@router.post("/alerts/{record_id}/check")
def check(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    seen, spoke, response = sent.yes_or_no("seen"), sent.yes_or_no("spoke"), sent.text("response")
    if seen is None or spoke is None or not response:
        return _refused(desk, caller, record_id, "error_check_words", 400, sent)
    outcome = next((item for item in review.Outcome if item.value == sent.text("outcome")), None)
    found = review.Check(seen, spoke, response, outcome)

    def step(work: UnitOfWork, prison_id: str) -> None:
        prison, now = desk.product.prison, desk.product.now()
        read = _read(sent)
        review.check(
            work, record_id, caller.actor, found, prison_id=prison_id, prison=prison, now=now, read=read
        )

    kept = "error_words_since_check"
    return _done(desk, caller, record_id, step, "alert.checked", "error_check_faster", sent, kept)


def seen_record(caller: Caller, work: UnitOfWork, record_id: str, *, locked: bool = False) -> SafetyRecord:
    """Raises NotFound, also for a record of another prison or wing."""
    record = work.safety.get_for_change(record_id) if locked else work.safety.get(record_id)
    if record is None or not caller.sees(record.prison_id, record.place.wing):
        raise NotFound
    return record


def _moment(text: str) -> datetime:
    """Raises NotFound for what is no moment: the page itself writes it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if found.tzinfo is None:
        raise NotFound
    return found


def _read(sent: Sent) -> int:
    """How many messages in danger stood on the page of this form. Where it does not say, the first alone: a
    form of an earlier version closes nothing that it may not have shown."""
    text = sent.raw("times")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_COUNT else 1


def _done(
    desk: Desk,
    caller: Caller,
    record_id: str,
    step: Callable[[UnitOfWork, str], None],
    event: str,
    refusal: str,
    sent: Sent,
    kept: str = "",
) -> Response:
    """Takes the step, or says why it was not taken and keeps what was typed.

    `kept` says what became of a step that is in the log and did no more: the person had written again, and
    the page comes back with the new words.
    """
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            step(work, record.prison_id)
    except review.NotInThisState:
        return _refused(desk, caller, record_id, refusal, 409, sent)
    except review.WordsSince:
        return _refused(desk, caller, record_id, "error_words_since", 409, sent)
    log.info(event, record_id=record_id, staff_id=caller.staff.id)
    if kept and review.is_behind(record, _read(sent)):
        return _refused(desk, caller, record_id, kept, 409, sent)
    return RedirectResponse(f"/alerts/{record_id}", status_code=303)


def _refused(desk: Desk, caller: Caller, record_id: str, key: str, status: int, sent: Sent) -> Response:
    draft = Draft(sent.raw("seen"), sent.raw("spoke"), sent.text("response"), sent.text("outcome"))
    with desk.product.database.writing() as work:
        record = seen_record(caller, work, record_id)
        work.audit.put(record.prison_id, caller.staff.id, "alert_viewed", record.id, desk.product.now())
        notice = desk.wording.say(key, who=record.first_name)
        page = build_alert(desk, caller, work, record, notice, draft)
    return desk.pages.answer("desk/alert.html", page, status)
