"""Alarms by week as a picture: where each bar, line and label stands. The page draws it as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 28, 34
_LABELS = 13
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Column:
    """A week: its parts from the bottom up, as name and count. None for what is not shown at all.

    `rest` is what the parts leave of the whole. `changed` says that another screen came into use.
    """

    label: str
    parts: tuple[tuple[str, int], ...] | None
    rest: int
    missed: int | None
    changed: bool


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    name: str


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    name: str


@dataclass(frozen=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float
    name: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    bars: tuple[Bar, ...]
    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]


def draw(columns: Sequence[Column], new_screen: str, hidden: str) -> Picture:
    """`new_screen` stands over the line at which another screen came into use; `hidden` for no bar."""
    top = _round_up(max([1, *(_height(column) for column in columns)]))
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(columns), 1)
    bars: list[Bar] = []
    strokes = [Stroke(_LEFT, _y(tick, top), WIDTH - _RIGHT, _y(tick, top), "grid") for tick in _ticks(top)]
    labels = [Label(_LEFT - 6, _y(tick, top) + 4, str(tick), "scale") for tick in _ticks(top)]
    dots: list[Dot] = []
    every = max(1, -(-len(columns) // _LABELS))
    for number, column in enumerate(columns):
        x = _LEFT + number * slot
        middle = round(x + slot / 2, 1)
        bars += _bars(column, round(x + slot * 0.15, 1), round(slot * 0.7, 1), top)
        if number % every == 0:
            labels.append(Label(middle, HEIGHT - 12, column.label, "week"))
        if column.parts is None:
            labels.append(Label(middle, _y(0, top) - 4, hidden, "week"))
        if column.missed:
            dots.append(Dot(middle, _y(column.missed, top)))
        if column.changed:
            strokes.append(Stroke(round(x, 1), _TOP - 8, round(x, 1), _y(0, top), "change"))
            labels.append(Label(round(x, 1) + 3, _TOP - 12, new_screen, "change"))
    return Picture(WIDTH, HEIGHT, tuple(bars), tuple(strokes), tuple(dots), tuple(labels))


def _bars(column: Column, x: float, width: float, top: int) -> list[Bar]:
    found, below = [], 0
    for name, count in (*(column.parts or ()), ("rest", column.rest)):
        if count:
            high = _y(below + count, top)
            found.append(Bar(x, high, width, round(_y(below, top) - high, 1), name))
        below += count
    return found


def _height(column: Column) -> int:
    return max(sum(count for _, count in column.parts or ()) + column.rest, column.missed or 0)


def _y(count: int, top: int) -> float:
    room = HEIGHT - _TOP - _BOTTOM
    return round(HEIGHT - _BOTTOM - room * count / top, 1)


def _ticks(top: int) -> tuple[int, ...]:
    return (0, top // 2, top) if top % 2 == 0 else (0, top)


def _round_up(count: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= count:
                return step * size
        size *= 10
