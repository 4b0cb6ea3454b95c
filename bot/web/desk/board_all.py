"""All open requests of one section of the board, a hundred to a page; and the questions nobody answered."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from bot.queue.model import Request
from bot.safety.whereabouts import of_request
from bot.store.board import GROUPS, Look
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.board import asked_between, doors_open
from bot.web.desk.board_pages import view_of
from bot.web.desk.board_rows import Row, address_of_all, row_of
from bot.web.desk.desk import DeskHere, NotFound, SignedIn
from bot.web.desk.own_word import own_word
from bot.web.desk.shell import Link, Page, shell_for

router = APIRouter(include_in_schema=False)

_A_PAGE = 100
_UNANSWERED = "unanswered"


@dataclass(frozen=True, kw_only=True)
class AllPage(Page):
    heading: str
    rows: tuple[Row, ...]
    where: str
    before: Link | None
    after: Link | None


@router.get("/board/all")
def show(
    http: HttpRequest,
    desk: DeskHere,
    caller: SignedIn,
    section: str = "",
    wing: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    if section not in (*GROUPS, _UNANSWERED):
        raise NotFound
    # What no wing is called is no filter: PostgreSQL refuses a NUL, for one.
    wing = wing[:64] if wing.isprintable() else ""
    say, now = desk.wording.say, desk.product.now()
    # "Waiting" counts what can wait until the doors open only where the board does not set it apart.
    at_night = section == "morning" or (section == "waiting" and view_of(http) == "night")
    morning = doors_open(desk.product.prison, now) if at_night else None
    look = Look(caller.staff.prison_id, now, caller.staff.wings, wing, morning)
    with desk.product.database.reading() as work:
        count, requests = _found(work, look, section, (page - 1) * _A_PAGE)
        own = own_word(desk, work, map(of_request, requests))
        first, last = (page - 1) * _A_PAGE + 1, (page - 1) * _A_PAGE + len(requests)
        shown = AllPage(
            desk=desk,
            shell=shell_for(desk, caller, "board", work=work),
            heading=say(f"all_{section}"),
            rows=tuple(row_of(desk, caller, request, now, own, wing) for request in requests),
            where=say("all_where", first=first, last=last, count=count) if requests else say("all_none"),
            before=Link(say("all_before"), address_of_all(section, wing, page - 1)) if page > 1 else None,
            after=Link(say("all_after"), address_of_all(section, wing, page + 1)) if last < count else None,
        )
    return desk.pages.answer("desk/board_all.html", shown)


def _found(work: UnitOfWork, look: Look, section: str, offset: int) -> tuple[int, list[Request]]:
    if section == _UNANSWERED:
        since, until = asked_between(look.now)
        count = work.board.count_unanswered(look, since, until)
        return count, work.board.unanswered(look, since, until, _A_PAGE, offset)
    return work.board.counts(look)[section], work.board.first(look, section, _A_PAGE, offset)
