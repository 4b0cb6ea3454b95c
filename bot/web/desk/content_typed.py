"""What somebody typed into the form of an answer or a service, and what came of reading it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.editions.adding import id_from
from bot.editions.bodies import Content
from bot.editions.model import Body, Piece
from bot.editions.rules import Problem, Refused
from bot.web.desk.content_fields import Problems, Values, value_of
from bot.web.desk.content_pieces import FORMS
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent


@dataclass(frozen=True)
class Typed:
    """What stands in the form, and what came of it. `shown` is there also when it is too hard to read."""

    values: Values
    based_on: int
    body: Body | None = None
    problems: Problems = ()
    shown: Content | None = None


def read_typed(desk: Desk, piece: Piece, sent: Sent, base: Body) -> Typed:
    """Says all that is wrong at once."""
    form, number = FORMS[piece.kind], sent.text("based_on", 9)
    values, based_on = form.typed(sent), int(number) if number.isascii() and number.isdecimal() else 0
    if not piece.key:
        piece = replace(piece, key=id_from(value_of(values, "title")))
    body, problems = form.body_from(desk, values, base)
    try:
        shown = desk.rules.read(piece, body)
    except Refused:
        shown = None
    try:
        desk.rules.check(piece, body)
    except Refused as refused:
        problems += _others(problems, refused.problems)
    return Typed(values, based_on, body, problems, shown)


def _others(found: Sequence[Problem], more: Sequence[Problem]) -> Problems:
    """Those of fields that nothing is said about yet: one fault makes the next."""
    named = {problem.field for problem in found}
    return tuple(
        problem
        for problem in more
        if not any(problem.field == name or problem.field.startswith(f"{name}.") for name in named)
    )
