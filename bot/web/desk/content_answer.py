"""The form of an answer: from the file's mapping to fields and back."""

from typing import Any

from bot.answers import FOLLOW_UPS
from bot.editions.model import Body
from bot.web.desk import content_choices as choices
from bot.web.desk.actions import Choice
from bot.web.desk.content_fields import (
    Field,
    Group,
    Look,
    Values,
    chosen,
    lines,
    one_line,
    value_of,
    with_spare,
)
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent

_LINES = ("title", "owner", "reviewed", "review_by")
_AREAS = ("short", "more", "simpler", *FOLLOW_UPS)
_LISTS = ("related", "people")
# Between a source's title and its address.
_BAR = " | "


def values_of(body: Body) -> Values:
    values = {name: (str(body.get(name, "")),) for name in (*_LINES, *_AREAS)}
    values["steps"] = ("\n".join(body["steps"]),)
    values["sources"] = ("\n".join(f"{each['title']}{_BAR}{each['url']}" for each in body["sources"]),)
    return values | {name: tuple(body[name]) for name in _LISTS}


def typed(sent: Sent) -> Values:
    values = {name: one_line(sent, name) for name in _LINES}
    values |= {name: lines(sent, name) for name in (*_AREAS, "steps", "sources")}
    return values | {name: chosen(sent, name) for name in _LISTS}


def body_from(desk: Desk, values: Values, base: Body) -> Body:
    """What has no field stays as it is in `base`. Nothing is checked here but what a form alone can break."""
    body: dict[str, Any] = {key: value for key, value in base.items() if key not in FOLLOW_UPS}
    body |= {name: value_of(values, name) for name in (*_LINES, *_AREAS)}
    body["steps"] = value_of(values, "steps").splitlines()
    body["sources"] = [_source(line) for line in value_of(values, "sources").splitlines()]
    body |= {name: list(values[name]) for name in _LISTS}
    # Left empty, a follow-up is answered with whom to ask.
    return {key: value for key, value in body.items() if value or key not in FOLLOW_UPS}


def _source(line: str) -> dict[str, str]:
    title, _, url = line.rpartition("|")
    return {"title": title.strip(), "url": url.strip()}


def groups(desk: Desk, values: Values) -> tuple[Group, ...]:
    say = desk.wording.say

    def field(name: str, look: Look, *, rows: int = 4, required: bool = True, help_key: str = "") -> Field:
        return Field(
            name=name,
            label=say(f"content_field_{name}"),
            look=look,
            values=values[name],
            help=say(help_key) if help_key else "",
            rows=rows,
            required=required,
        )

    def lists(name: str, offered: tuple[Choice, ...], help_key: str) -> Field:
        label = say(f"content_field_{name}")
        return Field(name, label, Look.SOME, with_spare(values[name]), say(help_key), offered, required=False)

    read = (
        field("title", Look.LINE),
        field("short", Look.AREA, help_key="content_help_short"),
        field("steps", Look.AREA, rows=5, help_key="content_help_steps"),
        field("more", Look.AREA, rows=6),
        field("simpler", Look.AREA, rows=3),
    )
    follow_ups = tuple(field(name, Look.AREA, rows=3, required=False) for name in FOLLOW_UPS)
    onwards = (
        lists("people", choices.helpers(desk), "content_help_people"),
        lists("related", choices.topics(desk), "content_help_related"),
    )
    behind = (
        field("sources", Look.AREA, help_key="content_help_sources"),
        field("owner", Look.LINE),
        field("reviewed", Look.DATE),
        field("review_by", Look.DATE),
    )
    return (
        Group(say("content_group_read"), read),
        Group(say("content_group_follow_ups"), follow_ups, say("content_help_follow_ups")),
        Group(say("content_group_onwards"), onwards),
        Group(say("content_group_behind"), behind),
    )
