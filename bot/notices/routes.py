"""Which alerts go to which channel, as the prison's file says it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.fields import Fields
from bot.people.model import StaffRole
from bot.safety.model import Level

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
LEVELS: Final = tuple(level for level in Level if level is not Level.NONE)


class _LevelName(StrEnum):
    CONCERN = "concern"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Route:
    """The alerts that one channel gets. What the prison's file is silent about is sent: doubt goes upwards.

    `roles` are those of the chain: a channel of the orderly officer gets an alert when that role has it.
    `heads` are the signed heads of the logs, for whoever keeps them outside. `reports` is a word each month
    that the report of the month before is ready.
    """

    levels: frozenset[str] = frozenset(level.value for level in LEVELS)
    roles: frozenset[str] = frozenset(role.value for role in StaffRole)
    place: bool = False
    requests: bool = False
    reviews: bool = True
    heads: bool = False
    reports: bool = False

    def wants_alert(self, level: str, role: str) -> bool:
        """A level or role that nobody knew when the file was written is sent."""
        known = any(level == each.value for each in LEVELS)
        return (level in self.levels or not known) and role in self.roles


EVERYTHING: Final = Route()


def read_routes(notices: Fields, chain: Iterable[StaffRole]) -> dict[str, Route]:
    """The routes by the channel's name. Raises what the file's refusal makes."""
    return {str(name): _route(notices, str(name), tuple(chain)) for name in notices.data}


def _route(notices: Fields, name: str, chain: tuple[StaffRole, ...]) -> Route:
    if not NAME.fullmatch(name):
        raise notices.refuse(name, "a channel's name is small letters, digits and _, 32 at most")
    route = notices.inside(name)
    route.only("levels", "roles", "place", "requests", "reviews", "heads", "reports")
    levels, roles = EVERYTHING.levels, EVERYTHING.roles
    if route.has("levels"):
        levels = frozenset(level.value for level in route.members("levels", _LevelName, "level"))
    if route.has("roles"):
        named = route.members("roles", StaffRole, "staff role")
        for at, role in enumerate(named):
            if role not in chain:
                raise route.refuse(
                    f"roles.{at}", f"{role.value!r} is not in the chain: it would hear nothing"
                )
        roles = frozenset(role.value for role in named)
    switches = {name: _switch(route, name) for name in ("place", "requests", "heads", "reports")}
    # A channel that is there for something else may hear of no alert; no other one goes silent by a slip.
    if not roles or not (levels or switches["heads"] or switches["reports"]):
        raise route.refuse("levels" if roles else "roles", "needs one at least")
    return Route(levels, roles, reviews=_switch(route, "reviews", otherwise=True), **switches)


def _switch(route: Fields, key: str, *, otherwise: bool = False) -> bool:
    return bool(route.need(key, bool)) if key in route.data else otherwise
