"""Publishing, keeping a draft, removing, going back: each adds a version, and none overwrites another."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from bot.editions.bodies import body_of
from bot.editions.model import Body, Edition, EditionState, Piece
from bot.editions.ports import EditionWork
from bot.editions.rules import Rules


class Overtaken(Exception):
    """Somebody published since the form was opened. `newest` is what counts now; None for the file's text."""

    def __init__(self, newest: Edition | None) -> None:
        super().__init__("overtaken")
        self.newest = newest


class NothingChanged(Exception):
    """The text is the one that counts already."""


class UnknownVersion(Exception):
    """There is no such version."""


@dataclass(frozen=True)
class Proposal:
    """A text that somebody typed, and the version that the form was opened with; 0 is the file's text."""

    piece: Piece
    body: Body
    based_on: int


def publish(work: EditionWork, rules: Rules, proposal: Proposal, by: str, *, now: datetime) -> Edition:
    """Raises Refused, Overtaken or NothingChanged. The same form sent twice is one edition."""
    piece, body = proposal.piece, body_of(rules.check(proposal.piece, proposal.body))
    work.editions.lock(piece)
    newest = work.editions.newest(piece)
    if newest and (newest.staff_id, newest.based_on, newest.published) == (by, proposal.based_on, body):
        return newest
    _refuse_overtaken(newest, proposal.based_on)
    counts = what_counts(rules, piece, newest)
    if body == counts and not (newest and rules.is_lost(newest)):
        raise NothingChanged
    edition = _edition(rules, proposal, by, now, EditionState.PUBLISHED, body)
    return _append(work, edition, "content_added" if counts is None else "content_published")


def keep_draft(work: EditionWork, rules: Rules, proposal: Proposal, by: str, *, now: datetime) -> Edition:
    """For a colleague to look at, or for later: it counts for nobody. Raises Refused, as publishing does.

    Raises UnknownVersion for one that is based on a version that never was.
    """
    body = body_of(rules.check(proposal.piece, proposal.body))
    work.editions.lock(proposal.piece)
    last_version = work.editions.last_version(proposal.piece)
    if proposal.based_on > last_version:
        raise UnknownVersion
    last = work.editions.get(proposal.piece, last_version)
    if last is not None and (last.state, last.staff_id, last.body) == (EditionState.DRAFT, by, body):
        return last
    edition = _edition(rules, proposal, by, now, EditionState.DRAFT, body)
    return _append(work, edition, "content_draft_kept")


def remove(
    work: EditionWork, rules: Rules, piece: Piece, based_on: int, by: str, *, now: datetime
) -> Edition:
    """People do not see it any more. Its text is kept, to be brought back even when its file has lost it.

    Raises UnknownVersion for what nobody sees, or Overtaken. The same form sent twice is one edition.
    """
    work.editions.lock(piece)
    newest = work.editions.newest(piece)
    if newest and (newest.state, newest.staff_id, newest.based_on) == (EditionState.REMOVED, by, based_on):
        return newest
    _refuse_overtaken(newest, based_on)
    counts = what_counts(rules, piece, newest)
    if counts is None:
        raise UnknownVersion
    edition = _edition(rules, Proposal(piece, counts, based_on), by, now, EditionState.REMOVED, counts)
    return _append(work, edition, "content_removed")


def what_counts(rules: Rules, piece: Piece, newest: Edition | None) -> Body | None:
    """What people are meant to see; None for what was removed, or never was."""
    if newest is None or newest.state is EditionState.WITHDRAWN:
        return rules.file_body(piece)
    return newest.published


def go_back(
    work: EditionWork, rules: Rules, piece: Piece, to: int, based_on: int, by: str, *, now: datetime
) -> Edition:
    """Publishes an earlier version anew, or withdraws to the file's own text when `to` is 0. Also after a
    removal.

    Raises UnknownVersion, Overtaken, or Refused when that version cannot be read any more.
    """
    work.editions.lock(piece)
    newest = work.editions.newest(piece)
    if newest is None or (to == 0 and rules.from_file(piece) is None):
        raise UnknownVersion
    body = None if to == 0 else body_of(rules.check(piece, _body_at(work, piece, to)))
    state = EditionState.WITHDRAWN if body is None else EditionState.PUBLISHED
    if (newest.state, newest.body) == (state, body):
        return newest
    _refuse_overtaken(newest, based_on)
    edition = _edition(rules, Proposal(piece, body or {}, based_on), by, now, state, body)
    return _append(work, replace(edition, restores=to), "content_went_back")


def _body_at(work: EditionWork, piece: Piece, version: int) -> Body:
    edition = work.editions.get(piece, version)
    if edition is None or edition.state is not EditionState.PUBLISHED or edition.body is None:
        raise UnknownVersion
    return edition.body


def _refuse_overtaken(newest: Edition | None, based_on: int) -> None:
    if (newest.version if newest else 0) != based_on:
        raise Overtaken(newest)


def _edition(
    rules: Rules, proposal: Proposal, by: str, now: datetime, state: EditionState, body: Body | None
) -> Edition:
    piece = proposal.piece
    return Edition(
        id=uuid.uuid4().hex,
        prison_id=piece.prison_id,
        kind=piece.kind,
        key=piece.key,
        version=0,
        state=state,
        body=body,
        based_on=proposal.based_on,
        restores=0,
        staff_id=by,
        at=now,
        file_mark=rules.file_mark(piece),
    )


def _append(work: EditionWork, edition: Edition, action: str) -> Edition:
    """Under the next number. The piece is locked, so what was read of it still holds."""
    piece = edition.piece
    numbered = replace(edition, version=work.editions.last_version(piece) + 1)
    work.editions.add(numbered)
    ref = f"{piece.kind.value}:{piece.key}:{numbered.version}"
    work.audit.put(piece.prison_id, edition.staff_id, action, ref, edition.at)
    return numbered
