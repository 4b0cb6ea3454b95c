"""The form of a sentence of the prison's own: one field."""

from bot.editions.model import Body
from bot.web.desk.content_fields import Group, Problems, Values, one_line, value_of
from bot.web.desk.content_maker import Maker
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent


def values_of(body: Body) -> Values:
    return {"text": (str(body.get("text", "")),)}


def typed(sent: Sent) -> Values:
    return {"text": one_line(sent, "text")}


def body_from(desk: Desk, values: Values, base: Body) -> tuple[Body, Problems]:
    return {"text": value_of(values, "text")}, ()


def groups(desk: Desk, values: Values) -> tuple[Group, ...]:
    make = Maker(desk, values)
    return (make.group("content_group_local", make.area("text", rows=3, help_key="content_help_local")),)
