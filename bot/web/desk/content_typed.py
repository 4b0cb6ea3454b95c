"""What somebody typed into the form of an answer or a service, and what came of reading it."""

from dataclasses import dataclass, replace

from bot.answers import Answer
from bot.directory.model import Service
from bot.editions.adding import id_from
from bot.editions.model import Body, Piece
from bot.editions.rules import Problem, Refused
from bot.web.desk.content_fields import Values, value_of
from bot.web.desk.content_pieces import FORMS
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent


@dataclass(frozen=True)
class Typed:
    """What stands in the form, and what came of it."""

    values: Values
    based_on: int
    body: Body | None = None
    problems: tuple[Problem, ...] = ()
    shown: Answer | Service | None = None


def read_typed(desk: Desk, piece: Piece, sent: Sent, base: Body) -> Typed:
    form, number = FORMS[piece.kind], sent.text("based_on", 9)
    values, based_on = form.typed(sent), int(number) if number.isascii() and number.isdecimal() else 0
    if not piece.key:
        piece = replace(piece, key=id_from(value_of(values, "title")))
    try:
        body = form.body_from(desk, values, base)
        shown = desk.rules.read(piece, body)
    except Refused as refused:
        return Typed(values, based_on, problems=refused.problems)
    try:
        desk.rules.check(piece, body)
    except Refused as refused:
        return Typed(values, based_on, body, refused.problems, shown)
    return Typed(values, based_on, body, (), shown)
