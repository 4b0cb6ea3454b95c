"""The form of a service: from the prison file's mapping to fields and back."""

from typing import Any

from bot.editions.model import Body
from bot.web.desk import content_choices as choices
from bot.web.desk.actions import Choice
from bot.web.desk.content_fields import (
    Field,
    Group,
    Look,
    Values,
    chosen,
    one_line,
    value_of,
    with_spare,
)
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


def body_from(desk: Desk, values: Values, base: Body) -> Body:
    """Raises Refused for times that are none; all else is the readers' to refuse."""
    body: dict[str, Any] = {name: value_of(values, name) for name in _LINES}
    body |= {name: list(values[name]) for name in _LISTS}
    body |= hours_from(desk, values)
    body["reach"] = [_way_from(values, at) for at in range(_count(values))]
    who = {name: list(values[f"who.{name}"]) for name in _WHO} | {"team": value_of(values, "who.team")}
    body["who"] = {name: value for name, value in who.items() if value}
    # A name in the file with nothing behind it would mean "empty" and not "unknown".
    return {key: value for key, value in body.items() if value or key not in ("place", "note", "languages")}


def groups(desk: Desk, values: Values) -> tuple[Group, ...]:
    say = desk.wording.say

    def line(name: str, *, required: bool = True, help_key: str = "", look: Look = Look.LINE) -> Field:
        label = say(f"content_field_{name.replace('.', '_')}")
        return Field(name, label, look, values[name], say(help_key) if help_key else "", required=required)

    def one(name: str, offered: tuple[Choice, ...], help_key: str = "") -> Field:
        label = say(f"content_field_{name}")
        return Field(name, label, Look.ONE, values[name], say(help_key) if help_key else "", offered)

    def some(name: str, offered: tuple[Choice, ...], help_key: str = "") -> Field:
        label = say(f"content_field_{name.replace('.', '_')}")
        spare = with_spare(values[name])
        help_words = say(help_key) if help_key else ""
        return Field(name, label, Look.SOME, spare, help_words, offered, required=False)

    hours = tuple(line(name, required=False) for name in HOUR_NAMES)
    ways = (
        Group(say("content_group_way", number=at + 1), _way_fields(desk, values, at), row=True)
        for at in range(min(_count(values) + 2, MOST_WAYS))
    )
    return (
        Group(
            say("content_group_service"),
            (
                line("title"),
                line("place", required=False, help_key="content_help_place"),
                line("note", required=False),
                one("icon", choices.icons(desk)),
                some("topics", choices.topics(desk), "content_help_topics"),
            ),
        ),
        Group(say("content_group_hours"), (one("hours", choices.times(desk)),)),
        Group(say("content_group_days"), hours, say("content_help_days"), row=True),
        Group(
            say("content_group_holidays"),
            (
                one("bank_holidays", choices.bank_holidays(desk)),
                line("bank_holidays.open", required=False),
            ),
        ),
        *ways,
        Group(
            say("content_group_who"),
            (
                some("who.peer_roles", choices.peers(desk)),
                some("who.staff_roles", choices.staff_roles(desk)),
                line("who.team", required=False),
                some("languages", choices.languages(desk)),
            ),
            say("content_help_who"),
        ),
        Group(
            say("content_group_behind"),
            (
                line("owner"),
                line("reviewed", look=Look.DATE),
                line("review_by", look=Look.DATE),
            ),
        ),
    )


def _way_fields(desk: Desk, values: Values, at: int) -> tuple[Field, ...]:
    say = desk.wording.say
    offered = {"way": choices.ways(desk), "ask": choices.whom_to_ask(desk)}
    return tuple(
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


def _reach_values(ways: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    return {f"reach.{at}.{part}": (str(way.get(part, "")),) for at, way in enumerate(ways) for part in _REACH}


def _way_from(values: Values, at: int) -> dict[str, str]:
    parts = {part: value_of(values, f"reach.{at}.{part}") for part in _REACH}
    return {part: text for part, text in parts.items() if text or part == "way"}


def _count(values: Values) -> int:
    return sum(1 for name in values if name.startswith("reach.") and name.endswith(".way"))
