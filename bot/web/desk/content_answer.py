"""The form of an answer: from the file's mapping to fields and back."""

from typing import Any

from bot.answers import FOLLOW_UPS
from bot.editions.model import Body
from bot.web.desk import content_choices as choices
from bot.web.desk.content_fields import (
    Group,
    Problems,
    Values,
    chosen,
    lines,
    one_line,
    value_of,
)
from bot.web.desk.content_maker import Maker
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


def body_from(desk: Desk, values: Values, base: Body) -> tuple[Body, Problems]:
    """What has no field stays as it is in `base`. A form alone can break nothing here."""
    body: dict[str, Any] = dict(base)
    body |= {name: value_of(values, name) for name in (*_LINES, *_AREAS)}
    body["steps"] = value_of(values, "steps").splitlines()
    body["sources"] = [_source(line) for line in value_of(values, "sources").splitlines()]
    return body | {name: list(values[name]) for name in _LISTS}, ()


def _source(line: str) -> dict[str, str]:
    title, _, url = line.rpartition("|")
    return {"title": title.strip(), "url": url.strip()}


def groups(desk: Desk, values: Values) -> tuple[Group, ...]:
    make = Maker(desk, values)
    return (
        make.group(
            "content_group_read",
            make.line("title"),
            make.area("short", help_key="content_help_short"),
            make.area("steps", rows=5, help_key="content_help_steps"),
            make.area("more", rows=6),
            make.area("simpler", rows=3),
        ),
        make.group(
            "content_group_follow_ups",
            *(make.area(name, rows=3) for name in FOLLOW_UPS),
            help_key="content_help_follow_ups",
        ),
        make.group(
            "content_group_onwards",
            make.some("people", choices.helpers(desk), "content_help_people"),
            make.some("related", choices.topics(desk), "content_help_related"),
        ),
        make.group(
            "content_group_behind",
            make.area("sources", help_key="content_help_sources"),
            make.line("owner"),
            make.date("reviewed"),
            make.date("review_by"),
        ),
    )
