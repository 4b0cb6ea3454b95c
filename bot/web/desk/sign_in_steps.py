"""The second step at the desk's door: the code, and setting one up where it is required."""

from dataclasses import dataclass, replace

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.people import desk as accounts
from bot.people import second_step
from bot.people.lock_model import HalfSignIn, Stage
from bot.people.model import Staff
from bot.people.tablets import SessionEnded, SignInError, WaitFirst
from bot.web import cookies
from bot.web.desk import signing
from bot.web.desk.desk import Desk, DeskHere
from bot.web.desk.forms import Sent, read_form
from bot.web.desk.shell import Page, shell_for
from bot.web.forms import StaleForm
from bot.web.qr import picture_of

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_MOST_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class CodePage(Page):
    form_token: str


@dataclass(frozen=True)
class Setup:
    """What a code app needs: a picture, and the same in letters for who cannot read a picture."""

    picture: str
    letters: str


@dataclass(frozen=True, kw_only=True)
class SetUpPage(Page):
    form_token: str
    setup: Setup


@dataclass(frozen=True, kw_only=True)
class RecoveryPage(Page):
    """Shown once."""

    codes: tuple[str, ...]
    onward: str


@router.get("/sign-in/code")
def show_code(request: Request, desk: DeskHere) -> Response:
    try:
        with desk.product.database.reading() as work:
            _, half = signing.half_of(desk, work, request, Stage.CODE)
    except SessionEnded:
        return RedirectResponse("/sign-in", status_code=303)
    return _code_page(desk, half, "", 200)


@router.post("/sign-in/code")
async def code(request: Request, desk: DeskHere) -> Response:
    half, sent = await half_form(request, desk, Stage.CODE)
    result = await run_in_threadpool(_try_code, desk, request, sent.raw("code"))
    if result is None:
        return RedirectResponse("/sign-in?said=codes", status_code=303)
    if isinstance(result, SignInError):
        words, status = signing.words_for(desk, result, "code_wrong")
        return signing.with_wait(desk, _code_page(desk, half, words, status), result)
    if isinstance(result, accounts.HalfWay):
        return signing.half_way(desk, result)
    log.info("desk.signed_in", staff_id=result.staff.id)
    return signing.signed_in(desk, result)


@router.get("/sign-in/set-up")
def show_set_up(request: Request, desk: DeskHere) -> Response:
    try:
        with desk.product.database.writing() as work:
            staff, half = signing.half_of(desk, work, request, Stage.SET_UP)
            setup = make_setup(desk, work, staff)
    except (SessionEnded, second_step.HasOneAlready):
        return RedirectResponse("/sign-in", status_code=303)
    return _set_up_page(desk, half, setup, "", 200)


@router.post("/sign-in/set-up")
async def set_up(request: Request, desk: DeskHere) -> Response:
    _, sent = await half_form(request, desk, Stage.SET_UP)
    return await run_in_threadpool(_set_up, desk, request, sent.raw("code"))


async def half_form(request: Request, desk: Desk, stage: Stage) -> tuple[HalfSignIn, Sent]:
    """Bound to the half sign-in, as other forms are to the session. Raises StaleForm."""

    def find() -> HalfSignIn:
        with desk.product.database.reading() as work:
            return signing.half_of(desk, work, request, stage)[1]

    try:
        half = await run_in_threadpool(find)
    except SessionEnded as error:
        raise StaleForm from error
    return half, await read_form(request, desk, half.id)


def make_setup(desk: Desk, work: second_step.StepWork, staff: Staff, *, anew: bool = False) -> Setup:
    product, now = desk.product, desk.product.now()
    secret = second_step.show_secret(work, staff, desk.codes, desk.sealer, anew=anew, now=now)
    issuer = desk.wording.say("code_issuer", prison=product.prison.name)
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Setup(picture_of(desk.codes.address(secret, staff.username, issuer)), letters)


def recovery_page(desk: Desk, codes: tuple[str, ...], onward: str) -> Response:
    page = RecoveryPage(desk=desk, shell=shell_for(desk, None, "recovery"), codes=codes, onward=onward)
    return desk.pages.answer("desk/recovery.html", page)


def _try_code(
    desk: Desk, request: Request, typed: str
) -> accounts.StaffSignedIn | accounts.HalfWay | SignInError | None:
    """None when the half sign-in is over: then the password is asked for again."""
    product, now = desk.product, desk.product.now()
    with product.database.writing() as work:
        try:
            staff, half = signing.half_of(desk, work, request, Stage.CODE)
        except SessionEnded:
            return None
        gate = signing.gate_for(desk, request, staff.username)
        held = gate.held_until(work.tries, now)
        if held is not None:
            return WaitFirst(held)
        if second_step.accept(work, staff, typed, desk.codes, desk.sealer, now=now):
            result = accounts.go_on(work, staff, half, signing.policy_of(desk), gate, now=now)
            if isinstance(result, accounts.StaffSignedIn):
                signing.end_before(desk, work, request)
            return result
        tries = half.tries + 1
        over = tries >= _MOST_TRIES
        work.half_sign_ins.save(replace(half, tries=tries, ended_at=now if over else None))
        why = accounts.failed(work, gate, staff, now=now)
        return None if over else why


def _set_up(desk: Desk, request: Request, typed: str) -> Response:
    """Shows the recovery codes, once, and signs in with the same answer."""
    now = desk.product.now()
    with desk.product.database.writing() as work:
        try:
            staff, half = signing.half_of(desk, work, request, Stage.SET_UP)
            recovery = second_step.prove(work, staff, typed, desk.codes, desk.sealer, now=now)
            if recovery is None:
                setup = make_setup(desk, work, staff)
                return _set_up_page(desk, half, setup, desk.wording.say("code_wrong"), 401)
        except (SessionEnded, second_step.HasOneAlready):
            return RedirectResponse("/sign-in", status_code=303)
        gate = signing.gate_for(desk, request, staff.username)
        result = accounts.go_on(work, staff, half, signing.policy_of(desk), gate, now=now)
        signing.end_before(desk, work, request)
    if isinstance(result, accounts.HalfWay):
        answer = recovery_page(desk, recovery, signing.PAGES[result.half.stage])
        cookies.put(answer, desk.product.settings, signing.HALF_COOKIE, result.token)
        return answer
    answer = recovery_page(desk, recovery, signing.home_after(result))
    signing.keep(desk, answer, result)
    return answer


def _code_page(desk: Desk, half: HalfSignIn, notice: str, status: int) -> Response:
    page = CodePage(
        desk=desk,
        shell=shell_for(desk, None, "sign_in"),
        notice=notice,
        form_token=desk.tokens.make(half.id),
    )
    return desk.pages.answer("desk/sign_in_code.html", page, status)


def _set_up_page(desk: Desk, half: HalfSignIn, setup: Setup, notice: str, status: int) -> Response:
    page = SetUpPage(
        desk=desk,
        shell=shell_for(desk, None, "sign_in"),
        notice=notice,
        form_token=desk.tokens.make(half.id),
        setup=setup,
    )
    return desk.pages.answer("desk/sign_in_set_up.html", page, status)
