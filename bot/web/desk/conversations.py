"""What a person and the assistant wrote around a message in danger: for a reason, each time written down."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import Response

from bot.people.rights import Right
from bot.safety import conversations
from bot.safety.conversations import Opened, Purpose
from bot.safety.message import Direction, Message
from bot.safety.model import Level
from bot.safety.record import SafetyRecord
from bot.safety.review import UnknownRecord
from bot.web.desk.actions import Choice
from bot.web.desk.alerts import seen_record
from bot.web.desk.danger_learning import level_choices, risk_choices
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.safety import answer, draft_of
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.verdict_forms import Typed

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_LONGEST_WHY = 500


@dataclass(frozen=True)
class SaidRow:
    at: str
    who: str
    text: str
    by_person: bool
    is_noticed: bool
    # Where danger in it is reported; empty where there is nothing to report.
    report: str
    id: str


@dataclass(frozen=True, kw_only=True)
class ConversationPage(Page):
    cell: str
    first_name: str
    between: str
    rows: tuple[SaidRow, ...]
    whole: bool
    back: str
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    typed: Typed


@router.post("/safety/{record_id}/conversation")
def open_conversation(desk: DeskHere, caller: SignedIn, record_id: Id, sent: CheckedForm) -> Response:
    """Shown as the answer to the form and kept at no address: to see it again is to give a reason again."""
    purpose = next((item for item in Purpose if item.value == sent.text("purpose", 64)), None)
    why = sent.text("why")
    if purpose is None or not why or len(why) > _LONGEST_WHY:
        return answer(desk, caller, record_id, desk.wording.say("error_around"), 400, draft_of(sent))
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            record = seen_record(caller, work, record_id, locked=True)
            opened = conversations.open_around(
                *(work, record_id, sent.text("entry", 32), caller.actor, purpose, why),
                prison_id=record.prison_id,
                now=now,
            )
            work.audit.put(record.prison_id, caller.staff.id, "conversation_viewed", record.id, now, why=why)
            page = ConversationPage(
                desk=desk,
                shell=shell_for(desk, caller, "conversation", work=work),
                cell=record.place.cell,
                first_name=record.first_name,
                between=_between(desk, opened),
                rows=_rows(desk, caller, opened, record),
                whole=opened.whole,
                back=f"/safety/{record.id}",
                levels=level_choices(desk, without=(Level.NONE,)),
                risks=risk_choices(desk),
                typed=Typed(),
            )
    except UnknownRecord:
        raise NotFound from None
    log.info("conversation.opened", record_id=record_id, staff_id=caller.staff.id, purpose=purpose.value)
    return desk.pages.answer("desk/conversation.html", page)


def _between(desk: Desk, opened: Opened) -> str:
    now = desk.product.now()
    since, until = (desk.wording.clock(at, now) for at in (opened.since, opened.until))
    return desk.wording.say("around_between", since=since, until=until)


def _rows(desk: Desk, caller: Caller, opened: Opened, record: SafetyRecord) -> tuple[SaidRow, ...]:
    assistant = desk.wording.say("around_assistant")
    address = f"/safety/{record.id}/conversation"

    def report(message: Message) -> str:
        theirs = message.direction is Direction.FROM_PERSON and caller.may(Right.REPORT_DANGER)
        seen = message.id == opened.message_id or message.record_id
        return f"{address}/{message.id}/danger" if theirs and not seen else ""

    return tuple(
        SaidRow(
            at=desk.wording.exact(message.at),
            who=record.first_name if message.direction is Direction.FROM_PERSON else assistant,
            text=message.text,
            by_person=message.direction is Direction.FROM_PERSON,
            is_noticed=message.id == opened.message_id,
            report=report(message),
            id=message.id,
        )
        for message in opened.messages
    )
