"""What is edited: found by its address, with the text that counts now and who made it so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Path as PathParam

from bot.editions.bodies import body_of
from bot.editions.differences import Difference
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece
from bot.editions.rules import Refused
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import content_answer, content_local, content_service
from bot.web.desk.content_fields import Group, Problems, Values
from bot.web.desk.desk import Caller, Desk, NotFound
from bot.web.desk.forms import Sent

PLACES = {"answers": ContentKind.ANSWER, "services": ContentKind.SERVICE, "local": ContentKind.LOCAL}
_NAMES = {kind: place for place, kind in PLACES.items()}
# No id has a hyphen.
NEW_SERVICE = "/content/new-service"

Kind = Annotated[str, PathParam(pattern="^(answers|services|local)$")]
Key = Annotated[str, PathParam(pattern="^[a-z][a-z0-9_]{0,60}$")]


class Form(Protocol):
    """The fields of one kind of content, and the way from them to the file's mapping and back."""

    def values_of(self, body: Body) -> Values: ...

    def typed(self, sent: Sent) -> Values: ...

    def body_from(self, desk: Desk, values: Values, base: Body) -> tuple[Body, Problems]: ...

    def groups(self, desk: Desk, values: Values) -> tuple[Group, ...]: ...


FORMS: Mapping[ContentKind, Form] = {
    ContentKind.ANSWER: content_answer,
    ContentKind.SERVICE: content_service,
    ContentKind.LOCAL: content_local,
}


@dataclass(frozen=True)
class Counting:
    """What people read now: `body` is None where they read nothing of it. `last` is that text, or what was
    taken away. `unreadable` says why the newest edition cannot be read: then it is the file."""

    version: int
    body: Body | None
    edition: Edition | None
    unreadable: str = ""
    last: Body = field(default_factory=dict)

    @property
    def is_removed(self) -> bool:
        return self.edition is not None and self.edition.state is EditionState.REMOVED


@dataclass(frozen=True)
class DiffLine:
    side: str
    text: str


@dataclass(frozen=True)
class DiffRow:
    """One field that differs, line by line."""

    label: str
    lines: tuple[DiffLine, ...]


def piece_at(desk: Desk, caller: Caller, kind: str, key: str) -> Piece:
    """Raises NotFound for what no file has and nobody ever added. Any topic may get a sentence."""
    piece = Piece(caller.staff.prison_id, PLACES[kind], key)
    if piece.kind is ContentKind.LOCAL:
        is_there = key in desk.rules.topics
    else:
        is_there = desk.rules.from_file(piece) is not None
    if not is_there and (piece.kind is not ContentKind.SERVICE or not _was_added(desk, piece)):
        raise NotFound
    return piece


def _was_added(desk: Desk, piece: Piece) -> bool:
    with desk.product.database.reading() as work:
        return work.editions.last_version(piece) > 0


def address_of(piece: Piece) -> str:
    return f"/content/{_NAMES[piece.kind]}/{piece.key}" if piece.key else NEW_SERVICE


def counting(desk: Desk, work: UnitOfWork, piece: Piece) -> Counting:
    return counting_from(desk, piece, work.editions.newest(piece))


def counting_from(desk: Desk, piece: Piece, newest: Edition | None) -> Counting:
    file, version = desk.rules.file_body(piece), newest.version if newest else 0
    if newest is None or newest.body is None:
        return Counting(version, file, newest, last=file or {})
    body, why = readable(desk, newest)
    last = body or file or {}
    if newest.published is None:
        return Counting(version, None, newest, last=last)
    if desk.rules.is_lost(newest):
        body, why = None, desk.wording.say("content_lost")
    return Counting(version, body or file, newest, why, last)


def readable(desk: Desk, edition: Edition) -> tuple[Body | None, str]:
    """The body as the code of today would write it; None, and why, when it cannot be read any more."""
    try:
        return body_of(desk.rules.read(edition.piece, edition.body or {})), ""
    except Refused as refused:
        return None, str(refused)
    except (TypeError, AttributeError, KeyError) as error:
        return None, type(error).__name__


def title_of(desk: Desk, piece: Piece, body: Body) -> str:
    """A sentence of the prison's own goes by the answer's title under which it stands."""
    if piece.kind is ContentKind.LOCAL:
        return desk.product.answers.get(piece.key).title
    return str(body.get("title") or piece.key)


def state_words(desk: Desk, piece: Piece, edition: Edition | None, names: Mapping[str, str]) -> str:
    """Who made it what it is, and when."""
    if edition is None and desk.rules.from_file(piece) is not None:
        return desk.wording.say("content_from_file")
    if edition is None:
        return desk.wording.say("content_no_local" if piece.kind is ContentKind.LOCAL else "content_not_yet")
    key = "edition_went_back" if edition.restores else f"edition_{edition.state.value}"
    return desk.wording.say(
        key,
        version=edition.version,
        earlier=edition.restores,
        who=names.get(edition.staff_id, ""),
        at=desk.wording.clock(edition.at, desk.product.now()),
    )


def file_changed(desk: Desk, edition: Edition | None) -> bool:
    """An upgrade brought another text under what staff had published: somebody should look."""
    if edition is None or edition.body is None:
        return False
    file = desk.rules.file_body(edition.piece)
    return (
        file is not None and edition.body != file and edition.file_mark != desk.rules.file_mark(edition.piece)
    )


def diff_rows(desk: Desk, found: tuple[Difference, ...]) -> tuple[DiffRow, ...]:
    """Lines that both texts have stand between the others."""
    return tuple(
        DiffRow(
            desk.wording.say(f"content_field_{each.key}"),
            tuple(DiffLine(line.side.value, line.text) for line in each.lines),
        )
        for each in found
    )
