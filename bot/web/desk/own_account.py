"""The own account: another password, the second step, and the sessions that are open."""

from dataclasses import dataclass, replace

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.people import accounts as rules
from bot.people import desk as accounts
from bot.people import second_step
from bot.people.checked import check
from bot.people.model import Staff
from bot.people.password_rules import fault
from bot.people.second_step import HasOneAlready
from bot.people.tablets import SignInError, WaitFirst
from bot.web.desk import signing
from bot.web.desk.desk import Caller, Desk, DeskHere, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.sign_in_steps import Setup, make_setup, recovery_page

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_DONE = ("password", "sessions", "off")


@dataclass(frozen=True)
class SessionRow:
    since: str
    seen: str
    how: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class OwnPage(Page):
    """`has_password` is false for who signs in with the provider."""

    username: str
    roles: str
    wings: str
    done: str
    told: str
    has_password: bool
    second_step: str
    has_step: bool
    may_end_step: bool
    rows: tuple[SessionRow, ...]


@dataclass(frozen=True, kw_only=True)
class OwnSetUpPage(Page):
    setup: Setup


@router.get("/account")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    return _answer(desk, caller, 200, done=desk.wording.say(f"account_done_{done}") if done in _DONE else "")


@router.post("/account/password")
def change_password(request: Request, desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    old, new = sent.raw("old"), sent.raw("new")
    wrong = password_fault(desk, caller.staff, new) or ("password_same" if old == new else "")
    if wrong:
        return _answer(desk, caller, 400, notice=desk.wording.say(wrong))
    why = _old_password(desk, request, caller, old)
    if why is not None:
        return _not_the_password(desk, caller, why)
    # Slow on purpose, so before any lock is held.
    hashed, now = desk.product.hasher.hash(new), desk.product.now()
    with desk.product.database.writing() as work:
        rules.change_password(work, caller.staff, hashed, now=now)
        # What ends by itself still does: nobody stays longer for having a new password.
        how, ends_at = caller.session.how, caller.session.ends_at
        result = accounts.open_session(work, caller.staff, how=how, ends_at=ends_at, now=now)
    log.info("account.password_changed", staff_id=caller.staff.id)
    return signing.signed_in(desk, result, "/account?done=password")


@router.post("/account/sessions")
def end_sessions(desk: DeskHere, caller: SignedIn, _sent: CheckedForm) -> Response:
    """Every session but this one."""
    now, staff = desk.product.now(), caller.staff
    with desk.product.database.writing() as work:
        work.staff.end_sessions_of(staff.id, now, but=caller.session.id)
        work.half_sign_ins.end_all_of(staff.id, now)
        work.audit.put(staff.prison_id, staff.id, "sessions_ended", staff.id, now)
    return RedirectResponse("/account?done=sessions", status_code=303)


@router.get("/account/second-step")
def show_second_step(desk: DeskHere, caller: SignedIn) -> Response:
    return _set_up(desk, caller, "", 200, anew=True)


@router.post("/account/second-step")
def set_second_step(request: Request, desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    """With the password: else whoever finds a desk left open could put an own telephone to the account."""
    why = _old_password(desk, request, caller, sent.raw("old"))
    if why is not None:
        words, status = signing.words_for(desk, why, "account_old_wrong")
        return _set_up(desk, caller, words, status)
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            typed = sent.raw("code")
            recovery = second_step.prove(work, caller.staff, typed, desk.codes, desk.sealer, now=now)
            if recovery is not None:
                # Whoever got in elsewhere without it gives it now.
                work.staff.end_sessions_of(caller.staff.id, now, but=caller.session.id)
    except HasOneAlready:
        return RedirectResponse("/account", status_code=303)
    if recovery is None:
        return _set_up(desk, caller, desk.wording.say("code_wrong"), 400)
    return recovery_page(desk, recovery, "/account")


@router.post("/account/second-step/{change}")
def change_second_step(
    request: Request, desk: DeskHere, caller: SignedIn, change: str, sent: CheckedForm
) -> Response:
    """Off, or ten new codes for paper. Both ask for the password: a desk left open is not enough."""
    if change not in ("off", "recovery"):
        raise NotFound
    if change == "off" and signing.policy_of(desk).second_step:
        return _answer(desk, caller, 400, notice=desk.wording.say("account_step_required"))
    why = _old_password(desk, request, caller, sent.raw("old"))
    if why is not None:
        return _not_the_password(desk, caller, why)
    now, staff = desk.product.now(), caller.staff
    with desk.product.database.writing() as work:
        if not work.locks.get(staff.id).has_second_step:
            return RedirectResponse("/account", status_code=303)
        if change == "recovery":
            return recovery_page(desk, second_step.new_recovery(work, staff, now=now), "/account")
        second_step.take_away(work, staff, staff.id, now=now)
    return RedirectResponse("/account?done=off", status_code=303)


def password_fault(desk: Desk, staff: Staff, password: str) -> str:
    prison = desk.product.prison
    names = (staff.username, staff.name, prison.id, prison.name, *prison.wings, desk.wording.say("brand"))
    return fault(password, names)


def _old_password(desk: Desk, request: Request, caller: Caller, typed: str) -> SignInError | None:
    """None when it is right. A wrong one counts as at the door, and the door's wait holds here too."""
    product, now = desk.product, desk.product.now()
    gate = signing.gate_for(desk, request, caller.staff.username)
    checked = check(product.hasher, caller.staff.password_hash or None, typed)
    with product.database.writing() as work:
        held = gate.held_until(work.tries, now)
        if held is None and checked.right:
            return None
        return WaitFirst(held) if held else accounts.failed(work, gate, caller.staff, now=now)


def _not_the_password(desk: Desk, caller: Caller, why: SignInError) -> Response:
    words, status = signing.words_for(desk, why, "account_old_wrong")
    return _answer(desk, caller, 400 if status == 401 else status, notice=words)


def _set_up(desk: Desk, caller: Caller, notice: str, status: int, *, anew: bool = False) -> Response:
    if not caller.staff.password_hash:
        # The provider asks for its own second step.
        return RedirectResponse("/account", status_code=303)
    try:
        with desk.product.database.writing() as work:
            setup = make_setup(desk, work, caller.staff, anew=anew)
    except HasOneAlready:
        return RedirectResponse("/account", status_code=303)
    shell = shell_for(desk, caller, "account")
    page = OwnSetUpPage(desk=desk, shell=shell, notice=notice, setup=setup)
    return desk.pages.answer("desk/own_set_up.html", page, status)


def _answer(desk: Desk, caller: Caller, status: int, *, notice: str = "", done: str = "") -> Response:
    say, now, staff = desk.wording.say, desk.product.now(), caller.staff
    with desk.product.database.reading() as work:
        lock = work.locks.look(staff.id)
        rows = tuple(
            SessionRow(
                since=desk.wording.clock(session.started_at, now),
                seen=desk.wording.clock(session.last_seen_at, now),
                how=say(f"session_{session.how}"),
                own=session.id == caller.session.id,
            )
            for session in work.staff.sessions_of(staff.id)
            if not accounts.is_over(session, idle=desk.idle, longest=desk.longest, now=now)
        )
        page = OwnPage(
            desk=desk,
            shell=shell_for(desk, caller, "account", work=work),
            notice=notice,
            username=staff.username,
            roles=", ".join(desk.wording.staff_role_name(role.value) for role in staff.roles),
            wings=", ".join(staff.wings) or say("account_all_wings"),
            done=done,
            told=say(f"account_told_{lock.told}") if lock.told else "",
            has_password=bool(staff.password_hash),
            second_step=say("account_step_on" if lock.has_second_step else "account_step_off"),
            has_step=lock.has_second_step,
            may_end_step=lock.has_second_step and not signing.policy_of(desk).second_step,
            rows=rows,
        )
    if lock.told:
        with desk.product.database.writing() as work:
            work.locks.put(replace(work.locks.get(staff.id), told=""))
    return desk.pages.answer("desk/own_account.html", page, status)
