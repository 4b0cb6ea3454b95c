"""What is unusual in who read what: each account is compared with its own habit, and nothing is a verdict."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

# What is looked at, and the time before it that says what an account usually does.
LOOKED_AT: Final = timedelta(days=7)
HABIT: Final = timedelta(days=28)

# In one hour: so many different pages at least, and so many times what the account's busiest usual hour had.
MANY_LEAST: Final = 15
MANY_TIMES: Final = 2
# From evening to morning; and the share of an account's reading below which a thing is not usual.
NIGHT_FROM: Final = time(22)
NIGHT_TO: Final = time(6)
RARE: Final = 0.05
# With less behind it nothing is known of an account's habit.
KNOWN_FROM: Final = 20
# Of another wing, so many pages; of one person, so many.
WING_LEAST: Final = 3
AGAIN_LEAST: Final = 6
# So many different kinds of page that were refused, or asked for by an id that was not there.
REFUSED_LEAST: Final = 3


class Rule(StrEnum):
    MANY = "many"
    NIGHT = "night"
    OTHER_WING = "other_wing"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True)
class HourOfReading:
    """`pages` counts different records, people and requests that one account opened in that hour."""

    staff_id: str
    hour: datetime
    pages: int


@dataclass(frozen=True)
class WingOfReading:
    staff_id: str
    wing: str
    usual: int
    lately: int


@dataclass(frozen=True)
class PersonOfReading:
    """How often one account opened pages about one person lately, and when for the last time."""

    staff_id: str
    person_id: str
    count: int
    last: datetime


@dataclass(frozen=True)
class PagesRefused:
    """How many different kinds of page were refused to one account lately, and when for the last time."""

    staff_id: str
    pages: int
    last: datetime


@dataclass(frozen=True)
class Unusual:
    """`usual` is what it is compared with: the busiest hour, or how often before. 0: nothing is known."""

    rule: Rule
    staff_id: str
    at: datetime | None
    count: int
    usual: int = 0
    wing: str = ""
    person_id: str = ""


def unusual_hours(hours: Sequence[HourOfReading], since: datetime, zone: tzinfo) -> list[Unusual]:
    """Hours with many pages, and hours of the night, that are not in the account's habit."""
    before: dict[str, list[HourOfReading]] = defaultdict(list)
    lately: dict[str, list[HourOfReading]] = defaultdict(list)
    for each in hours:
        (lately if each.hour >= since else before)[each.staff_id].append(each)
    found = []
    for staff_id, mine in lately.items():
        habit = before[staff_id]
        found += _many(staff_id, mine, habit)
        found += _nights(staff_id, mine, habit, zone)
    return found


def _many(staff_id: str, mine: Iterable[HourOfReading], habit: Iterable[HourOfReading]) -> list[Unusual]:
    busiest = max((each.pages for each in habit), default=0)
    limit = max(MANY_LEAST, MANY_TIMES * busiest)
    return [
        Unusual(Rule.MANY, staff_id, each.hour, each.pages, busiest) for each in mine if each.pages > limit
    ]


def _nights(
    staff_id: str, mine: Iterable[HourOfReading], habit: Sequence[HourOfReading], zone: tzinfo
) -> list[Unusual]:
    """One line a night: it begins in the evening and ends in the morning."""
    read = sum(each.pages for each in habit)
    at_night = sum(each.pages for each in habit if is_night(each.hour, zone))
    if read >= KNOWN_FROM and at_night >= RARE * read:
        return []
    nights: dict[object, list[HourOfReading]] = defaultdict(list)
    for each in mine:
        if is_night(each.hour, zone):
            nights[(each.hour.astimezone(zone) - timedelta(hours=12)).date()].append(each)
    return [
        Unusual(
            Rule.NIGHT,
            staff_id,
            min(each.hour for each in some),
            sum(each.pages for each in some),
            at_night,
        )
        for some in nights.values()
    ]


def is_night(hour: datetime, zone: tzinfo) -> bool:
    at = hour.astimezone(zone).time()
    return at >= NIGHT_FROM or at < NIGHT_TO


def unusual_wings(readings: Sequence[WingOfReading], own: Mapping[str, Sequence[str]]) -> list[Unusual]:
    """`own` are the wings that an account is limited to. One of the whole prison has those of its habit."""
    usual: dict[str, int] = defaultdict(int)
    for each in readings:
        usual[each.staff_id] += each.usual
    found = []
    for each in readings:
        limited = own.get(each.staff_id, ())
        habit = usual[each.staff_id]
        strange = each.wing not in limited if limited else habit >= KNOWN_FROM and each.usual < RARE * habit
        if strange and each.lately >= WING_LEAST:
            found.append(
                Unusual(Rule.OTHER_WING, each.staff_id, None, each.lately, each.usual, wing=each.wing)
            )
    return found


def again_and_again(
    readings: Iterable[PersonOfReading], concerned: Iterable[tuple[str, str]]
) -> list[Unusual]:
    """`concerned` are pairs of account and person where the account did something: answered, checked,
    reviewed, noted, or moved a request on. Who works on a record opens it often."""
    at_work = set(concerned)
    return [
        Unusual(Rule.AGAIN, each.staff_id, each.last, each.count, person_id=each.person_id)
        for each in readings
        if each.count >= AGAIN_LEAST and (each.staff_id, each.person_id) not in at_work
    ]


def tried_doors(refused: Iterable[PagesRefused]) -> list[Unusual]:
    """One wrong address is a slip; several kinds of page are a search."""
    return [
        Unusual(Rule.REFUSED, each.staff_id, each.last, each.pages)
        for each in refused
        if each.pages >= REFUSED_LEAST
    ]
