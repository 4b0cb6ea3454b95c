"""One prison's own file: its wings, its day, its promises to itself, and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.people.model import PeerRole, Place, StaffRole
from bot.queue.model import Kind, Urgency
from bot.safety.model import Level


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
    except (OSError, yaml.YAMLError) as error:
        raise BadPrisonFile(f"{path.name}: cannot be read: {error}") from error
    try:
        return _prison(data)
    except KeyError as error:
        raise BadPrisonFile(f"{path.name}: {error.args[0]!r} is missing") from error
    except (ValueError, TypeError, AttributeError, ZoneInfoNotFoundError) as error:
        raise BadPrisonFile(f"{path.name}: {error}") from error


def _prison(data: dict[str, Any]) -> Prison:
    waits = data["deadlines"]
    return Prison(
        id=data["id"],
        name=data["name"],
        zone=ZoneInfo(data["timezone"]),
        wings={str(wing): tuple(landings) for wing, landings in data["wings"].items()},
        day={name: _day(data["day"][name]) for name in ("weekday", "weekend")},
        waits={
            kind: {part: timedelta(minutes=waits[kind.value][part.value]) for part in TimeOfDay}
            for kind in Kind
        },
        urgent_waits={
            urgency: timedelta(minutes=waits[urgency.name.lower()])
            for urgency in (Urgency.RAISED, Urgency.URGENT, Urgency.EMERGENCY)
        },
        alerts={
            level: timedelta(seconds=data["alerts"][level.value])
            for level in Level
            if level is not Level.NONE
        },
        chain=tuple(StaffRole(role) for role in data["chain"]),
        peer_roles=tuple(PeerRole(role) for role in data["peer_roles"]),
        could_not_reasons=tuple(data["could_not_reasons"]),
        languages=tuple(data["languages"]),
        local=dict(data.get("local") or {}),
    )


def _day(plan: dict[str, Any]) -> dict[TimeOfDay, Spans]:
    return {TimeOfDay(kind): tuple(_span(span) for span in spans) for kind, spans in plan.items()}


def _span(pair: list[str]) -> tuple[time, time]:
    start, end = (time.fromisoformat(text) for text in pair)
    if start >= end:
        raise ValueError(f"the span {pair[0]} to {pair[1]} ends before it begins")
    return start, end
