"""Alerts by cell, so that a flood from one tablet hides no other: what stands first, and how much of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.safety.record import SafetyRecord
from bot.web.desk.desk import Desk

# More than this from one tablet is a flood: the first stands open and the others lie behind it.
_OPEN_TOGETHER = 2
# Of more cells than this each alert has one line, so that all are on the first screen; with a flood among
# them, of more than one less.
_WHOLE = 3
# From so many cells on, their list itself has small letters.
_DENSE = 12


class Row(Protocol):
    """An alert as the board shows it."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Flood:
    """What it takes to acknowledge all alerts of one cell with one press.

    `until` is the newest message that the page shows: what came after it is acknowledged by nobody.
    """

    wing: str
    cell: str
    until: str
    ask: str
    explain: str
    go: str


@dataclass(frozen=True)
class AlertGroup:
    """The alerts of one cell's tablet. `folded` lie behind one line that counts them; none is left out.

    `brief`: one line for the first, and not the whole of it. `count` is empty for a single alert.
    """

    id: str
    cell: str
    level: str
    level_name: str
    short: str
    count: str
    shown: tuple[Row, ...]
    folded: tuple[Row, ...]
    folded_words: str
    folded_short: str
    many: str
    many_short: str
    brief: bool
    flood: Flood | None


@dataclass(frozen=True)
class LevelOfCells:
    """The cells of one level, for the list at the top."""

    name: str
    groups: tuple[AlertGroup, ...]


def groups_of(
    desk: Desk,
    records: Sequence[SafetyRecord],
    rows: Mapping[str, Row],
    many: Mapping[tuple[str, str], int],
) -> tuple[AlertGroup, ...]:
    """The gravest level first; within it a cell with one alert or two before a flood; then who waits longest.

    A flood stands at its level, and never behind a milder one: one of its alerts may be true.
    """
    cells: dict[tuple[str, str], list[SafetyRecord]] = {}
    for record in records:
        cells.setdefault((record.place.wing, record.place.cell), []).append(record)
    order = list(dict.fromkeys(record.level for record in records))
    sorted_cells = sorted(cells.items(), key=lambda each: (order.index(each[1][0].level), _is_flood(each[1])))
    floods = sum(_is_flood(mine) for mine in cells.values())
    crowded = len(cells) > (_WHOLE - 1 if floods else _WHOLE)
    return tuple(
        _group(desk, mine, rows, many.get(cell, 0), brief=crowded or (len(cells) > 1 and _is_flood(mine)))
        for cell, mine in sorted_cells
    )


def by_level(groups: Sequence[AlertGroup]) -> tuple[LevelOfCells, ...]:
    """Where there are so many cells that their list must be small; else nothing."""
    if len(groups) <= _DENSE:
        return ()
    levels = dict.fromkeys(group.level_name for group in groups)
    return tuple(LevelOfCells(name, tuple(g for g in groups if g.level_name == name)) for name in levels)


def _is_flood(records: Sequence[SafetyRecord]) -> bool:
    return len(records) > _OPEN_TOGETHER


def _group(
    desk: Desk, records: Sequence[SafetyRecord], rows: Mapping[str, Row], many: int, *, brief: bool
) -> AlertGroup:
    first, count, say = records[0], len(records), desk.wording.say
    level = say(f"level_{first.level.value}")
    open_ones = 1 if _is_flood(records) else count
    folded = records[open_ones:]
    return AlertGroup(
        id=first.id,
        cell=first.place.cell,
        level=first.level.value,
        level_name=level,
        short=say("alerts_of_cell", level=level, count=count) if count > 1 else level,
        count=say("alerts_count", count=count) if count > 1 else "",
        shown=tuple(rows[record.id] for record in records[:open_ones]),
        folded=tuple(rows[record.id] for record in folded),
        folded_words=_folded(desk, folded) if folded else "",
        folded_short=say("alerts_folded_short", count=len(folded)) if folded else "",
        many=say("alerts_many", count=many) if many else "",
        many_short=say("alerts_many_short", count=many) if many else "",
        brief=brief,
        flood=_flood(desk, records) if folded else None,
    )


def _flood(desk: Desk, records: Sequence[SafetyRecord]) -> Flood:
    say, place, count = desk.wording.say, records[0].place, len(records)
    return Flood(
        wing=place.wing,
        cell=place.cell,
        until=max(record.latest_at for record in records).isoformat(),
        ask=say("acknowledge_all", count=count),
        explain=say("acknowledge_all_help", cell=place.cell, levels=_levels(desk, records)),
        go=say("acknowledge_all_go", count=count, cell=place.cell),
    )


def _folded(desk: Desk, records: Sequence[SafetyRecord]) -> str:
    cell, count = records[0].place.cell, len(records)
    return desk.wording.say("alerts_folded", cell=cell, count=count, levels=_levels(desk, records))


def _levels(desk: Desk, records: Sequence[SafetyRecord]) -> str:
    counts: dict[str, int] = {}
    for record in records:
        counts[record.level.value] = counts.get(record.level.value, 0) + 1
    say = desk.wording.say
    return ", ".join(
        say("alerts_of_level", count=count, level=say(f"level_{level}")) for level, count in counts.items()
    )
