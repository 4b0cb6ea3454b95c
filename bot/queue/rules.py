"""A prison's rules for those who help: how many at once, how much rest, how far they go, how offers run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.people.model import Place


class Reach(StrEnum):
    """How far from their own cell supporters may be fetched. `NOBODY`: no door is opened for it."""

    PRISON = "prison"
    WING = "wing"
    LANDING = "landing"
    NOBODY = "nobody"

    def spans(self, own: Place, other: Place) -> bool:
        match self:
            case Reach.PRISON:
                return True
            case Reach.WING:
                return own.wing == other.wing
            case Reach.LANDING:
                return (own.wing, own.landing) == (other.wing, other.landing)
            case Reach.NOBODY:
                return False


class Wish(StrEnum):
    """What a person may wish of who comes. Staff say which supporter meets it; nobody else sees that."""

    WOMAN = "woman"
    MAN = "man"
    MY_LANGUAGE = "my_language"


EVERY_ROLE: Final = "every_role"


@dataclass(frozen=True)
class HelpRules:
    """From the prison's file, `supporters`. `reach` is by time of day (unlocked, evening, night); a time that
    is not there has no limit. An offer stands for `offer_for`; the first goes to `first_offers`, and each
    time it runs out `widen_by` more are asked. Who had a hard contact is offered nothing for `rest`. `steps`
    lead to becoming a supporter: of a role, or under EVERY_ROLE those of all other roles."""

    load_cap: int = 2
    rest: timedelta = timedelta(hours=12)
    offer_for: timedelta = timedelta(minutes=10)
    first_offers: int = 1
    widen_by: int = 2
    reach: Mapping[str, Reach] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def steps_to(self, role: str) -> tuple[str, ...]:
        return self.steps.get(role, self.steps.get(EVERY_ROLE, ()))

    def reaches(self, time_of_day: str, own: Place, other: Place) -> bool:
        return self.reach.get(time_of_day, Reach.PRISON).spans(own, other)


# No prison asks for a longer one, and no supporter may choose one.
MOST_REST: Final = timedelta(days=14)
PLAIN_RULES: Final = HelpRules()
