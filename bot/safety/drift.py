"""Alarms and misses by week, and which small numbers are not shown so that no person can be picked out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from bot.safety.model import Level

FEWEST_SHOWN: Final = 5
LEVELS: Final = (Level.EMERGENCY, Level.URGENT, Level.CONCERN)


@dataclass(frozen=True)
class AlarmCount:
    """How many alarms of one sort a week had. `risk` is the gravest; empty where the screen named none."""

    week: date
    level: str
    risk: str
    language: str
    version: str
    count: int
    mistaken: int


@dataclass(frozen=True)
class MarkCount:
    """Alarms of a week that staff marked. `right` only where everybody who marked it says so."""

    week: date
    marked: int
    right: int
    too_high: int
    too_low: int
    wrong_kind: int


@dataclass(frozen=True)
class Miss:
    """A miss that staff reported: when, and what they say that it was."""

    at: datetime
    level: str
    risk: str
    language: str


@dataclass(frozen=True)
class Week:
    """One week, Monday first, with every count as it is."""

    start: date
    levels: Mapping[str, int]
    risks: Mapping[str, int]
    languages: Mapping[str, int]
    mistaken: int
    missed_levels: Mapping[str, int]
    missed_risks: Mapping[str, int]
    missed_languages: Mapping[str, int]
    marks: MarkCount
    versions: tuple[str, ...]

    @property
    def alarms(self) -> int:
        return sum(self.levels.values())

    @property
    def missed(self) -> int:
        return sum(self.missed_levels.values())


def week_of(at: datetime, zone: tzinfo) -> date:
    """The Monday of the week, by the prison's own clock."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def by_week(
    alarms: Sequence[AlarmCount],
    marks: Sequence[MarkCount],
    missed: Sequence[tuple[date, Miss]],
    *,
    last: date,
    weeks: int,
) -> tuple[Week, ...]:
    """Every week up to `last`, the quiet ones too. `missed` has each report with its week."""
    marked = {row.week: row for row in marks}
    starts = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    return tuple(
        _week(
            start,
            [row for row in alarms if row.week == start],
            marked.get(start, MarkCount(start, 0, 0, 0, 0, 0)),
            [miss for week, miss in missed if week == start],
            _Names.of(alarms),
            _Names.of([miss for _, miss in missed]),
        )
        for start in starts
    )


@dataclass(frozen=True)
class _Names:
    """What has a number in each week, quiet ones too."""

    risks: Sequence[str]
    languages: Sequence[str]

    @classmethod
    def of(cls, rows: Sequence[AlarmCount | Miss]) -> "_Names":
        return cls(sorted({row.risk for row in rows}), sorted({row.language for row in rows}))


def _week(
    start: date,
    rows: Sequence[AlarmCount],
    marks: MarkCount,
    missed: Sequence[Miss],
    names: _Names,
    missed_names: _Names,
) -> Week:
    versions = {row.version: 0 for row in rows}
    for row in rows:
        versions[row.version] += row.count
    levels = [level.value for level in LEVELS]
    return Week(
        start=start,
        levels=_sums(((row.level, row.count) for row in rows), levels),
        risks=_sums(((row.risk, row.count) for row in rows), names.risks),
        languages=_sums(((row.language, row.count) for row in rows), names.languages),
        mistaken=sum(row.mistaken for row in rows),
        missed_levels=_sums(((miss.level, 1) for miss in missed), levels),
        missed_risks=_sums(((miss.risk, 1) for miss in missed), missed_names.risks),
        missed_languages=_sums(((miss.language, 1) for miss in missed), missed_names.languages),
        marks=marks,
        # The one that judged most comes first.
        versions=tuple(sorted(versions, key=lambda version: -versions[version])),
    )


def _sums(counted: Iterable[tuple[str, int]], names: Iterable[str]) -> dict[str, int]:
    found = dict.fromkeys(names, 0)
    for name, count in counted:
        found[name] += count
    return found


def shown_parts(parts: Mapping[str, int], *, everything: bool) -> dict[str, int | None]:
    """The parts of a whole that is shown beside them; None for what is not shown.

    One small part alone could be worked out from the rest. So others, the smallest first, are hidden with it,
    until what is hidden could be split in more than one way.
    """
    total = sum(parts.values())
    if everything or total == 0:
        return dict(parts)
    if total < FEWEST_SHOWN:
        return dict.fromkeys(parts)
    hidden = {name for name, count in parts.items() if 0 < count < FEWEST_SHOWN}
    others = sorted((name for name in parts if parts[name] >= FEWEST_SHOWN), key=lambda name: parts[name])
    while hidden and (len(hidden) < 2 or sum(parts[name] for name in hidden) < FEWEST_SHOWN):
        hidden.add(others.pop(0))
    return {name: None if name in hidden else count for name, count in parts.items()}


def shown_of(count: int, whole: int, *, everything: bool) -> int | None:
    """A count out of a whole: hidden where it, or what is left of the whole, is small."""
    small = any(0 < each < FEWEST_SHOWN for each in (count, whole - count, whole))
    return None if small and not everything else count


def shown_alone(count: int, *, everything: bool) -> int | None:
    return None if 0 < count < FEWEST_SHOWN and not everything else count
