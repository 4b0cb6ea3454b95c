"""A service that no file has: it gets its id once, from its title, and keeps it when the title changes."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime

from bot.editions.bodies import body_of
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece
from bot.editions.ports import EditionWork
from bot.editions.rules import Rules
from bot.editions.service import Proposal
from bot.editions.yaml_text import is_word

Step = Callable[..., Edition]

_NO_LETTER = re.compile(r"[^a-z0-9]+")
_ID = re.compile(r"[a-z][a-z0-9_]+")
# Room for a number behind it, below the 41 letters that the files allow.
_LONGEST = 36
_NAMELESS = "service"


def new_service(prison_id: str) -> Piece:
    """What the form of a new service is about, before it has an id."""
    return Piece(prison_id, ContentKind.SERVICE, "")


def id_from(title: str) -> str:
    """In small letters, digits and _; a title in another alphabet gives a plain word."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    name = _shortened(_NO_LETTER.sub("_", plain).strip("_"))
    # What YAML reads as something else than a word, such as no, could not stand in the prison's file.
    if not _ID.fullmatch(name) or not is_word(name):
        name = _shortened(f"{_NAMELESS}_{name}".strip("_"))
    return name


def _shortened(name: str) -> str:
    """At the end of a word, where there is one."""
    if len(name) <= _LONGEST:
        return name
    return name[: _LONGEST + 1].rpartition("_")[0] or name[:_LONGEST]


def add(work: EditionWork, rules: Rules, body: Body, by: str, step: Step, *, now: datetime) -> Edition:
    """Publishes it or keeps it as a draft, as `step` does. Raises Refused. The same form sent twice is one.

    The directory stays locked until the transaction ends: of two who add at once, the second sees the first.
    """
    whole = body_of(
        rules.check(Piece(rules.prison_id, ContentKind.SERVICE, id_from(str(body["title"]))), body)
    )
    work.editions.lock(new_service(rules.prison_id))
    return step(work, rules, Proposal(_piece(work, rules, whole, by), whole, 0), by, now=now)


def _piece(work: EditionWork, rules: Rules, body: Body, by: str) -> Piece:
    """Under an id that nothing has or had; or the one that this very form made when it was sent before."""
    for key in _ids(str(body["title"])):
        piece = Piece(rules.prison_id, ContentKind.SERVICE, key)
        if _is_free(work, rules, piece) or _was_sent(work, piece, body, by):
            return piece
    raise AssertionError("there is no end to numbers")


def _ids(title: str) -> Iterator[str]:
    name, number = id_from(title), 1
    yield name
    while True:
        number += 1
        yield f"{name}_{number}"


def _is_free(work: EditionWork, rules: Rules, piece: Piece) -> bool:
    return rules.from_file(piece) is None and work.editions.last_version(piece) == 0


def _was_sent(work: EditionWork, piece: Piece, body: Body, by: str) -> bool:
    last = work.editions.get(piece, work.editions.last_version(piece))
    if last is None or last.state is EditionState.REMOVED:
        return False
    return (last.staff_id, last.based_on, last.file_mark, last.body) == (by, 0, "", body)
