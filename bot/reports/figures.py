"""A report's figures for one period: by kind, wing, hour, day of the week, time of day, and in its course."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.queue.model import Kind
from bot.reports.counting import Sort
from bot.reports.periods import Period
from bot.reports.tally import Tally, by_hour, by_time_of_day, codes_of, tally_of

WEEKDAYS = 7


class DayRow(Protocol):
    """Requests of one day and sort, as the store keeps them."""

    @property
    def day(self) -> date: ...
    @property
    def sort(self) -> Sort: ...
    @property
    def codes(self) -> bytes: ...


@dataclass(frozen=True)
class Figures:
    """Every count as it is; what is too small to be shown is left out where it is shown.

    `hours` begin at midnight, `weekdays` on Monday, `times_of_day` are unlocked, evening and night. `course`
    has a tally for each step of the period. `reasons` are why people whom nobody reached were not reached.
    """

    period: Period
    whole: Tally
    kinds: Mapping[Kind, Tally]
    wings: Mapping[str, Tally]
    hours: Sequence[Tally]
    weekdays: Sequence[Tally]
    times_of_day: Sequence[Tally]
    course: Mapping[date, Tally]
    reasons: Mapping[str, int]


def figures_of(rows: Iterable[DayRow], period: Period, wings: Sequence[str]) -> Figures:
    """`wings` are those that have a line, also without a request; one that the prison lost since follows."""
    whole = bytearray()
    kinds: defaultdict[str, bytearray] = defaultdict(bytearray)
    places: defaultdict[str, bytearray] = defaultdict(bytearray)
    weekdays: defaultdict[int, bytearray] = defaultdict(bytearray)
    course: defaultdict[date, bytearray] = defaultdict(bytearray)
    reasons: defaultdict[str, bytearray] = defaultdict(bytearray)
    starts: dict[date, date] = {}
    for row in rows:
        start = starts.setdefault(row.day, period.start_of(row.day))
        for kept in (
            whole,
            kinds[row.sort.kind],
            places[row.sort.wing],
            weekdays[row.day.weekday()],
            course[start],
        ):
            kept.extend(row.codes)
        if row.sort.reason:
            reasons[row.sort.reason].extend(row.codes)
    codes = codes_of(whole)
    named = dict.fromkeys([*wings, *sorted(places)])
    return Figures(
        period=period,
        whole=tally_of(codes),
        kinds={kind: _tally(kinds[kind.value]) for kind in Kind},
        wings={wing: _tally(places[wing]) for wing in named},
        hours=by_hour(codes),
        weekdays=[_tally(weekdays[day]) for day in range(WEEKDAYS)],
        times_of_day=by_time_of_day(codes),
        course={start: _tally(course[start]) for start in period.steps()},
        reasons={reason: _tally(kept).could_not for reason, kept in sorted(reasons.items())},
    )


def _tally(kept: bytearray) -> Tally:
    return tally_of(codes_of(kept))
