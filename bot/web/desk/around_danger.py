"""Danger that staff see in a message around one that was noticed: an alert is raised, and somebody goes."""

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.safety import conversations, reports
from bot.safety.feedback import SaidAlready
from bot.safety.model import Level
from bot.safety.reports import Danger, Written
from bot.safety.review import UnknownRecord
from bot.web.desk.alerts import seen_record
from bot.web.desk.danger_learning import level_of, propose, risk_of
from bot.web.desk.desk import DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.safety import answer, draft_of
from bot.web.desk.verdicts import reason_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_LONGEST_NOTE = 500


@router.post("/safety/{record_id}/conversation/{message_id}/danger")
def report(desk: DeskHere, caller: SignedIn, record_id: Id, message_id: Id, sent: CheckedForm) -> Response:
    """The conversation is at no address, so what cannot be taken is said on the record's page."""
    level, risk, words = level_of(sent.text("level", 32)), risk_of(sent.text("risk", 32)), sent.text("words")
    if level is None or level is Level.NONE or risk is None or len(words) > _LONGEST_NOTE:
        notice = desk.wording.say("error_danger_whole")
        return answer(desk, caller, record_id, notice, 400, draft_of(sent))
    danger, product = Danger(level, risk, reason_of(desk, words)), desk.product
    now = product.now()
    try:
        with product.database.writing() as work:
            record = seen_record(caller, work, record_id)
            message, language = conversations.passed_over(work, record, message_id, caller.actor)
            written = Written(message.person_id, message.id, message.text, message.at, language)
            raised = reports.open_for(work, written, caller.actor, danger, prison=product.prison, now=now)
            made = reports.missed_in(
                [raised], danger, caller.actor, language, prison_id=record.prison_id, now=now
            )
            work.verdicts.add(made)
            work.audit.put(record.prison_id, caller.staff.id, "danger_reported", raised.id, now)
    except UnknownRecord:
        raise NotFound from None
    except SaidAlready:
        notice = desk.wording.say("error_around_danger_again")
        return answer(desk, caller, record_id, notice, 409, draft_of(sent))
    log.info("danger.reported", record_id=raised.id, staff_id=caller.staff.id)
    propose(desk, caller, made, message.text)
    place = "alerts" if caller.may(Right.ANSWER_ALERTS) else "safety"
    return RedirectResponse(f"/{place}/{raised.id}", status_code=303)
