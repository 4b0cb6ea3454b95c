"""The board's routes: the page, its list for the script, and the live feed."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from bot.people.rights import Right
from bot.people.tablets import SessionEnded
from bot.web import cookies
from bot.web.desk.board import VIEWS, Sounding, build_board, soundings
from bot.web.desk.desk import COOKIE, Desk, DeskHere, SignedIn
from bot.web.desk.feed import Happening
from bot.web.desk.forms import CheckedForm
from bot.web.desk.session import caller_of_token
from bot.web.desk.shell import home_of, shell_for

router = APIRouter()

VIEW_COOKIE = "signpost_board_view"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class LiveBoard:
    """The board's list as HTML, and what to sound. `mark` changes when the list does.

    `damaged` says what is wrong with the danger screen, in a line of its own; empty while it works.
    """

    html: str
    mark: str
    alerts: list[Sounding]
    bar: str
    damaged: str


@router.get("/", include_in_schema=False)
def home(caller: SignedIn) -> Response:
    return RedirectResponse(home_of(caller.rights), status_code=303)


@router.get("/board", include_in_schema=False)
def show_board(request: Request, desk: DeskHere, caller: SignedIn, wing: str = "") -> Response:
    with desk.product.database.reading() as work:
        page = build_board(desk, caller, work, wing, view=view_of(request))
    return desk.pages.answer("desk/board.html", page)


@router.get("/api/board")
def live_board(
    request: Request, desk: DeskHere, caller: SignedIn, wing: str = "", html: bool = True
) -> LiveBoard:
    """What changed: for the board itself, and without `html` for the alert bar of every other page."""
    with desk.product.database.reading() as work:
        alerts = soundings(desk, work.safety.alerts_in(caller.staff.prison_id, caller.staff.wings))
        if not html:
            shell = shell_for(desk, caller, "board", work=work)
            return LiveBoard("", "", alerts, shell.sounding, shell.damaged)
        page = build_board(desk, caller, work, wing, view=view_of(request))
    text = desk.pages.render("desk/board_list.html", page)
    # Each copy has its own form token: without it two equal lists are equal.
    mark = hashlib.sha256(text.replace(page.shell.token, "").encode()).hexdigest()[:16]
    return LiveBoard(text, mark, alerts, page.shell.sounding, page.shell.damaged)


@router.get("/board/feed", include_in_schema=False)
async def feed(request: Request, desk: DeskHere) -> Response:
    token = cookies.read(request, desk.product.settings, COOKIE)

    async def still_signed_in() -> bool:
        try:
            caller = await run_in_threadpool(caller_of_token, desk, token)
        except SessionEnded:
            return False
        # What an emergency opened closes when it ends.
        return caller.may(Right.SEE_BOARD)

    async def happenings() -> AsyncIterator[Happening]:
        async for happening in desk.feed.happenings(still_signed_in):
            yield happening

    # Pings are the feed's own: they say that the store was read, not only that the line is open.
    return EventSourceResponse(happenings(), ping=0, send_timeout=10)


@router.post("/board/view", include_in_schema=False)
def choose_view(desk: DeskHere, _caller: SignedIn, sent: CheckedForm) -> Response:
    """As usual, large for the wall, or for the night; kept on this machine, for whoever stands before it."""
    view, wing = sent.text("view", 20), sent.text("wing", 64)
    answer = RedirectResponse(f"/board?{urlencode({'wing': wing})}" if wing else "/board", status_code=303)
    chosen = view if view in VIEWS else VIEWS[0]
    cookies.put(answer, desk.product.settings, VIEW_COOKIE, chosen, max_age=_YEAR)
    return answer


def view_of(request: Request) -> str:
    desk: Desk = request.app.state.desk
    return cookies.read(request, desk.product.settings, VIEW_COOKIE)
