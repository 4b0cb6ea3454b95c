"""One message that was noticed: staff say whether the screen was right, or report danger that it missed."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.safety import feedback, reports
from bot.safety.feedback import Judged, Opinion
from bot.safety.model import Level
from bot.safety.record import Entry, SafetyRecord
from bot.safety.verdict_words import verdict_in
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.alert_words import words_of
from bot.web.desk.alerts import seen_record
from bot.web.desk.danger_learning import level_choices, level_of, propose, risk_choices, risk_of
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.verdict_forms import Typed, VerdictForm, mark_in_words, typed_in, verdict_form

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class VerdictPage(Page):
    """`danger` is what was typed into the report; `form.typed` what was typed into the mark."""

    form: VerdictForm
    cell: str
    first_name: str
    written: str
    words: str
    marks: tuple[str, ...]
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    danger: Typed
    record: str


@router.get("/verdicts/{entry_id}")
def show(desk: DeskHere, caller: SignedIn, entry_id: Id) -> Response:
    return _answer(desk, caller, entry_id, 200)


@router.post("/verdicts/{entry_id}/mark")
def mark(desk: DeskHere, caller: SignedIn, entry_id: Id, sent: CheckedForm) -> Response:
    typed = typed_in(sent)
    opinion = next((item for item in Opinion if item.value == typed.opinion), None)
    if opinion is None or opinion is Opinion.MISSED:
        return _answer(desk, caller, entry_id, 400, "error_mark_whole", mark=typed)
    judged = Judged(opinion, level_of(typed.level), risk_of(typed.risk), typed.words)
    try:
        with desk.product.database.writing() as work:
            entry, record = _seen(caller, work, entry_id)
            made = feedback.mark(
                work,
                entry_id,
                caller.actor,
                judged,
                prison_id=record.prison_id,
                now=desk.product.now(),
            )
    except feedback.UnknownVerdict:
        raise NotFound from None
    except feedback.NotWhole:
        return _answer(desk, caller, entry_id, 400, "error_mark_whole", mark=typed)
    except feedback.SaidAlready:
        return _answer(desk, caller, entry_id, 409, "error_mark_again", mark=typed)
    log.info("verdict.marked", entry_id=entry_id, staff_id=caller.staff.id, opinion=opinion.value)
    propose(desk, caller, made, entry.said(), _parts(entry))
    return RedirectResponse(f"/safety/{record.id}#entry-{entry_id}", status_code=303)


@router.post("/verdicts/{entry_id}/danger")
def report(desk: DeskHere, caller: SignedIn, entry_id: Id, sent: CheckedForm) -> Response:
    typed = typed_in(sent)
    level, risk = level_of(typed.level), risk_of(typed.risk)
    if level is None or level is Level.NONE or risk is None or len(typed.words) > _LONGEST_NOTE:
        return _answer(desk, caller, entry_id, 400, "error_danger_whole", danger=typed)
    danger = reports.Danger(level, risk, reason_of(desk, typed.words))
    product = desk.product
    try:
        with product.database.writing() as work:
            entry, seen = _seen(caller, work, entry_id)
            made, record = reports.report(
                work,
                entry_id,
                caller.actor,
                danger,
                prison=product.prison,
                prison_id=seen.prison_id,
                now=product.now(),
            )
    except feedback.UnknownVerdict:
        raise NotFound from None
    except feedback.SaidAlready:
        return _answer(desk, caller, entry_id, 409, "error_danger_again", danger=typed)
    log.info("danger.reported", entry_id=entry_id, record_id=record.id, staff_id=caller.staff.id)
    propose(desk, caller, made, entry.said(), _parts(entry))
    place = "alerts" if caller.may(Right.ANSWER_ALERTS) else "safety"
    return RedirectResponse(f"/{place}/{record.id}", status_code=303)


def reason_of(desk: Desk, words: str) -> str:
    """What whoever goes to the cell reads as the reason."""
    say = desk.wording.say
    return say("reason_staff_words", words=words) if words else say("reason_staff")


def _seen(caller: Caller, work: UnitOfWork, entry_id: str) -> tuple[Entry, SafetyRecord]:
    """Raises NotFound, also for a message of another prison or wing."""
    entry = work.safety.entry(entry_id)
    if entry is None:
        raise NotFound
    return entry, seen_record(caller, work, entry.record_id)


def _parts(entry: Entry) -> tuple[str, ...]:
    verdict = verdict_in(entry)
    return tuple(reason.part for reason in verdict.reasons) if verdict else ()


def _answer(
    desk: Desk,
    caller: Caller,
    entry_id: str,
    status: int,
    notice: str = "",
    *,
    mark: Typed | None = None,
    danger: Typed | None = None,
) -> Response:
    product, wording = desk.product, desk.wording
    with product.database.writing() as work:
        entry, record = _seen(caller, work, entry_id)
        form = verdict_form(desk, caller, entry, mark)
        if form is None:
            raise NotFound
        # They are a person's words: who read them is written down.
        work.audit.put(record.prison_id, caller.staff.id, "verdict_viewed", record.id, product.now())
        names = work.staff.names(record.prison_id)
        page = VerdictPage(
            desk=desk,
            shell=shell_for(desk, caller, "verdict", work=work),
            notice=wording.say(notice) if notice else "",
            form=form,
            cell=str(entry.body.get("cell", "")),
            first_name=record.first_name,
            written=wording.exact(reports.written_at(entry)),
            words=words_of(desk, entry),
            marks=tuple(
                mark_in_words(desk, item, names.get(item.staff_id, wording.say("who_staff")))
                for item in work.verdicts.of_entry(entry_id)
            ),
            levels=level_choices(desk, without=(Level.NONE,)),
            risks=risk_choices(desk),
            danger=danger or Typed(),
            record=f"/safety/{record.id}" if caller.may(Right.READ_SAFETY_LOG) else f"/alerts/{record.id}",
        )
    return desk.pages.answer("desk/verdict.html", page, status)
