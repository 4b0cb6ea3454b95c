"""All answers and services: whose they are, when they are due, what was edited; and what was, as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from bot.directory.saying import day_words
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece
from bot.web.desk.content_download import REPLACE, NotPacked, newer_in_files, pack
from bot.web.desk.content_pieces import (
    NEW_SERVICE,
    Counting,
    address_of,
    counting_from,
    file_changed,
    state_words,
    title_of,
)
from bot.web.desk.desk import Caller, Desk, DeskHere, SignedIn
from bot.web.desk.shell import Link, Page, shell_for

router = APIRouter(include_in_schema=False)

_VIEWS = ("answer", "service", "local", "due", "edited", "removed")


@dataclass(frozen=True)
class ContentRow:
    """`tags` are what needs a look, in words. `words` is a sentence of the prison's own."""

    title: str
    href: str
    words: str
    owner: str
    reviewed: str
    review_by: str
    due: bool
    state: str
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ContentPage(Page):
    """`newer` are those that the download leaves out: the files have a newer text."""

    filters: tuple[Link, ...]
    help: str
    add: str
    dated: bool
    rows: tuple[ContentRow, ...]
    can_download: bool
    newer: tuple[Link, ...]


@dataclass(frozen=True)
class _Listed:
    """A piece, what counts of it, and its latest draft."""

    piece: Piece
    counts: Counting
    draft: Edition | None
    due: bool

    @property
    def body(self) -> Body:
        """What was never published has a draft's text only."""
        draft = (self.draft.body if self.draft else None) or {}
        return self.counts.last or draft

    def counts_in(self, view: str) -> bool:
        """A topic without a sentence stands in their list, to get one, and is not counted there."""
        has_one = self.piece.kind is not ContentKind.LOCAL or view != "local" or self.counts.body is not None
        return has_one and self.is_in(view)

    @property
    def edited(self) -> bool:
        edition = self.counts.edition
        return self.draft is not None or (edition is not None and edition.published is not None)

    def is_in(self, view: str) -> bool:
        if view == "removed" or (self.counts.is_removed and self.piece.kind is ContentKind.SERVICE):
            return view == "removed" and self.counts.is_removed
        return {"due": self.due, "edited": self.edited}.get(view, self.piece.kind.value == view)


@router.get("/content")
def show(desk: DeskHere, caller: SignedIn, show: str = "") -> Response:
    return _answer(desk, caller, show if show in _VIEWS else _VIEWS[0])


@router.get("/content/export.zip")
def download(desk: DeskHere, caller: SignedIn, newer: str = "") -> Response:
    """What is published, as files for the folder that the product reads."""
    prison_id = caller.staff.prison_id
    with desk.product.database.reading() as work:
        editions = work.editions.newest_of_all(prison_id)
    try:
        packed = pack(desk, editions, replace=newer == REPLACE)
    except NotPacked as error:
        notice = desk.wording.say("content_not_packed", why=str(error))
        return _answer(desk, caller, _VIEWS[0], 409, notice)
    with desk.product.database.writing() as work:
        now = desk.product.now()
        work.audit.put(prison_id, caller.staff.id, "content_downloaded", str(packed.files), now)
    named = {"Content-Disposition": 'attachment; filename="content.zip"'}
    return Response(packed.data, media_type="application/zip", headers=named)


def _answer(desk: Desk, caller: Caller, view: str, status: int = 200, notice: str = "") -> Response:
    with desk.product.database.reading() as work:
        prison_id = caller.staff.prison_id
        newest, drafts = work.editions.newest_of_all(prison_id), work.editions.drafts(prison_id)
        names = work.staff.names(prison_id)
        shell = shell_for(desk, caller, "content", work=work)
    listed = tuple(_listed(desk, caller, newest, drafts))
    page = ContentPage(
        desk=desk,
        shell=shell,
        notice=notice,
        filters=tuple(_filter(desk, each, listed, view) for each in _VIEWS),
        help=desk.wording.say(f"content_view_help_{view}"),
        add=NEW_SERVICE if view == ContentKind.SERVICE else "",
        dated=view != ContentKind.LOCAL,
        rows=tuple(_row(desk, each, names) for each in listed if each.is_in(view)),
        can_download=any(_changes_files(desk, edition) for edition in newest),
        newer=tuple(_link(desk, listed, each) for each in newer_in_files(desk, newest)),
    )
    return desk.pages.answer("desk/content.html", page, status)


def _link(desk: Desk, listed: Sequence[_Listed], edition: Edition) -> Link:
    body = next((each.body for each in listed if each.piece == edition.piece), {})
    return Link(title_of(desk, edition.piece, body), address_of(edition.piece))


def _listed(
    desk: Desk, caller: Caller, newest: Sequence[Edition], drafts: Sequence[Edition]
) -> Iterator[_Listed]:
    """Answers by group as on the tablet, then services as on the tablet, then those that it does not show."""
    counts, waiting = {each.piece: each for each in newest}, {each.piece: each for each in drafts}
    today, prison_id = desk.product.prison.calendar.today(desk.product.now()), caller.staff.prison_id
    named = [(ContentKind.ANSWER, topic) for topic in desk.product.taxonomy.topics]
    edited = (each.key for each in (*newest, *drafts) if each.kind is ContentKind.SERVICE)
    services = dict.fromkeys((*desk.product.prison.services, *desk.rules.services, *edited))
    named += [(ContentKind.SERVICE, key) for key in services]
    named += [(ContentKind.LOCAL, topic) for topic in desk.product.taxonomy.topics]
    for kind, key in named:
        piece = Piece(prison_id, kind, key)
        found = counting_from(desk, piece, counts.get(piece))
        due = _is_due(found.body or {}, today)
        yield _Listed(piece, found, waiting.get(piece), due)


def _is_due(body: Body, today: date) -> bool:
    """A sentence of the prison's own has no date: its file has one for all."""
    return "review_by" in body and date.fromisoformat(str(body["review_by"])) < today


def _filter(desk: Desk, view: str, listed: Sequence[_Listed], current: str) -> Link:
    count = sum(each.counts_in(view) for each in listed)
    return Link(
        desk.wording.say(f"content_view_{view}", count=count), f"/content?show={view}", view == current
    )


def _row(desk: Desk, listed: _Listed, names: Mapping[str, str]) -> ContentRow:
    body, edition = listed.body, listed.counts.edition
    return ContentRow(
        title=title_of(desk, listed.piece, body),
        href=address_of(listed.piece),
        words=str(body.get("text", "")),
        owner=str(body.get("owner", "")).replace("_", " "),
        reviewed=_day(body, "reviewed"),
        review_by=_day(body, "review_by"),
        due=listed.due,
        state=state_words(desk, listed.piece, edition, names),
        tags=tuple(_tags(desk, listed, names)),
    )


def _day(body: Body, name: str) -> str:
    """Empty where the text is of an older form and has none."""
    return day_words(date.fromisoformat(str(body[name]))) if name in body else ""


def _changes_files(desk: Desk, edition: Edition) -> bool:
    is_gone = edition.state is EditionState.REMOVED and desk.rules.from_file(edition.piece) is not None
    return edition.published is not None or is_gone


def _tags(desk: Desk, listed: _Listed, names: Mapping[str, str]) -> Iterator[str]:
    say = desk.wording.say
    if listed.counts.unreadable:
        yield say("content_tag_unreadable" if listed.counts.body is not None else "content_tag_lost")
    elif file_changed(desk, listed.counts.edition):
        yield say("content_tag_file_changed")
    if listed.draft is not None and listed.draft.state is EditionState.DRAFT:
        yield say("content_tag_draft", who=names.get(listed.draft.staff_id, ""))
