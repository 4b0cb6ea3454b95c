"""What every way of signing in at the desk shares: the rules, the cookies, and where somebody lands."""

import secrets
from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from bot.people import desk as accounts
from bot.people.desk import HalfWay, Policy, StaffSignedIn
from bot.people.lock_model import HalfSignIn, Stage
from bot.people.model import Staff
from bot.people.ports import PeopleWork
from bot.people.rights import rights_of
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.people.throttle import Gate
from bot.settings import Mode
from bot.web import cookies
from bot.web.address import address_of
from bot.web.desk.desk import COOKIE, Desk
from bot.web.desk.shell import home_of

# Before sign-in there is no session to bind the form to: this cookie takes its place.
FORM_COOKIE = "signpost_desk_form"
# After the password and before the rest.
HALF_COOKIE = "signpost_desk_half"
PAGES = {
    Stage.CODE: "/sign-in/code",
    Stage.SET_UP: "/sign-in/set-up",
    Stage.REASON: "/sign-in/reason",
}


def policy_of(desk: Desk) -> Policy:
    settings = desk.product.settings
    production = settings.mode is Mode.PRODUCTION
    required = settings.second_step == "required" or (settings.second_step == "by_mode" and production)
    return Policy(second_step=required, by_provider=bool(settings.oidc_issuer))


def gate_for(desk: Desk, request: Request, username: str) -> Gate:
    address = address_of(request, desk.product.settings)
    return Gate.of(desk.product.prison.id, accounts.tidy_name(username), address)


def owner_of(desk: Desk, request: Request) -> str:
    """Whose form it is before anybody is signed in."""
    return cookies.read(request, desk.product.settings, FORM_COOKIE) or secrets.token_urlsafe(24)


def half_of(desk: Desk, work: PeopleWork, request: Request, stage: Stage) -> tuple[Staff, HalfSignIn]:
    """Raises SessionEnded."""
    token = cookies.read(request, desk.product.settings, HALF_COOKIE)
    prison_id = desk.product.prison.id
    return accounts.resume_half(work, token, stage, prison_id, now=desk.product.now())


def home_after(result: StaffSignedIn) -> str:
    """First what others did to the account, where its owner has not read it yet."""
    return "/account" if result.told else home_of(rights_of(result.staff.roles))


def signed_in(desk: Desk, result: StaffSignedIn, where: str = "") -> Response:
    answer = RedirectResponse(where or home_after(result), status_code=303)
    keep(desk, answer, result)
    return answer


def keep(desk: Desk, answer: Response, result: StaffSignedIn) -> None:
    settings = desk.product.settings
    cookies.put(answer, settings, COOKIE, result.token)
    cookies.drop(answer, settings, FORM_COOKIE)
    cookies.drop(answer, settings, HALF_COOKIE)


def half_way(desk: Desk, result: HalfWay) -> Response:
    answer = RedirectResponse(PAGES[result.half.stage], status_code=303)
    cookies.put(answer, desk.product.settings, HALF_COOKIE, result.token)
    return answer


def end_before(desk: Desk, work: PeopleWork, request: Request) -> None:
    """Whoever was signed in on this machine before is not any more."""
    now = desk.product.now()
    token = cookies.read(request, desk.product.settings, COOKIE)
    try:
        staff, session = accounts.resume(work, token, idle=desk.idle, longest=desk.longest, now=now)
    except SessionEnded:
        return
    accounts.sign_out(work, staff, session, now=now)


def words_for(desk: Desk, why: SignInError, wrong: str) -> tuple[str, int]:
    """The sentence and the status; `wrong` is the id of the sentence for what was simply wrong."""
    if not isinstance(why, WaitFirst):
        return desk.wording.say(wrong), 401
    # Rounded up: who comes back at the minute named must not be early.
    until = desk.wording.clock(why.until + timedelta(seconds=59), desk.product.now())
    return desk.wording.say("sign_in_wait", until=until), 429


def with_wait(desk: Desk, answer: Response, why: SignInError) -> Response:
    if isinstance(why, WaitFirst):
        left = why.until - desk.product.now()
        answer.headers["Retry-After"] = str(int(left.total_seconds()) + 1)
    return answer
