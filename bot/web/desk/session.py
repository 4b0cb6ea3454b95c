"""Signing in and out at the desk, and the session behind the cookie."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.people import desk as accounts
from bot.people import emergency
from bot.people.checked import check
from bot.people.model import Staff, StaffSession
from bot.people.rights import rights_of
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.web import cookies
from bot.web.address import address_of
from bot.web.desk import signing
from bot.web.desk.desk import COOKIE, Caller, Desk, DeskHere, SignedIn
from bot.web.desk.forms import CheckedForm, read_form
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.signing import FORM_COOKIE
from bot.web.forms import StaleForm

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

# What other pages end with, when they lead here.
_SAID = ("password", "codes")
# A session is written down as in use at most this often: a live board asks every few seconds.
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """`provider` says whether staff sign in elsewhere, and only emergency accounts here."""

    form_token: str
    provider: bool


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


def caller_of_token(desk: Desk, token: str) -> Caller:
    """With what emergency access adds while it lasts. Raises SessionEnded."""
    staff, session = resume(desk, token)
    with desk.product.database.reading() as work:
        staff, wide = emergency.widened(work, staff, session, desk.product.now())
    return Caller(staff, session, rights_of(staff.roles), wide)


@router.get("/sign-in")
def show_sign_in(request: Request, desk: DeskHere, said: str = "") -> Response:
    return sign_in_page(desk, request, desk.wording.say(f"sign_in_said_{said}") if said in _SAID else "", 200)


@router.post("/sign-in")
async def sign_in(request: Request, desk: DeskHere) -> Response:
    try:
        sent = await read_form(request, desk, cookies.read(request, desk.product.settings, FORM_COOKIE))
    except StaleForm:
        return sign_in_page(desk, request, desk.wording.say("stale_words"), 403)
    result = await run_in_threadpool(_try, desk, request, sent.text("username"), sent.raw("password"))
    if isinstance(result, SignInError):
        words, status = signing.words_for(desk, result, "sign_in_wrong")
        return signing.with_wait(desk, sign_in_page(desk, request, words, status), result)
    if isinstance(result, accounts.HalfWay):
        return signing.half_way(desk, result)
    log.info("desk.signed_in", staff_id=result.staff.id)
    return signing.signed_in(desk, result)


@router.post("/sign-out")
def sign_out(desk: DeskHere, caller: SignedIn, _sent: CheckedForm) -> Response:
    with desk.product.database.writing() as work:
        accounts.sign_out(work, caller.staff, caller.session, now=desk.product.now())
    answer = RedirectResponse("/sign-in", status_code=303)
    cookies.drop(answer, desk.product.settings, COOKIE)
    return answer


def _try(
    desk: Desk, request: Request, username: str, password: str
) -> accounts.StaffSignedIn | accounts.HalfWay | SignInError:
    product = desk.product
    now, gate = product.now(), signing.gate_for(desk, request, username)
    with product.database.reading() as work:
        held = gate.held_until(work.tries, now)
        found = work.staff.find_by_username(product.prison.id, accounts.tidy_name(username))
    if held is not None:
        # Before the hashing: who floods the sign-in is answered at once and cheaply.
        return WaitFirst(held)
    # Outside the transaction: a flood of sign-ins must not keep a message from being stored.
    checked = check(product.hasher, (found.password_hash or None) if found else None, password)
    with product.database.writing() as work:
        result = accounts.sign_in(
            work,
            product.prison.id,
            username,
            password,
            checked,
            address=address_of(request, product.settings),
            policy=signing.policy_of(desk),
            now=now,
        )
        if isinstance(result, accounts.StaffSignedIn):
            signing.end_before(desk, work, request)
    return result


def sign_in_page(desk: Desk, request: Request, notice: str, status: int) -> Response:
    owner = signing.owner_of(desk, request)
    page = SignInPage(
        desk=desk,
        shell=shell_for(desk, None, "sign_in"),
        notice=notice,
        form_token=desk.tokens.make(owner),
        provider=signing.policy_of(desk).by_provider,
    )
    answer = desk.pages.answer("desk/sign_in.html", page, status)
    cookies.put(answer, desk.product.settings, FORM_COOKIE, owner)
    return answer
