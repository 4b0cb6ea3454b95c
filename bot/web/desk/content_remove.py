"""Taking a service or a sentence off the tablets: first what that leaves behind, then one press."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.directory.model import Service
from bot.editions import service
from bot.editions.mentions import Lead, Mention, leads_to, mentions_of
from bot.editions.model import ContentKind, Piece
from bot.editions.rules import Refused
from bot.editions.service import Overtaken, UnknownVersion
from bot.web.desk.content_pieces import (
    Counting,
    Key,
    Kind,
    address_of,
    counting,
    piece_at,
    state_words,
    title_of,
)
from bot.web.desk.desk import Caller, Desk, DeskHere, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Named:
    """An answer or a service whose words name it, and those words."""

    link: Link
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RemovePage(Page):
    """`topics` say what people find under each topic without it; `named` are texts that would mislead. For a
    sentence there is only `after`: what people are told then."""

    heading: str
    state: str
    address: str
    after: str
    topics: tuple[str, ...]
    named: tuple[Named, ...]
    based_on: int


@router.get("/content/{kind}/{key}/remove")
def show(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key) -> Response:
    return _answer(desk, caller, _piece(desk, caller, kind, key), 200)


@router.post("/content/{kind}/{key}/remove")
def remove(desk: DeskHere, caller: SignedIn, kind: Kind, key: Key, sent: CheckedForm) -> Response:
    piece, staff, number = _piece(desk, caller, kind, key), caller.staff, sent.text("based_on", 9)
    if not (number.isascii() and number.isdecimal()):
        raise NotFound
    try:
        with desk.product.database.writing() as work:
            edition = service.remove(work, desk.rules, piece, int(number), staff.id, now=desk.product.now())
    except UnknownVersion:
        raise NotFound from None
    except Overtaken as overtaken:
        return _answer(desk, caller, piece, 409, overtaken)
    desk.product.live.look_again()
    log.info("content.removed", piece=f"{piece.kind}:{piece.key}", version=edition.version, staff_id=staff.id)
    return RedirectResponse(f"{address_of(piece)}?done=removed", status_code=303)


def _piece(desk: Desk, caller: Caller, kind: str, key: str) -> Piece:
    piece = piece_at(desk, caller, kind, key)
    if piece.kind is ContentKind.ANSWER:
        raise NotFound
    return piece


def _answer(
    desk: Desk, caller: Caller, piece: Piece, status: int, overtaken: Overtaken | None = None
) -> Response:
    with desk.product.database.reading() as work:
        names = work.staff.names(caller.staff.prison_id)
        now = counting(desk, work, piece)
        shell = shell_for(desk, caller, "content", work=work)
    is_local = piece.kind is ContentKind.LOCAL
    if now.edition is None and now.body is None:
        # A draft shows nowhere: there is nothing to take away.
        raise NotFound
    if now.is_removed and overtaken is None:
        return RedirectResponse(address_of(piece), status_code=303)
    state = state_words(desk, piece, now.edition, names)
    found = _read(desk, piece, now)
    page = RemovePage(
        desk=desk,
        shell=shell,
        notice=desk.wording.say("content_error_back_overtaken", state=state) if overtaken else "",
        heading=title_of(desk, piece, now.last),
        state=state,
        address=address_of(piece),
        after=desk.wording.say("content_remove_local") if is_local else "",
        topics=tuple(_topics(desk, found)) if found else (),
        named=tuple(_named(desk, found)) if found else (),
        based_on=now.version,
    )
    return desk.pages.answer("desk/content_remove.html", page, status)


def _read(desk: Desk, piece: Piece, now: Counting) -> Service | None:
    """None where its text is of an older form: it can be taken away all the same."""
    try:
        found = desk.rules.read(piece, now.last)
    except (Refused, TypeError, AttributeError):
        return None
    return found if isinstance(found, Service) else None


def _topics(desk: Desk, found: Service) -> Iterator[str]:
    for lead in leads_to(found, desk.product.prison.services.values()):
        yield _topic_words(desk, lead)


def _topic_words(desk: Desk, lead: Lead) -> str:
    title = desk.product.answers.get(lead.topic).title
    key = "content_lead_others" if lead.others else "content_lead_none"
    return desk.wording.say(key, topic=title, others=", ".join(lead.others))


def _named(desk: Desk, found: Service) -> Iterator[Named]:
    """One entry for each answer and each service."""
    answers = [desk.product.answers.get(topic) for topic in desk.product.taxonomy.topics]
    texts: dict[tuple[Piece, str], list[str]] = {}
    services, local = desk.product.prison.services.values(), desk.product.prison.local
    for mention in mentions_of(found, answers, services, local):
        texts.setdefault((_where(desk, mention), mention.title), []).append(mention.text)
    for (piece, title), found_texts in texts.items():
        yield Named(Link(title, address_of(piece)), tuple(found_texts))


def _where(desk: Desk, mention: Mention) -> Piece:
    return Piece(desk.product.prison.id, mention.kind, mention.key)
