"""The first password of an account, or a new one: its owner sets it with a code that works once."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.people import accounts
from bot.people.tablets import WaitFirst
from bot.web import cookies
from bot.web.desk import signing
from bot.web.desk.desk import Desk, DeskHere
from bot.web.desk.forms import Sent, read_form
from bot.web.desk.own_account import password_fault
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class FirstPage(Page):
    form_token: str
    username: str
    code: str


@router.get("/sign-in/first")
def show(request: Request, desk: DeskHere) -> Response:
    return _page(desk, request, "", 200)


@router.post("/sign-in/first")
async def set_password(request: Request, desk: DeskHere) -> Response:
    owner = cookies.read(request, desk.product.settings, signing.FORM_COOKIE)
    sent = await read_form(request, desk, owner)
    return await run_in_threadpool(_set, desk, request, sent)


def _set(desk: Desk, request: Request, sent: Sent) -> Response:
    product, now = desk.product, desk.product.now()
    username, code, password = sent.text("username", 64), sent.text("code", 64), sent.raw("password")
    gate = signing.gate_for(desk, request, username)
    with product.database.writing() as work:
        held = gate.held_until(work.tries, now)
        if held is None:
            staff = accounts.owner_of_code(work, product.prison.id, username, code, gate, now=now)
    if held is not None:
        why = WaitFirst(held)
        words, status = signing.words_for(desk, why, "first_wrong")
        return signing.with_wait(desk, _page(desk, request, words, status, username), why)
    if staff is None:
        return _page(desk, request, desk.wording.say("first_wrong"), 401, username)
    wrong = password_fault(desk, staff, password)
    if not wrong and password != sent.raw("again"):
        wrong = "password_again"
    if wrong:
        return _page(desk, request, desk.wording.say(wrong), 400, username, code)
    # Slow on purpose, so before any lock is held.
    hashed = product.hasher.hash(password)
    try:
        with product.database.writing() as work:
            accounts.set_first_password(work, staff, hashed, now=now)
    except LookupError:
        return _page(desk, request, desk.wording.say("first_wrong"), 401, username)
    log.info("account.password_set", staff_id=staff.id)
    return RedirectResponse("/sign-in?said=password", status_code=303)


def _page(
    desk: Desk, request: Request, notice: str, status: int, username: str = "", code: str = ""
) -> Response:
    owner = signing.owner_of(desk, request)
    page = FirstPage(
        desk=desk,
        shell=shell_for(desk, None, "first"),
        notice=notice,
        form_token=desk.tokens.make(owner),
        username=username,
        code=code,
    )
    answer = desk.pages.answer("desk/first_password.html", page, status)
    cookies.put(answer, desk.product.settings, signing.FORM_COOKIE, owner)
    return answer
