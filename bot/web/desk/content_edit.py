"""Editing an answer or a service: the form, the tablet's view of it, publishing, keeping a draft."""

from collections.abc import Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from bot.editions import adding, service
from bot.editions.model import Body, Edition, EditionState, Piece
from bot.editions.service import NothingChanged, Overtaken, Proposal, UnknownVersion
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.content_form_page import Came, edit_page
from bot.web.desk.content_pieces import FORMS, Counting, Key, Kind, address_of, counting, piece_at, readable
from bot.web.desk.content_typed import Typed, read_typed
from bot.web.desk.desk import Caller, Desk, DeskHere, NotFound, SignedIn
from bot.web.desk.forms import KeptForm, Sent

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

Version = Annotated[int, Query(ge=0, le=1_000_000_000)]
_DONE = ("added", "published", "draft", "back", "removed")


@router.get("/content/{kind}/{key}")
def show(
    desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, draft: Version = 0, done: str = ""
) -> Response:
    piece = piece_at(desk, caller, kind, key)
    with desk.product.database.reading() as work:
        now = counting(desk, work, piece)
        draft = draft or _only_draft(work, piece, now)
        body, based_on = _draft(desk, work, piece, draft) if draft else (now.last, now.version)
    typed = Typed(FORMS[piece.kind].values_of(body), based_on)
    said = desk.wording.say(f"content_done_{done}") if done in _DONE else ""
    return answer_form(desk, caller, piece, typed, 200, Came(done=said, opened=draft))


@router.post("/content/{kind}/{key}/preview")
def preview(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, sent: KeptForm) -> Response:
    return show_typed(desk, caller, piece_at(desk, caller, kind, key), sent)


@router.post("/content/{kind}/{key}/publish")
def publish(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, sent: KeptForm) -> Response:
    return store(desk, caller, piece_at(desk, caller, kind, key), sent, service.publish)


@router.post("/content/{kind}/{key}/draft")
def keep_draft(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, sent: KeptForm) -> Response:
    return store(desk, caller, piece_at(desk, caller, kind, key), sent, service.keep_draft)


def show_typed(desk: Desk, caller: Caller, piece: Piece, sent: Sent) -> Response:
    """Shows also what is too hard to read, with its figures. Stores nothing."""
    typed = _typed(desk, piece, sent)
    if sent.expired:
        return _expired(desk, caller, piece, typed)
    return answer_form(desk, caller, piece, typed, 400 if typed.shown is None else 200, Came())


def store(desk: Desk, caller: Caller, piece: Piece, sent: Sent, step: Callable[..., Edition]) -> Response:
    """Nothing that was typed is lost, whatever comes of it."""
    typed = _typed(desk, piece, sent)
    if sent.expired:
        return _expired(desk, caller, piece, typed)
    if typed.body is None or typed.problems:
        return answer_form(desk, caller, piece, typed, 400, Came())
    try:
        with desk.product.database.writing() as work:
            edition = _step(desk, work, piece, typed.body, typed.based_on, caller.staff.id, step)
    except NothingChanged:
        same = Came(notice=desk.wording.say("content_error_same"))
        return answer_form(desk, caller, piece, typed, 409, same)
    except Overtaken as overtaken:
        return answer_form(desk, caller, piece, typed, 409, Came(overtaken=overtaken))
    except UnknownVersion:
        raise NotFound from None
    is_draft = edition.state is EditionState.DRAFT
    event = "content.draft_kept" if is_draft else "content.published"
    named = f"{edition.kind}:{edition.key}"
    log.info(event, piece=named, version=edition.version, staff_id=caller.staff.id)
    desk.product.live.look_again()
    done = "published" if piece.key else "added"
    shown = f"draft={edition.version}&done=draft" if is_draft else f"done={done}"
    return RedirectResponse(f"{address_of(edition.piece)}?{shown}", status_code=303)


def _expired(desk: Desk, caller: Caller, piece: Piece, typed: Typed) -> Response:
    """The form is of yesterday, or of an earlier session: it is given back, and has to be sent again."""
    return answer_form(
        desk, caller, piece, typed, 403, Came(notice=desk.wording.say("content_error_expired"))
    )


def answer_form(desk: Desk, caller: Caller, piece: Piece, typed: Typed, status: int, came: Came) -> Response:
    page = edit_page(desk, caller, piece, typed, came)
    return desk.pages.answer("desk/content_edit.html", page, status)


def _step(
    desk: Desk,
    work: UnitOfWork,
    piece: Piece,
    body: Body,
    based_on: int,
    by: str,
    step: Callable[..., Edition],
) -> Edition:
    now = desk.product.now()
    if not piece.key:
        return adding.add(work, desk.rules, body, by, step, now=now)
    return step(work, desk.rules, Proposal(piece, body, based_on), by, now=now)


def _typed(desk: Desk, piece: Piece, sent: Sent) -> Typed:
    with desk.product.database.reading() as work:
        base = counting(desk, work, piece).last
    return read_typed(desk, piece, sent, base)


def _only_draft(work: UnitOfWork, piece: Piece, now: Counting) -> int:
    """Of a service that was never published the latest draft is opened; 0 for all others."""
    return 0 if now.edition or now.body is not None else work.editions.last_version(piece)


def _draft(desk: Desk, work: UnitOfWork, piece: Piece, version: int) -> tuple[Body, int]:
    edition = work.editions.get(piece, version)
    if edition is None or edition.state is not EditionState.DRAFT:
        raise NotFound
    body, _ = readable(desk, edition)
    if body is None:
        raise NotFound
    return body, edition.based_on
