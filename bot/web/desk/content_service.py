"""The form of a service: from the prison file's mapping to fields and back."""

from typing import Any

from bot.editions.model import Body
from bot.web.desk import content_choices as choices
from bot.web.desk.content_fields import (
    Field,
    Group,
    Look,
    Problems,
    Values,
    chosen,
    one_line,
    value_of,
)
from bot.web.desk.content_maker import Maker
from bot.web.desk.content_times import HOUR_NAMES, hours_from, times_values
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent

_LINES = ("title", "icon", "place", "note", "owner", "reviewed", "review_by")
_LISTS = ("topics", "languages")
_WHO = ("peer_roles", "staff_roles")
_REACH = ("way", "name", "number", "ask", "say")
# More than any service has: what is beyond it would be lost, so a longer list is refused.
MOST_WAYS = 8


def values_of(body: Body) -> Values:
    values: dict[str, tuple[str, ...]] = {name: (str(body.get(name, "")),) for name in _LINES}
    values |= {name: tuple(body.get(name, ())) for name in _LISTS}
    values |= times_values(body)
    values |= {f"who.{name}": tuple(body["who"].get(name, ())) for name in _WHO}
    values["who.team"] = (str(body["who"].get("team", "")),)
    return values | _reach_values(body["reach"])


def typed(sent: Sent) -> Values:
    values = {name: one_line(sent, name) for name in (*_LINES, "hours", "bank_holidays", "who.team")}
    values |= {name: chosen(sent, name) for name in (*_LISTS, *(f"who.{name}" for name in _WHO))}
    values |= {name: one_line(sent, name) for name in (*HOUR_NAMES, "bank_holidays.open")}
    ways = ({part: one_line(sent, f"reach.{at}.{part}")[0] for part in _REACH} for at in range(MOST_WAYS))
    return values | _reach_values([way for way in ways if any(way.values())])


def body_from(desk: Desk, values: Values, base: Body) -> tuple[Body, Problems]:
    """Says which times are none; all else is the readers' to refuse."""
    body: dict[str, Any] = {name: value_of(values, name) for name in _LINES}
    body |= {name: list(values[name]) for name in _LISTS}
    hours, problems = hours_from(desk, values, base)
    body |= hours
    body["reach"] = [_way_from(values, at) for at in range(_count(values))]
    who = {name: list(values[f"who.{name}"]) for name in _WHO} | {"team": value_of(values, "who.team")}
    body["who"] = {name: value for name, value in who.items() if value}
    # A name in the file with nothing behind it would mean "empty" and not "unknown".
    known = {key: value for key, value in body.items() if value or key not in ("place", "note", "languages")}
    return known, problems


def groups(desk: Desk, values: Values) -> tuple[Group, ...]:
    make = Maker(desk, values)
    ways = min(_count(values) + 2, MOST_WAYS)
    return (
        make.group(
            "content_group_service",
            make.line("title"),
            make.line("place", required=False, help_key="content_help_place"),
            make.line("note", required=False),
            make.one("icon", choices.icons(desk)),
            make.some("topics", choices.topics(desk), "content_help_topics"),
        ),
        make.group("content_group_hours", make.one("hours", choices.times(desk))),
        make.group(
            "content_group_days",
            *(make.line(name, required=False) for name in HOUR_NAMES),
            help_key="content_help_days",
            row=True,
        ),
        make.group(
            "content_group_holidays",
            make.one("bank_holidays", choices.bank_holidays(desk)),
            make.line("bank_holidays.open", required=False),
        ),
        *(_way_group(desk, values, at) for at in range(ways)),
        make.group(
            "content_group_who",
            make.some("who.peer_roles", choices.peers(desk)),
            make.some("who.staff_roles", choices.staff_roles(desk)),
            make.line("who.team", required=False),
            make.some("languages", choices.languages(desk)),
            help_key="content_help_who",
        ),
        make.group("content_group_behind", make.line("owner"), make.date("reviewed"), make.date("review_by")),
    )


def _way_group(desk: Desk, values: Values, at: int) -> Group:
    """A way without anything in it is left out when the form is read."""
    say = desk.wording.say
    offered = {"way": choices.ways(desk), "ask": choices.whom_to_ask(desk)}
    fields = tuple(
        Field(
            name=f"reach.{at}.{part}",
            label=say(f"content_field_reach_{part}"),
            look=Look.ONE if part in offered else Look.LINE,
            values=values.get(f"reach.{at}.{part}", ("",)),
            choices=offered.get(part, ()),
            required=False,
            wide=part == "say",
        )
        for part in _REACH
    )
    return Group(say("content_group_way", number=at + 1), fields, row=True, repeated=True)


def _reach_values(ways: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    return {f"reach.{at}.{part}": (str(way.get(part, "")),) for at, way in enumerate(ways) for part in _REACH}


def _way_from(values: Values, at: int) -> dict[str, str]:
    parts = {part: value_of(values, f"reach.{at}.{part}") for part in _REACH}
    return {part: text for part, text in parts.items() if text or part == "way"}


def _count(values: Values) -> int:
    return sum(1 for name in values if name.startswith("reach.") and name.endswith(".way"))
