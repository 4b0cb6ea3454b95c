"""Wing and landing in one choice: no form can name a landing of another wing, or of another prison."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.content import BadContent
from bot.people.model import Place
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, wings_of

AWAY = "away"


@dataclass(frozen=True)
class Goal:
    """Where a person is moved to."""

    prison: Prison
    place: Place


@dataclass(frozen=True)
class Goals:
    """The landings of one prison to which a person can be moved; the value names prison, wing and landing."""

    prison: str
    landings: tuple[Choice, ...]


def landings(desk: Desk, caller: Caller) -> tuple[Choice, ...]:
    """Every landing that this account sees."""
    say, wings = desk.wording.say, desk.product.prison.wings
    return tuple(
        Choice(f"{wing}/{landing}", say("landing_choice", wing=wing, landing=landing))
        for wing in wings_of(caller, desk.product)
        for landing in wings[wing]
    )


def place_of(desk: Desk, caller: Caller, landing: str, cell: str) -> Place | None:
    """None for a landing that is not on the list, or for no cell."""
    if landing not in {choice.value for choice in landings(desk, caller)}:
        return None
    wing, _, name = landing.partition("/")
    try:
        return desk.product.prison.place(wing, name, cell)
    except ValueError:
        return None


def goals(desk: Desk, work: UnitOfWork) -> tuple[Goals, ...]:
    """Every landing of this prison, whatever the account sees, and of each other one whose desk is here."""
    say = desk.wording.say
    return tuple(
        Goals(
            prison.name,
            tuple(
                Choice(f"{prison.id}:{wing}/{name}", say("landing_choice", wing=wing, landing=name))
                for wing, names in prison.wings.items()
                for name in names
            ),
        )
        for prison in _prisons(desk, work)
    )


def goal_of(desk: Desk, work: UnitOfWork, where: str, cell: str) -> Goal | None:
    """None for what is not among the goals, or for no cell."""
    prison_id, _, landing = where.partition(":")
    wing, _, name = landing.partition("/")
    prison = next((each for each in _prisons(desk, work) if each.id == prison_id), None)
    if prison is None:
        return None
    try:
        return Goal(prison, prison.place(wing, name, cell))
    except ValueError:
        return None


def _prisons(desk: Desk, work: UnitOfWork) -> list[Prison]:
    """This one first. Of the others those that have staff in this database, and a file that can be read."""
    own, folder = desk.product.prison, desk.product.settings.content_dir
    others = (_read(folder, name) for name in work.staff.prisons() if name != own.id)
    return [own, *(prison for prison in others if prison is not None)]


@cache
def _read(content_dir: Path, prison_id: str) -> Prison | None:
    """Once a process: a file that is changed counts after a new start, as that of this prison does."""
    try:
        return load_prison(content_dir, prison_id)
    except BadContent:
        return None
