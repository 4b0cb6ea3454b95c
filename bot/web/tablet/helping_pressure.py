"""A private way to report pressure or threats. It is not in the queue, and no other prisoner sees it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.people import pressure
from bot.people.pressure import PressureReport
from bot.safety.message import BadMessage, clean
from bot.store.unit_of_work import UnitOfWork
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.helping_places import NOW
from bot.web.tablet.talk import NotKept, TooFast, own_key
from bot.web.tablet.wording import clock

PAGE = "/supporter/pressure"
_Text = Annotated[str, Form()]
# Long enough to see that it arrived. Cellmates see the screen too, and must find no report of the past there.
_SHOWN_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class PressurePage:
    """`danger` is what is said when the words showed danger; `draft` is what was typed and not kept.

    What was reported just now is listed by its time and how far staff are. The words are not shown again.
    `older` says where one asks about all others.
    """

    frame: Frame
    danger: tuple[str, ...]
    draft: str
    sent: tuple[str, ...]
    older: str


async def pressure_page(visit: Here, said: str = "") -> Response:
    notice = visit.say("page_pressure_sent") if said == "sent" else ""
    return await run_in_threadpool(_page, visit, notice, calm=True)


async def report(visit: Here, form: _Text = "", words: _Text = "") -> Response:
    """Sealed before it is stored. In danger staff are told at once, and the page says so."""
    try:
        key = own_key(visit.form_key(form), words)
        sealed = visit.parts.sealer.seal(clean(words))

        def keep(work: UnitOfWork) -> None:
            me, now = visit.person, visit.product.now()
            pressure.report(work, me.prison_id, me.id, sealed, key, now=now)

        told = await visit.parts.talk.keep_aside(visit.person, visit.device.id, words, key, keep)
    except (StaleForm, BadMessage, TooFast, NotKept) as error:
        status, notice = _refusal(visit, error)
        return await run_in_threadpool(_page_or_bare, visit, notice, words, status)
    if told:
        sent = visit.say("page_pressure_sent")
        lines = tuple(line for line in told.split("\n") if line.strip())
        return await run_in_threadpool(_page, visit, sent, calm=True, danger=lines)
    return RedirectResponse(f"{PAGE}?said=sent", status_code=303)


def add_to(app: FastAPI) -> None:
    app.get(PAGE, include_in_schema=False)(pressure_page)
    app.post(PAGE, include_in_schema=False)(report)


def _page(
    visit: Visit,
    notice: str = "",
    *,
    calm: bool,
    danger: tuple[str, ...] = (),
    draft: str = "",
    status: int = 200,
) -> Response:
    now = visit.product.now()
    with visit.product.database.reading() as work:
        sent = work.pressure.of_person(visit.person.id)
    # One of the future was kept by a clock that was wrong: it goes after the same time.
    rows = tuple(_row(visit, each) for each in sent if abs(now - each.at) < _SHOWN_FOR)
    return _shown(visit, notice, calm, danger, draft, rows, status)


def _page_or_bare(visit: Visit, notice: str, draft: str, status: int) -> Response:
    """What was typed is back in the box. When even reading fails, the words come without the list."""
    try:
        return _page(visit, notice, calm=False, draft=draft, status=status)
    except Exception:  # noqa: BLE001 - the person must still read that nobody was told
        return _shown(visit, notice, False, (), draft, (), status)


def _shown(
    visit: Visit,
    notice: str,
    calm: bool,
    danger: tuple[str, ...],
    draft: str,
    sent: tuple[str, ...],
    status: int,
) -> Response:
    shell = frame(visit, "page_pressure_title", NOW, notice=notice, calm=calm)
    older = visit.say("page_pressure_older", minutes=int(_SHOWN_FOR.total_seconds() // 60))
    page = PressurePage(shell, danger, draft, sent, older)
    return visit.parts.pages.answer("tablet/helping_pressure.html", page, status)


def _row(visit: Visit, report: PressureReport) -> str:
    state = "closed" if report.closed_at else "seen" if report.seen_at else "new"
    at = clock(visit.product.prison.zone, report.at, visit.product.now())
    return visit.say(f"page_pressure_{state}", at=at)


def _refusal(visit: Visit, error: Exception) -> tuple[int, str]:
    match error:
        case BadMessage():
            return 400, visit.say(error.why)
        case TooFast():
            return 429, visit.say("slow_down")
        case NotKept(in_danger=True):
            return 503, f"{visit.say('danger_not_told')} {visit.say('page_not_kept')}"
        case NotKept():
            return 503, visit.say("page_not_kept")
        case _:
            return 409, visit.say("page_expired")
