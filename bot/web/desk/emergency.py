"""Emergency access at the desk: taking it, ending it, and looking at what others took."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.people import desk as accounts
from bot.people import emergency as rules
from bot.people.lock_model import Emergency, HalfSignIn, Stage
from bot.people.rights import Right
from bot.people.tablets import SessionEnded
from bot.store.sealed import CannotOpen
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import signing
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.sign_in_steps import half_form

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_DONE = ("taken", "ended", "reviewed")
_LONGEST = 2000


@dataclass(frozen=True)
class EmergencyRow:
    """`may_review` is false for one's own, and for what somebody has looked at."""

    id: str
    who: str
    kind: str
    began: str
    ended: str
    lasts: bool
    reason: str
    review: str
    may_review: bool


@dataclass(frozen=True, kw_only=True)
class EmergencyPage(Page):
    done: str
    until: str
    own_id: str
    reason: str
    minutes: int
    reviews: bool
    rows: tuple[EmergencyRow, ...]


@dataclass(frozen=True, kw_only=True)
class ReasonPage(Page):
    form_token: str
    minutes: int


@router.get("/emergency")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    return _answer(
        desk, caller, 200, done=desk.wording.say(f"emergency_done_{done}") if done in _DONE else ""
    )


@router.post("/emergency")
def take(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    reason = sent.text("reason", _LONGEST)
    try:
        with desk.product.database.writing() as work:
            own = work.staff.get(caller.staff.id) or caller.staff
            now = desk.product.now()
            rules.take(work, own, reason, desk.sealer, lasts=_lasts(desk), now=now)
    except rules.NoReason:
        return _answer(desk, caller, 400, notice=desk.wording.say("emergency_no_reason"), reason=reason)
    log.warning("emergency.taken", staff_id=caller.staff.id)
    return RedirectResponse("/emergency?done=taken", status_code=303)


@router.post("/emergency/{emergency_id}/end")
def end(desk: DeskHere, caller: SignedIn, emergency_id: Id, _sent: CheckedForm) -> Response:
    others = caller.may(Right.REVIEW_EMERGENCY)
    now = desk.product.now()
    with desk.product.database.writing() as work:
        if not rules.end(work, emergency_id, caller.staff, may_end_others=others, now=now):
            raise NotFound
        _end_sessions(work, emergency_id, now)
    return RedirectResponse("/emergency?done=ended", status_code=303)


@router.post("/emergency/{emergency_id}/review")
def review(desk: DeskHere, caller: SignedIn, emergency_id: Id, sent: CheckedForm) -> Response:
    note = sent.text("note", _LONGEST)
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            rules.review(work, emergency_id, caller.staff, note, desk.sealer, now=now)
            _end_sessions(work, emergency_id, now)
    except rules.NoReason:
        return _answer(desk, caller, 400, notice=desk.wording.say("emergency_no_note"))
    except rules.CannotReview:
        return _answer(desk, caller, 409, notice=desk.wording.say("emergency_cannot_review"))
    return RedirectResponse("/emergency?done=reviewed", status_code=303)


@router.get("/sign-in/reason")
def show_reason(request: Request, desk: DeskHere) -> Response:
    try:
        with desk.product.database.reading() as work:
            _, half = signing.half_of(desk, work, request, Stage.REASON)
    except SessionEnded:
        return RedirectResponse("/sign-in", status_code=303)
    return _reason_page(desk, half, "", 200)


@router.post("/sign-in/reason")
async def reason(request: Request, desk: DeskHere) -> Response:
    """The last step of an emergency account: why. Then it is in, for a short time, and others are told."""
    half, sent = await half_form(request, desk, Stage.REASON)
    return await run_in_threadpool(_get_in, desk, request, half, sent.text("reason", _LONGEST))


def _get_in(desk: Desk, request: Request, half: HalfSignIn, words: str) -> Response:
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            staff, half = signing.half_of(desk, work, request, Stage.REASON)
            made = rules.take_with_account(work, staff, words, desk.sealer, lasts=_lasts(desk), now=now)
            work.half_sign_ins.end_all_of(staff.id, now)
            signing.gate_for(desk, request, staff.username).went_well(work.tries, now)
            signing.end_before(desk, work, request)
            result = accounts.open_session(work, staff, how="emergency", ends_at=made.ends_at, now=now)
    except SessionEnded:
        return RedirectResponse("/sign-in", status_code=303)
    except rules.NoReason:
        return _reason_page(desk, half, desk.wording.say("emergency_no_reason"), 400)
    log.warning("emergency.signed_in", staff_id=staff.id)
    return signing.signed_in(desk, result)


def _end_sessions(work: UnitOfWork, emergency_id: str, now: datetime) -> None:
    """An account that got in by the emergency alone goes with it."""
    found = work.emergencies.get(emergency_id)
    if found is None or found.roles:
        return
    for session in work.staff.sessions_of(found.staff_id):
        if session.how == "emergency":
            work.staff.save_session(replace(session, ended_at=now))


def _lasts(desk: Desk) -> timedelta:
    return timedelta(minutes=desk.product.settings.emergency_minutes)


def _reason_page(desk: Desk, half: HalfSignIn, notice: str, status: int) -> Response:
    page = ReasonPage(
        desk=desk,
        shell=shell_for(desk, None, "sign_in"),
        notice=notice,
        form_token=desk.tokens.make(half.id),
        minutes=desk.product.settings.emergency_minutes,
    )
    return desk.pages.answer("desk/sign_in_reason.html", page, status)


def _answer(
    desk: Desk, caller: Caller, status: int, *, notice: str = "", done: str = "", reason: str = ""
) -> Response:
    now, reviews, staff = desk.product.now(), caller.may(Right.REVIEW_EMERGENCY), caller.staff
    with desk.product.database.writing() as work:
        names = work.staff.names(staff.prison_id)
        shown = work.emergencies.list_of(staff.prison_id) if reviews else ()
        if shown:
            work.audit.put(staff.prison_id, staff.id, "emergency_viewed", str(len(shown)), now)
        own = caller.emergency
        page = EmergencyPage(
            desk=desk,
            shell=shell_for(desk, caller, "emergency", work=work),
            notice=notice,
            done=done,
            until=desk.wording.clock(own.ends_at, now) if own else "",
            own_id=own.id if own else "",
            reason=reason,
            minutes=desk.product.settings.emergency_minutes,
            reviews=reviews,
            rows=tuple(_row(desk, caller, each, names, now) for each in shown),
        )
    return desk.pages.answer("desk/emergency.html", page, status)


def _row(desk: Desk, caller: Caller, one: Emergency, names: dict[str, str], now: datetime) -> EmergencyRow:
    say, clock = desk.wording.say, desk.wording.clock
    reviewed = one.reviewed_at is not None and one.reviewed_by is not None
    review = ""
    if one.reviewed_at is not None and one.reviewed_by is not None:
        by, at = names.get(one.reviewed_by, ""), clock(one.reviewed_at, now)
        review = say("emergency_reviewed", name=by, at=at, words=_opened(desk, one.review))
    return EmergencyRow(
        id=one.id,
        who=names.get(one.staff_id, ""),
        kind=say("emergency_kind_rights" if one.roles else "emergency_kind_account"),
        began=clock(one.began_at, now),
        ended=clock(one.ended_at or one.ends_at, now),
        lasts=one.lasts(now),
        reason=_opened(desk, one.reason),
        review=review,
        may_review=not reviewed and one.staff_id != caller.staff.id,
    )


def _opened(desk: Desk, sealed: str) -> str:
    try:
        return desk.sealer.open(sealed)
    except CannotOpen:
        return desk.wording.say("emergency_sealed")
