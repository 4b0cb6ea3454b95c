"""Plain types of the directory: a service, its hours, the ways to reach it and who answers."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from bot.people.model import PeerRole, StaffRole

Spans = tuple[tuple[time, time], ...]

# As the end of a span: 24:00, when the day ends. No span ends when its day begins.
MIDNIGHT = time(0)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# A service's picture is a topic's, or one of these.
ICONS = frozenset({"listener", "helping", "key", "desk", "board", "bike", "work_out"})


class PartOfUk(StrEnum):
    """Bank holidays differ between these three."""

    ENGLAND_AND_WALES = "england_and_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


class Way(StrEnum):
    """How a person inside reaches a service."""

    APP = "app"
    EXTENSION = "extension"
    FREE_NUMBER = "free_number"
    OFFICER = "officer"
    TABLET = "tablet"
    LETTER_BOX = "letter_box"


@dataclass(frozen=True)
class Hours:
    """When a service is open, Monday first, in the prison's own time. `always` means day and night.

    On a bank holiday `holiday` takes the place of the day; `holiday_as` names the weekday that it was taken
    from, where the file says "as on Sunday".
    """

    week: tuple[Spans, ...] = ()
    holiday: Spans = ()
    holiday_as: int | None = None
    always: bool = False


@dataclass(frozen=True)
class Reach:
    """One way. `name` is an app form's, `number` a telephone's; `ask` is whom this tablet can ask for."""

    way: Way
    name: str = ""
    number: str = ""
    say: str = ""
    ask: str = ""


@dataclass(frozen=True)
class Who:
    """Who answers: peer supporters, staff, or a team under its own name. One of them at least."""

    peer_roles: tuple[PeerRole, ...] = ()
    staff_roles: tuple[StaffRole, ...] = ()
    team: str = ""


@dataclass(frozen=True)
class Local:
    """How a thing is done in this prison, in a sentence or two of its own."""

    topic: str
    text: str


@dataclass(frozen=True)
class Service:
    """What is not known is empty, and the pages then say whom to ask. `topics`: the first is its own."""

    id: str
    title: str
    icon: str
    topics: tuple[str, ...]
    reach: tuple[Reach, ...]
    who: Who
    owner: str
    reviewed: date
    review_by: date
    place: str = ""
    hours: Hours | None = None
    languages: tuple[str, ...] = ()
    note: str = ""
