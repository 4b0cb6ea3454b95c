"""Signing in and out at the desk, and the session behind the cookie."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.people import desk as accounts
from bot.people.checked import check
from bot.people.model import Staff, StaffSession
from bot.people.ports import PeopleWork
from bot.people.rights import rights_of
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.web.desk.desk import COOKIE, Desk, DeskHere, SignedIn
from bot.web.desk.forms import CheckedForm, read_form
from bot.web.desk.shell import Page, home_of, shell_for
from bot.web.forms import StaleForm

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

# Before sign-in there is no session to bind the form to: this cookie takes its place.
FORM_COOKIE = "signpost_desk_form"
# A session is written down as in use at most this often: a live board asks every few seconds.
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    form_token: str


def resume(desk: Desk, token: str) -> tuple[Staff, StaffSession]:
    """The account behind the cookie; an account of another prison is none. Raises SessionEnded.

    An open board keeps its session in use, up to the longest time: a board that fell silent on a quiet
    night because nobody touched it would be the greater danger.
    """
    now = desk.product.now()
    with desk.product.database.reading() as work:
        staff, session = accounts.resume(work, token, idle=desk.idle, longest=desk.longest, now=now)
    if staff.prison_id != desk.product.prison.id:
        raise SessionEnded
    if now - session.last_seen_at >= min(_TOUCH_EVERY, desk.idle / 4):
        with desk.product.database.writing() as work:
            # Read again: another request may have signed out meanwhile.
            _, session = accounts.resume(work, token, idle=desk.idle, longest=desk.longest, now=now)
            accounts.touch(work, session, now=now)
    return staff, session


@router.get("/sign-in")
def show_sign_in(request: Request, desk: DeskHere) -> Response:
    return _sign_in_page(desk, request, "", 200)


@router.post("/sign-in")
async def sign_in(request: Request, desk: DeskHere) -> Response:
    try:
        sent = await read_form(request, desk, request.cookies.get(FORM_COOKIE, ""))
    except StaleForm:
        return _sign_in_page(desk, request, desk.wording.say("stale_words"), 403)
    old = request.cookies.get(COOKIE, "")
    result = await run_in_threadpool(_try, desk, sent.text("username"), sent.raw("password"), old)
    if isinstance(result, SignInError):
        return _failed(desk, request, result)
    log.info("desk.signed_in", staff_id=result.staff.id)
    answer = RedirectResponse(home_of(rights_of(result.staff.roles)), status_code=303)
    _set_cookie(desk, answer, COOKIE, result.token)
    answer.delete_cookie(FORM_COOKIE)
    return answer


@router.post("/sign-out")
def sign_out(desk: DeskHere, caller: SignedIn, _sent: CheckedForm) -> Response:
    with desk.product.database.writing() as work:
        accounts.sign_out(work, caller.staff, caller.session, now=desk.product.now())
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def _try(desk: Desk, username: str, password: str, old_token: str) -> accounts.StaffSignedIn | SignInError:
    product = desk.product
    now = product.now()
    with product.database.reading() as work:
        found = work.staff.find_by_username(product.prison.id, username.strip().lower())
    # Outside the transaction: a flood of sign-ins must not keep a message from being stored.
    checked = check(product.hasher, found.password_hash if found else None, password)
    with product.database.writing() as work:
        result = accounts.sign_in(work, product.prison.id, username, password, checked, now=now)
        if not isinstance(result, SignInError):
            _end(desk, work, old_token)
    return result


def _end(desk: Desk, work: PeopleWork, token: str) -> None:
    """Whoever was signed in on this machine before is not any more."""
    now = desk.product.now()
    try:
        staff, session = accounts.resume(work, token, idle=desk.idle, longest=desk.longest, now=now)
    except SessionEnded:
        return
    accounts.sign_out(work, staff, session, now=now)


def _failed(desk: Desk, request: Request, why: SignInError) -> Response:
    if not isinstance(why, WaitFirst):
        return _sign_in_page(desk, request, desk.wording.say("sign_in_wrong"), 401)
    now = desk.product.now()
    # Rounded up: who comes back at the minute named must not be early.
    until = desk.wording.clock(why.until + timedelta(seconds=59), now)
    answer = _sign_in_page(desk, request, desk.wording.say("sign_in_wait", until=until), 429)
    answer.headers["Retry-After"] = str(int((why.until - now).total_seconds()) + 1)
    return answer


def _sign_in_page(desk: Desk, request: Request, notice: str, status: int) -> Response:
    owner = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
    page = SignInPage(
        desk=desk,
        shell=shell_for(desk, None, "sign_in"),
        notice=notice,
        form_token=desk.tokens.make(owner),
    )
    answer = desk.pages.answer("desk/sign_in.html", page, status)
    _set_cookie(desk, answer, FORM_COOKIE, owner)
    return answer


def _set_cookie(desk: Desk, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, httponly=True, samesite="strict", secure=desk.product.settings.secure_cookies, path="/"
    )
