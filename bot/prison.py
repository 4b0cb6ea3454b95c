"""One prison's own file: its wings, its day, its promises to itself, and what is said about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.people.model import PeerRole, Place, StaffRole
from bot.queue.model import Kind, Urgency
from bot.safety.model import Level

_Made = TypeVar("_Made")


class BadPrisonFile(Exception):
    """A prison's file cannot be used. Names the file and the key."""


class TimeOfDay(StrEnum):
    UNLOCKED = "unlocked"
    EVENING = "evening"
    NIGHT = "night"


Spans = tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Prison:
    id: str
    name: str
    zone: ZoneInfo
    wings: Mapping[str, tuple[str, ...]]
    day: Mapping[str, Mapping[TimeOfDay, Spans]]
    waits: Mapping[Kind, Mapping[TimeOfDay, timedelta]]
    urgent_waits: Mapping[Urgency, timedelta]
    alerts: Mapping[Level, timedelta]
    chain: tuple[StaffRole, ...]
    peer_roles: tuple[PeerRole, ...]
    could_not_reasons: tuple[str, ...]
    languages: tuple[str, ...]
    local: Mapping[str, str]

    def time_of_day(self, now: datetime) -> TimeOfDay:
        local = now.astimezone(self.zone)
        plan = self.day["weekend" if local.weekday() >= 5 else "weekday"]
        for kind in (TimeOfDay.UNLOCKED, TimeOfDay.EVENING):
            if any(start <= local.time() < end for start, end in plan.get(kind, ())):
                return kind
        return TimeOfDay.NIGHT

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta:
        """How long a request of this kind may wait; a more urgent one never longer than a plain one."""
        plain = self.waits[kind][self.time_of_day(now)]
        return min(plain, self.urgent_waits.get(urgency, plain))

    def alert_allowance(self, level: Level) -> timedelta:
        return self.alerts[level]

    def next_role(self, current: str) -> str:
        names = [role.value for role in self.chain]
        if current not in names:
            return names[min(1, len(names) - 1)]
        return names[min(names.index(current) + 1, len(names) - 1)]

    def place(self, wing: str, landing: str, cell: str) -> Place:
        """A place in this prison. Raises ValueError for a wing or landing that it does not have."""
        cell = cell.strip().upper()
        if landing not in self.wings.get(wing, ()) or not cell or len(cell) > 16:
            raise ValueError("unknown place")
        return Place(wing, landing, cell)


def load_prison(content_dir: Path, prison_id: str) -> Prison:
    """Raises BadPrisonFile with file and key: a prison half understood is worse than none."""
    path = content_dir / "prisons" / f"{prison_id}.yml"
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadPrisonFile(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise BadPrisonFile(f"{path.name}: should be keys and values")
    try:
        prison = _prison(data)
    except _BadKey as error:
        raise BadPrisonFile(f"{path.name}: {error}") from error
    if prison.id != prison_id:
        raise BadPrisonFile(f"{path.name}: id: is not the file's name")
    return prison


class _BadKey(Exception):
    """A value cannot be used. The message begins with its key."""


def _prison(data: dict[str, Any]) -> Prison:
    return Prison(
        id=_read(data, "id", str),
        name=_read(data, "name", str),
        zone=_read(data, "timezone", ZoneInfo),
        wings=_read(data, "wings", _wings),
        day=_read(data, "day", lambda day: {name: _plan(day[name]) for name in ("weekday", "weekend")}),
        waits=_read(data, "deadlines", _waits),
        urgent_waits=_read(data, "deadlines", _urgent_waits),
        alerts=_read(data, "alerts", _alerts),
        chain=_read(data, "chain", lambda roles: _some(StaffRole(role) for role in roles)),
        peer_roles=_read(data, "peer_roles", lambda roles: tuple(PeerRole(role) for role in roles)),
        could_not_reasons=_read(data, "could_not_reasons", lambda reasons: _some(map(str, reasons))),
        languages=_read(data, "languages", lambda codes: _some(map(str, codes))),
        local={} if data.get("local") is None else _read(data, "local", dict),
    )


def _read(data: dict[str, Any], key: str, make: Callable[[Any], _Made]) -> _Made:
    if key not in data:
        raise _BadKey(f"{key!r} is missing")
    try:
        return make(data[key])
    except ZoneInfoNotFoundError as error:
        raise _BadKey(f"{key}: {error.args[0]}") from error
    except KeyError as error:
        raise _BadKey(f"{key}: {error.args[0]!r} is missing") from error
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise _BadKey(f"{key}: {error}") from error


def _wings(wings: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {str(wing): tuple(landings) for wing, landings in wings.items()}


def _waits(waits: dict[str, Any]) -> dict[Kind, dict[TimeOfDay, timedelta]]:
    return {kind: {part: _time(minutes=waits[kind.value][part.value]) for part in TimeOfDay} for kind in Kind}


def _urgent_waits(waits: dict[str, Any]) -> dict[Urgency, timedelta]:
    raised = (Urgency.RAISED, Urgency.URGENT, Urgency.EMERGENCY)
    return {urgency: _time(minutes=waits[urgency.name.lower()]) for urgency in raised}


def _alerts(alerts: dict[str, Any]) -> dict[Level, timedelta]:
    return {level: _time(seconds=alerts[level.value]) for level in Level if level is not Level.NONE}


def _time(**parts: float) -> timedelta:
    """Without this a deadline of nothing would be missed at every tick."""
    time_allowed = timedelta(**parts)
    if time_allowed <= timedelta(0):
        raise ValueError("a deadline must be longer than nothing")
    return time_allowed


def _some(items: Iterable[_Made]) -> tuple[_Made, ...]:
    found = tuple(items)
    if not found:
        raise ValueError("needs one at least")
    return found


def _plan(plan: dict[str, Any]) -> dict[TimeOfDay, Spans]:
    return {TimeOfDay(kind): tuple(_span(span) for span in spans) for kind, spans in plan.items()}


def _span(pair: list[str]) -> tuple[time, time]:
    start, end = (time.fromisoformat(text) for text in pair)
    if start >= end:
        raise ValueError(f"the span {pair[0]} to {pair[1]} ends before it begins")
    return start, end
