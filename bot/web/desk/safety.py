"""One safety record: every entry in order, its review, the second look, notes, and handing it on."""

from collections.abc import Callable, Mapping

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.safety import review, reviews
from bot.safety.concern import ConcernsYou
from bot.safety.record import SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.alerts import seen_record
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.record_page import Draft, build_record

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_Step = Callable[[UnitOfWork, SafetyRecord], object]


@router.get("/safety/{record_id}")
def show_record(desk: DeskHere, caller: SignedIn, record_id: Id) -> Response:
    return answer(desk, caller, record_id, "", 200)


@router.post("/safety/{record_id}/review")
def review_record(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    note = sent.text("note")
    outcome = next((item for item in review.Outcome if item.value == sent.text("outcome")), None)
    if outcome is None or not note:
        return _refused(desk, caller, record_id, "error_review_words", 400, sent)

    def step(work: UnitOfWork, record: SafetyRecord) -> None:
        prison, now = desk.product.prison, desk.product.now()
        review.review(
            *(work, record_id, caller.actor, outcome, note),
            prison_id=record.prison_id,
            prison=prison,
            now=now,
        )

    return _done(desk, caller, record_id, step, "safety.reviewed", "error_review_state", sent)


@router.post("/safety/{record_id}/second-look")
def second_look(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    agrees, note = sent.yes_or_no("agrees"), sent.text("look_note")
    if agrees is None or (not agrees and not note):
        return _refused(desk, caller, record_id, "error_look_words", 400, sent)

    def step(work: UnitOfWork, record: SafetyRecord) -> None:
        prison, now = desk.product.prison, desk.product.now()
        reviews.look_again(
            *(work, record_id, caller.actor, note),
            agrees=agrees,
            prison_id=record.prison_id,
            prison=prison,
            now=now,
        )

    return _done(desk, caller, record_id, step, "safety.looked_again", "error_look_state", sent)


@router.post("/safety/{record_id}/concerns-me")
def concerns_me(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    note = sent.text("concern_note")
    if not note:
        return _refused(desk, caller, record_id, "error_concern_words", 400, sent)

    def step(work: UnitOfWork, record: SafetyRecord) -> None:
        prison, now = desk.product.prison, desk.product.now()
        reviews.hand_on(
            work, record_id, caller.actor, note, prison_id=record.prison_id, prison=prison, now=now
        )

    return _done(desk, caller, record_id, step, "safety.handed_on", "error_concern_state", sent)


@router.post("/safety/{record_id}/note")
def note_on_record(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    note = sent.text("file_note")
    if not note:
        return _refused(desk, caller, record_id, "error_note_words", 400, sent)

    def step(work: UnitOfWork, record: SafetyRecord) -> None:
        now = desk.product.now()
        reviews.add_note(work, record_id, caller.actor, note, prison_id=record.prison_id, now=now)

    return _done(desk, caller, record_id, step, "safety.noted", "error_review_state", sent)


def answer(
    desk: Desk, caller: Caller, record_id: str, notice: str, status: int, draft: Draft | None = None
) -> Response:
    """The page, however one came to it: that it was shown is part of the record's history."""
    with desk.product.database.writing() as work:
        record = seen_record(caller, work, record_id)
        now = desk.product.now()
        work.audit.put(record.prison_id, caller.staff.id, "safety_record_viewed", record.id, now)
        page = build_record(desk, caller, work, record, notice, draft or Draft())
    return desk.pages.answer("desk/safety_record.html", page, status)


def _done(
    desk: Desk, caller: Caller, record_id: str, step: _Step, event: str, state: str, sent: Sent
) -> Response:
    """Takes the step, or says why it was not taken and keeps what was typed."""
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            step(work, record)
    except review.NotInThisState:
        return _refused(desk, caller, record_id, state, 409, sent)
    except ConcernsYou as error:
        return _refused(desk, caller, record_id, f"concern_{error.why.value}", 409, sent)
    log.info(event, record_id=record_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/safety/{record_id}", status_code=303)


def _refused(desk: Desk, caller: Caller, record_id: str, key: str, status: int, sent: Sent) -> Response:
    return answer(desk, caller, record_id, desk.wording.say(key), status, draft_of(sent))


def draft_of(sent: Sent) -> Draft:
    names = ("outcome", "note", "agrees", "look_note", "concern_note", "file_note", "purpose", "why")
    typed: Mapping[str, str] = {name: sent.text(name) for name in names}
    return Draft(**typed, entry=sent.text("entry", 32))
