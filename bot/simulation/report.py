"""The page and the pictures that a run of the simulation leaves in docs/."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Final

from bot.reports.times import HALF, NINE_IN_TEN, within
from bot.simulation.matching_cost import Cost
from bot.simulation.world import CONTACTS_FOR_EACH_PERSON, USUAL
from bot.simulation.year import Outcome, Waited

_WIDTH, _ROW, _NAMES = 760, 30, 190


@dataclass(frozen=True)
class Line:
    """One plan in figures: minutes, and contacts of the busiest Listener."""

    name: str
    asked: int
    reached: int
    half: int
    nine_in_ten: int
    night_half: int
    night_nine: int
    busiest: int


def line_of(outcome: Outcome) -> Line:
    met = _minutes(outcome.waits)
    night = _minutes(each for each in outcome.waits if each.at_night)
    return Line(
        name=outcome.plan.name,
        asked=len(outcome.waits),
        reached=sum(met.values()),
        half=within(met, HALF) or 0,
        nine_in_ten=within(met, NINE_IN_TEN) or 0,
        night_half=within(night, HALF) or 0,
        night_nine=within(night, NINE_IN_TEN) or 0,
        busiest=max(outcome.contacts, default=0),
    )


def _minutes(waits: Iterable[Waited]) -> Counter[int]:
    return Counter(each.minutes for each in waits if each.minutes is not None)


def write(folder: Path, lines: Sequence[Line], costs: Sequence[Cost], seed: int) -> None:
    """`folder` is docs/: a page there, and its pictures in simulation/."""
    pictures = folder / "simulation"
    pictures.mkdir(parents=True, exist_ok=True)
    waits = [(line.name, line.half, line.nine_in_ten) for line in lines]
    nights = [(line.name, line.night_half, line.night_nine) for line in lines]
    cost = [(f"{each.supporters} on duty", round(each.microseconds), 0) for each in costs]
    for name, title, bars in (
        ("waits", "Minutes from asking to somebody being there", waits),
        ("nights", "The same, asked while doors were shut", nights),
        ("cost", "Microseconds to find who fits", cost),
    ):
        (pictures / f"{name}.svg").write_text(picture(title, bars), "utf-8")
    (folder / "simulation.md").write_text(_page(lines, costs, seed), "utf-8")


def picture(title: str, bars: Sequence[tuple[str, int, int]]) -> str:
    """A bar for half, a line from there to nine in ten, and both numbers. Grey behind, so that it can be read
    on a dark page too."""
    most = max([1, *(max(half, nine) for _, half, nine in bars)])
    scale = (_WIDTH - _NAMES - 90) / most
    height = 44 + _ROW * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#f6f7f8"/>',
        f'<text x="10" y="22" font-weight="bold">{escape(title)}</text>',
    ]
    for number, (name, half, nine) in enumerate(bars):
        y = 36 + _ROW * number
        end = _NAMES + max(half, nine) * scale
        parts.append(f'<text x="{_NAMES - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<rect x="{_NAMES}" y="{y + 4}" width="{half * scale:.1f}" height="16" fill="#0b4f6c"/>'
        )
        if nine:
            parts.append(
                f'<rect x="{_NAMES + half * scale:.1f}" y="{y + 10}" '
                f'width="{(nine - half) * scale:.1f}" height="4" fill="#b85c00"/>'
            )
        said = f"{half} / {nine}" if nine else str(half)
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 16}">{said}</text>')
    return "\n".join([*parts, "</svg>", ""])


_HEAD: Final = """# What caps, rest, reach and rota do to waiting

A simulated year of a made-up prison of {people} people, by the product's own matching
(`bot/queue/matching.py`). Made by `signpost simulate`, seed {seed}: the same seed gives the same page, but
for the cost at its end. **It is no forecast for any prison.** It shows in which direction a rule pulls,
and how hard, if all else stays as assumed.

![Minutes of waiting, by plan](simulation/waits.svg)

The dark bar is the time within which half were met, the thin one goes on to nine in ten.

| plan | asked | met | half within | nine in ten | at night: half | nine in ten | contacts of the busiest |
|---|---|---|---|---|---|---|---|
"""

_FOOT: Final = """
![Minutes of waiting of those who asked at night](simulation/nights.svg)

## What is published, and what is assumed

Published: {rate:.2f} contacts for each person in a year, from 89,752 contacts of 1,803 Listeners in 2015 and
the aim of one Listener for about 50 people (Samaritans, pages on the Listener scheme; HMPPS Insights, 31 July
2023). Women in prison wanted Listeners when staff were scarce: evenings, weekends (Griffiths, Bailey and
Slade 2019, 2020). At night staff must unlock and move people (The Guardian, 3 August 2002). Cells may be
shut from about five in the afternoon to seven (The Daily Telegraph, 11 March 2020). Sessions of
hours are reported (Samaritans, interviews with Listeners).

Assumed, because no figure was found: the shares of the hours of asking; turns of duty for half of the days
and nights, of which {gaps:.0%} fall out; at night staff are free for a move in {unlocks:.0%} of the tries,
and it is tried again after ten minutes; 85 in 100 offers are accepted; a walk of 15 minutes on
average by day and 25 at night; a session of 55 minutes on average;
after one in five the Listener rests. A contact of 2015 was counted where it took place: how many asked in
vain nobody knows, so five times as many requests are shown as well. Holidays, roll counts, illness of many at
once, wishes, languages and keep-apart lists are not in it.

**Where it is not what the product does.** Who fits, and in which order, is the product's own code. How
offers run is simpler here: one goes out at a time, and one that is not accepted keeps the next waiting for
as long as an offer stands, as if nobody ever said "not this time". The product asks as many at first, and
as many more each time, as the prison's file says; "not this time" asks others at once, and a missed
deadline asks everybody. Where nobody fits it is tried again here after ten minutes; the product tries each
minute, and whenever somebody comes on duty or is free. So far people wait longer here than they would. A
yes comes at once here, where people need minutes to see an offer: that makes waits shorter. There are no
deadlines here and no staff who help. Its day is UTC: no clock changes, while the product's rota and hours
follow the clock on the prison's wall.

## What matching costs

![Cost of matching by supporters on duty](simulation/cost.svg)

Who fits one request, with each supporter looked at once: {first} µs with {few} on duty, {last} µs with
{many}, in processor time of this run. Each is looked at once, and those who fit are
sorted. A test holds that eight times as many cost at most sixteen times as much
(`tests/unit/test_simulation.py`).
"""


def _page(lines: Sequence[Line], costs: Sequence[Cost], seed: int) -> str:
    rows = "\n".join(
        f"| {line.name} | {line.asked:,} | {line.reached:,} | {span(line.half)} | {span(line.nine_in_ten)} "
        f"| {span(line.night_half)} | {span(line.night_nine)} | {line.busiest} |"
        for line in lines
    )
    foot = _FOOT.format(
        rate=CONTACTS_FOR_EACH_PERSON,
        gaps=USUAL.gaps,
        unlocks=USUAL.unlocks,
        first=round(costs[0].microseconds),
        few=costs[0].supporters,
        last=f"{round(costs[-1].microseconds):,}",
        many=f"{costs[-1].supporters:,}",
    )
    return _HEAD.format(people=f"{USUAL.people:,}", seed=seed) + rows + "\n" + foot


def span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{timedelta(minutes=rest).seconds // 60} min"
