"""The prison of the simulation: its people, its doors, its Listeners, and what a run of it assumes.

Figures marked "published" are those of the evidence brief; the others are assumptions, said as such in
docs/simulation.md.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.people.model import PeerRole, Place, Supporter
from bot.queue.rules import HelpRules, Reach
from bot.simulation.draw import Draw

PRISON: Final = "simulated"
FIRST_DAY: Final = date(2026, 1, 1)
WINGS: Final = ("A", "B", "C", "D", "E", "F")
LANDINGS: Final = 2

# Published for 2015: 1,803 Listeners and 89,752 contacts; and the aim of one Listener for about 50 people.
PEOPLE_FOR_EACH_LISTENER: Final = 50
CONTACTS_FOR_EACH_PERSON: Final = 89_752 / 1_803 / PEOPLE_FOR_EACH_LISTENER


@dataclass(frozen=True)
class Plan:
    """One way to run the scheme. `gaps` is the share of duty turns that nobody stands in for; `unlocks` the
    share of moves for which staff are free at night."""

    name: str
    rules: HelpRules
    people: int = 1_200
    days: int = 365
    listeners: int = 24
    demand: float = 1.0
    turns_a_week: int = 7
    gaps: float = 0.15
    unlocks: float = 0.5


_REACH: Final = {"unlocked": Reach.PRISON, "evening": Reach.WING, "night": Reach.WING}
USUAL: Final = Plan("usual", HelpRules(load_cap=2, rest=timedelta(hours=12), first_offers=1, reach=_REACH))


def plans() -> tuple[Plan, ...]:
    """The usual one, and others that differ from it in one thing each; then a busy prison, and caps and rest
    in that."""
    rules = USUAL.rules
    at_home = {**_REACH, "night": Reach.NOBODY}
    busy = replace(USUAL, name="five times the requests", demand=5.0)
    return (
        USUAL,
        replace(USUAL, name="cap 1", rules=replace(rules, load_cap=1)),
        replace(USUAL, name="rest 24 h", rules=replace(rules, rest=timedelta(hours=24))),
        replace(USUAL, name="reach: whole prison", rules=replace(rules, reach={})),
        replace(USUAL, name="reach: nobody at night", rules=replace(rules, reach=at_home)),
        replace(USUAL, name="rota without gaps", gaps=0.0),
        replace(USUAL, name="rota with 40 % gaps", gaps=0.4),
        replace(USUAL, name="half the Listeners", listeners=12),
        busy,
        replace(busy, name="five times, cap 1", rules=replace(rules, load_cap=1)),
        replace(busy, name="five times, no rest", rules=replace(rules, rest=timedelta())),
        replace(busy, name="five times, rest 24 h", rules=replace(rules, rest=timedelta(hours=24))),
    )


@dataclass(frozen=True)
class Asking:
    """A person asks for a Listener. `hard`: the Listener rests after it."""

    at: datetime
    person: str
    place: Place
    stays: timedelta
    hard: bool


@dataclass
class Helper:
    """A Listener through the year: `on` are the turns of duty, by day number and part of the day."""

    supporter: Supporter
    place: Place
    on: frozenset[tuple[int, bool]] = field(default_factory=frozenset)


def place_of(number: int) -> Place:
    wing = WINGS[number % len(WINGS)]
    landing = f"{wing}{number // len(WINGS) % LANDINGS + 1}"
    return Place(wing, landing, f"{landing}-{number:04}")


def time_of_day(at: datetime) -> str:
    """Doors as in many prisons: shut over lunch, and from late afternoon until morning. Assumed."""
    minutes = at.hour * 60 + at.minute
    if at.weekday() >= 5:
        return "unlocked" if 540 <= minutes < 690 or 840 <= minutes < 990 else "night"
    if 480 <= minutes < 720 or 840 <= minutes < 1020:
        return "unlocked"
    return "evening" if 1020 <= minutes < 1140 else "night"


def helpers(plan: Plan, draw: Draw) -> list[Helper]:
    """Listeners spread over the wings; each has turns by day or by night, and some turns fall out."""
    made = []
    for number in range(plan.listeners):
        person = f"listener{number:03}"
        turns = set()
        for day in range(plan.days + 1):
            for night in (False, True):
                # Half of the turns in a week are each Listener's, by day and by night in change.
                mine = (day * 2 + night + number) % 14 < plan.turns_a_week
                if mine and draw.number("gap", person, day, night) >= plan.gaps:
                    turns.add((day, night))
        listener = (PeerRole.LISTENER,)
        # On duty here; whether the turn is theirs is asked at each look.
        supporter = Supporter(person, PRISON, listener, load_cap=plan.rules.load_cap, on_duty=True)
        made.append(Helper(supporter, place_of(number), frozenset(turns)))
    return made
