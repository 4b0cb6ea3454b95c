"""Every version of an answer or a service: who, when, what changed, and the way back to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.editions import service
from bot.editions.differences import differences
from bot.editions.model import Body, Edition, EditionState, Piece
from bot.editions.rules import Refused
from bot.editions.service import Overtaken, UnknownVersion
from bot.web.desk.content_pieces import (
    Counting,
    DiffRow,
    Key,
    Kind,
    address_of,
    counting,
    diff_rows,
    piece_at,
    readable,
    state_words,
    title_of,
)
from bot.web.desk.desk import Caller, Desk, DeskHere, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class VersionRow:
    """`rows` are the differences to what counted before. A way back is offered to what was published."""

    version: int
    state: str
    current: bool
    unreadable: str
    rows: tuple[DiffRow, ...]
    can_go_back: bool
    draft: str


@dataclass(frozen=True, kw_only=True)
class HistoryPage(Page):
    heading: str
    address: str
    versions: tuple[VersionRow, ...]
    based_on: int
    in_file: bool
    file_counts: bool


@router.get("/content/{kind}/{key}/history")
def show(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key) -> Response:
    return _answer(desk, caller, piece_at(desk, caller, kind, key), 200)


@router.post("/content/{kind}/{key}/back")
def go_back(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, sent: CheckedForm) -> Response:
    piece, staff = piece_at(desk, caller, kind, key), caller.staff
    to, based_on = sent.text("version", 9), sent.text("based_on", 9)
    if not all(number.isascii() and number.isdecimal() for number in (to, based_on)):
        raise NotFound
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            edition = service.go_back(work, desk.rules, piece, int(to), int(based_on), staff.id, now=now)
    except UnknownVersion:
        raise NotFound from None
    except Overtaken as overtaken:
        return _answer(desk, caller, piece, 409, overtaken=overtaken)
    except Refused as refused:
        notice = desk.wording.say("content_error_back", version=to, why=str(refused))
        return _answer(desk, caller, piece, 409, notice=notice)
    desk.product.live.look_again()
    log.info(
        "content.went_back", piece=f"{piece.kind}:{piece.key}", version=edition.version, staff_id=staff.id
    )
    return RedirectResponse(f"{address_of(piece)}?done=back", status_code=303)


def _answer(
    desk: Desk,
    caller: Caller,
    piece: Piece,
    status: int,
    *,
    notice: str = "",
    overtaken: Overtaken | None = None,
) -> Response:
    with desk.product.database.reading() as work:
        names = work.staff.names(caller.staff.prison_id)
        history = work.editions.history(piece)
        now = counting(desk, work, piece)
        shell = shell_for(desk, caller, "content", work=work)
    if overtaken:
        state = state_words(desk, piece, overtaken.newest, names)
        notice = desk.wording.say("content_error_back_overtaken", state=state)
    page = HistoryPage(
        desk=desk,
        shell=shell,
        notice=notice,
        # What is a draft only has its title there.
        heading=title_of(desk, piece, now.last or (history[0].body if history else None) or {}),
        address=address_of(piece),
        versions=tuple(_row(desk, edition, history, now, names) for edition in history),
        based_on=now.version,
        in_file=desk.rules.from_file(piece) is not None,
        file_counts=now.edition is None or now.edition.body is None,
    )
    return desk.pages.answer("desk/content_history.html", page, status)


def _row(
    desk: Desk, edition: Edition, history: Sequence[Edition], now: Counting, names: dict[str, str]
) -> VersionRow:
    body, why = readable(desk, edition) if edition.body is not None else (None, "")
    file = desk.rules.file_body(edition.piece)
    before = _before(desk, edition, history) or file or {}
    after = file if edition.state is EditionState.WITHDRAWN else body
    current = edition.version == now.version
    is_draft, is_removal = (edition.state is each for each in (EditionState.DRAFT, EditionState.REMOVED))
    return VersionRow(
        version=edition.version,
        state=state_words(desk, edition.piece, edition, names),
        current=current,
        unreadable=why,
        rows=diff_rows(desk, differences(before, after)) if after is not None and not is_removal else (),
        can_go_back=edition.state is EditionState.PUBLISHED and not current and not why,
        draft=f"{address_of(edition.piece)}?draft={edition.version}" if is_draft and not why else "",
    )


def _before(desk: Desk, edition: Edition, history: Sequence[Edition]) -> Body | None:
    """What counted when it came; None where that was the file's text. For a draft, what it began with."""
    draft = edition.state is EditionState.DRAFT
    last = edition.based_on if draft else edition.version - 1
    counted = [each for each in history if each.version <= last and each.state is not EditionState.DRAFT]
    newest = max(counted, key=lambda each: each.version, default=None)
    return readable(desk, newest)[0] if newest is not None and newest.body is not None else None
