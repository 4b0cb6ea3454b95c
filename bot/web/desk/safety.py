"""The safety log: the list, every entry of a record in order, and the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.safety import review
from bot.safety.record import Entry, RecordState, SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import entry_words
from bot.web.desk.actions import Choice
from bot.web.desk.alert_words import said_by
from bot.web.desk.alerts import seen_record
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.marking import Piece
from bot.web.desk.shell import Link, Page, shell_for
from bot.web.desk.verdict_forms import VerdictForm, verdict_form

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class RecordRow:
    href: str
    level: str
    level_name: str
    risks: str
    cell: str
    first_name: str
    noticed: str
    state: str
    last: str
    times: str


@dataclass(frozen=True, kw_only=True)
class SafetyPage(Page):
    filters: tuple[Link, ...]
    rows: tuple[RecordRow, ...]


@dataclass(frozen=True)
class EntryRow:
    """`words` are exact; `lines` are what was recorded beside them."""

    at: str
    heading: str
    words: tuple[Piece, ...]
    lines: tuple[str, ...]
    mark: str
    verdict: VerdictForm | None


@dataclass(frozen=True, kw_only=True)
class RecordPage(Page):
    id: str
    row: RecordRow
    place: str
    entries: tuple[EntryRow, ...]
    alert: str
    can_review: bool
    waits_for_check: bool
    outcomes: tuple[Choice, ...]
    outcome: str
    note: str


@router.get("/safety")
def show_list(desk: DeskHere, caller: SignedIn, state: str = "") -> Response:
    chosen = next((item for item in RecordState if item.value == state), None)
    now = desk.product.now()
    with desk.product.database.reading() as work:
        records = work.safety.list_of(caller.staff.prison_id, chosen, wings=caller.staff.wings)
        page = SafetyPage(
            desk=desk,
            shell=shell_for(desk, caller, "safety", work=work),
            filters=_filters(desk, chosen),
            rows=tuple(_row(desk, record, now) for record in records),
        )
    return desk.pages.answer("desk/safety.html", page)


@router.get("/safety/{record_id}")
def show_record(desk: DeskHere, caller: SignedIn, record_id: Id) -> Response:
    with desk.product.database.writing() as work:
        record = seen_record(caller, work, record_id)
        # Who read a record is part of the record's history.
        now = desk.product.now()
        work.audit.put(record.prison_id, caller.staff.id, "safety_record_viewed", record.id, now)
        page = _page(desk, caller, work, record)
    return desk.pages.answer("desk/safety_record.html", page)


@router.post("/safety/{record_id}/review")
def review_record(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    note = sent.text("note")
    outcome = next((item for item in review.Outcome if item.value == sent.text("outcome")), None)
    if outcome is None or not note:
        return _refused(desk, caller, record_id, "error_review_words", 400, sent)
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            review.review(work, record_id, caller.actor, outcome, note, prison_id=record.prison_id, now=now)
    except review.NotInThisState:
        return _refused(desk, caller, record_id, "error_review_state", 409, sent)
    log.info("safety.reviewed", record_id=record_id, staff_id=caller.staff.id)
    return RedirectResponse(f"/safety/{record_id}", status_code=303)


def _refused(desk: Desk, caller: Caller, record_id: str, key: str, status: int, sent: Sent) -> Response:
    with desk.product.database.reading() as work:
        record = seen_record(caller, work, record_id)
        page = _page(desk, caller, work, record, desk.wording.say(key), sent)
    return desk.pages.answer("desk/safety_record.html", page, status)


def _page(
    desk: Desk,
    caller: Caller,
    work: UnitOfWork,
    record: SafetyRecord,
    notice: str = "",
    sent: Sent | None = None,
) -> RecordPage:
    wording, place = desk.wording, record.place
    names = work.staff.names(record.prison_id)
    may_review = caller.may(Right.REVIEW_SAFETY_LOG)
    checked = record.state is RecordState.CHECKED
    return RecordPage(
        desk=desk,
        shell=shell_for(desk, caller, "safety_record", work=work),
        notice=notice,
        id=record.id,
        row=_row(desk, record, desk.product.now()),
        place=wording.say("place_words", wing=place.wing, landing=place.landing, cell=place.cell),
        entries=tuple(_entry(desk, caller, entry, names) for entry in work.safety.entries_of(record.id)),
        alert=f"/alerts/{record.id}" if caller.may(Right.ANSWER_ALERTS) else "",
        can_review=may_review and checked,
        waits_for_check=record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED),
        outcomes=tuple(Choice(item.value, wording.say(f"outcome_{item.value}")) for item in review.Outcome),
        outcome=sent.text("outcome") if sent else "",
        note=sent.text("note") if sent else "",
    )


def _filters(desk: Desk, chosen: RecordState | None) -> tuple[Link, ...]:
    every = Link(desk.wording.say("records_all"), "/safety", current=chosen is None)
    states = (
        Link(desk.wording.record_state(state), f"/safety?state={state.value}", current=state is chosen)
        for state in RecordState
    )
    return (every, *states)


def _row(desk: Desk, record: SafetyRecord, now: datetime) -> RecordRow:
    wording = desk.wording
    last = record.reviewed_at or record.checked_at or record.acknowledged_at or record.noticed_at
    return RecordRow(
        href=f"/safety/{record.id}",
        level=record.level.value,
        level_name=wording.say(f"level_{record.level.value}"),
        risks=wording.risks(record),
        cell=record.place.cell,
        first_name=record.first_name,
        noticed=wording.clock(record.noticed_at, now),
        state=wording.record_state(record.state),
        last=wording.clock(max(last, record.latest_at), now),
        times=wording.say("times_said", count=record.times) if record.times > 1 else "",
    )


def _entry(desk: Desk, caller: Caller, entry: Entry, names: Mapping[str, str]) -> EntryRow:
    return EntryRow(
        at=desk.wording.exact(entry.at),
        heading=entry_words.heading(desk, entry, names),
        words=_pieces(entry),
        lines=entry_words.lines(desk, entry),
        mark=entry.hash[:12],
        verdict=verdict_form(desk, caller, entry),
    )


def _pieces(entry: Entry) -> tuple[Piece, ...]:
    if "verdict" in entry.body:
        return said_by(entry).pieces
    return (Piece(entry.said()),) if entry.said() else ()
