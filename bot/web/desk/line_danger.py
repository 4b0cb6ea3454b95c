"""Danger that staff see in words which show no writer: whoever wrote them is found, and somebody goes."""

import uuid
from collections.abc import Sequence

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.learning import service as learning
from bot.learning.model import Fate, NotUnderstood
from bot.learning.writers import SEARCHED, since, written_as
from bot.safety import reports
from bot.safety.message import Direction, Message
from bot.safety.model import Level
from bot.safety.record import SafetyRecord
from bot.safety.reports import Danger, Written, missed_in
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.danger_learning import level_of, propose, risk_of
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.not_understood import refused
from bot.web.desk.verdicts import reason_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_LONGEST_NOTE = 500
_DANGER_TONE = "danger"


@router.post("/not-understood/{line_id}/danger")
def report(desk: DeskHere, caller: SignedIn, line_id: Id, sent: CheckedForm) -> Response:
    level, risk, words = level_of(sent.text("level", 32)), risk_of(sent.text("risk", 32)), sent.text("words")
    if level is None or level is Level.NONE or risk is None or len(words) > _LONGEST_NOTE:
        return refused(desk, caller, "error_danger_whole", 400, line_id, sent)
    danger = Danger(level, risk, reason_of(desk, words))
    # Found before anything is locked: every message of the last weeks may have to be looked at.
    line, messages = _written(desk, caller, line_id)
    try:
        with desk.product.database.writing() as work:
            learning.dismiss(
                work,
                line_id,
                caller.staff.id,
                prison_id=line.prison_id,
                seen=Fate.NEW,
                now=desk.product.now(),
            )
            records = [_open(desk, caller, work, message, danger, line) for message in messages[:1]]
            now = desk.product.now()
            mark = missed_in(records, danger, caller.actor, line.language, prison_id=line.prison_id, now=now)
            work.verdicts.add(mark)
            work.audit.put(line.prison_id, caller.staff.id, "danger_reported", line_id, now)
    except learning.LineChanged:
        return refused(desk, caller, "error_line_changed", 409, line_id, sent)
    for message in messages[1:]:
        # One at a time: whoever holds the log's head must not wait for another person's row.
        with desk.product.database.writing() as work:
            _open(desk, caller, work, message, danger, line)
    log.info("danger.reported", line_id=line_id, staff_id=caller.staff.id, writers=len(messages))
    propose(desk, caller, mark, line.text)
    done = "danger_found" if messages else "danger_nobody"
    return RedirectResponse(f"/not-understood?done={done}", status_code=303)


def _written(desk: Desk, caller: Caller, line_id: str) -> tuple[NotUnderstood, Sequence[Message]]:
    product = desk.product
    with product.database.reading() as work:
        line = work.not_understood.get_for_change(line_id)
        if line is None or line.prison_id != caller.staff.prison_id:
            raise NotFound
        since_then = since(line.day, product.prison.zone)
        return line, written_as(line.text, work.messages.written_in(line.prison_id, since_then, SEARCHED))


def _open(
    desk: Desk, caller: Caller, work: UnitOfWork, message: Message, danger: Danger, line: NotUnderstood
) -> SafetyRecord:
    """As the screen would have. The person reads that staff were told, as always when that happens."""
    product, now = desk.product, desk.product.now()
    written = Written(message.person_id, message.id, message.text, message.at, line.language)
    record = reports.open_for(work, written, caller.actor, danger, prison=product.prison, now=now)
    language = work.people.lock(message.person_id).language
    work.messages.add(
        Message(
            id=uuid.uuid4().hex,
            person_id=message.person_id,
            device_id=message.device_id,
            direction=Direction.TO_PERSON,
            text=product.texts.say("danger_told", language),
            at=now,
            form_key=f"told-{uuid.uuid4().hex}",
            record_id=record.id,
            tone=_DANGER_TONE,
        )
    )
    return record
