"""What one request comes to in a report: when somebody was with the person, how it ended, what was answered.

**Contact** is the moment at which a helper or staff recorded that somebody is with the person, or the person
said "yes, somebody came", whichever was first. If the person says that nobody came, what stood before that
does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from bot.queue.model import OPEN, Change, State


class Part(IntEnum):
    """The prison's own times of day, as bot/prison.py names them."""

    UNLOCKED = 0
    EVENING = 1
    NIGHT = 2


class Ending(IntEnum):
    OPEN = 0
    DONE = 1
    CANCELLED = 2
    COULD_NOT = 3


class Answer(IntEnum):
    """To "Did somebody come?". NO once is NO, also where somebody came after that."""

    NOT_ASKED = 0
    UNANSWERED = 1
    YES = 2
    NO = 3


# Eleven days and nine hours: a request that waits longer is counted as this long.
LONGEST: Final = 2**14 - 2
_ENDINGS: Final = {
    State.DONE: Ending.DONE,
    State.CANCELLED: Ending.CANCELLED,
    State.COULD_NOT: Ending.COULD_NOT,
}


@dataclass(frozen=True)
class Fact:
    """`hour` is the one of the prison's own clock at which the person asked. `contact` is in whole minutes,
    begun ones counted: after 60 seconds it is 1, at once 0. None where nobody is known to have come."""

    hour: int
    part: Part
    ending: Ending
    missed: bool
    answer: Answer
    contact: int | None

    @property
    def reached(self) -> bool:
        return self.contact is not None

    def to_code(self) -> int:
        """One number below 2**27, so that a day's requests are a row of numbers."""
        minutes = 0 if self.contact is None else min(self.contact, LONGEST) + 1
        code = (minutes * 4 + self.answer) * 2 + self.missed
        return ((code * 8 + self.ending) * 4 + self.part) * 32 + self.hour

    @classmethod
    def from_code(cls, code: int) -> "Fact":
        """Raises ValueError for a number that `to_code` does not make."""
        code, hour = divmod(code, 32)
        code, part = divmod(code, 4)
        code, ending = divmod(code, 8)
        code, missed = divmod(code, 2)
        minutes, answer = divmod(code, 4)
        contact = minutes - 1 if minutes else None
        return cls(hour, Part(part), Ending(ending), bool(missed), Answer(answer), contact)


@dataclass(frozen=True)
class Step:
    """A line of a request's history, as far as a report looks at it."""

    at: datetime
    change: Change
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """A request, as far as a report looks at it. `hour` and `part` are by the prison's own clock."""

    at: datetime
    hour: int
    part: Part
    state: State
    missed: bool


def fact_of(asked: Asked, steps: Iterable[Step]) -> Fact:
    """`steps` are in the order in which they happened."""
    contact: datetime | None = None
    answer = Answer.NOT_ASKED
    for step in steps:
        if step.change in (Change.BEGUN, Change.REACHED):
            contact = contact or step.at
        if step.change is Change.REACHED:
            answer = max(answer, Answer.YES)
        if step.change is Change.NOT_REACHED:
            contact, answer = None, Answer.NO
    was_asked = asked.missed or asked.state is State.DONE
    if answer is Answer.NOT_ASKED and was_asked:
        answer = Answer.UNANSWERED
    return Fact(
        hour=asked.hour,
        part=asked.part,
        ending=Ending.OPEN if asked.state in OPEN else _ENDINGS[asked.state],
        missed=asked.missed,
        answer=answer,
        contact=None if contact is None else minutes_up(contact - asked.at),
    )


def reason_of(asked: Asked, steps: Iterable[Step]) -> str:
    """Why it could not be met; empty where it was not given up."""
    if asked.state is not State.COULD_NOT:
        return ""
    reasons = [step.reason for step in steps if step.change is Change.COULD_NOT]
    return reasons[-1] if reasons else ""


def minutes_up(span: timedelta) -> int:
    """Whole minutes, begun ones counted: what took 34 minutes was done "within 34 minutes". A clock that was
    put back between the two gives none."""
    return max(0, -(-span // timedelta(minutes=1)))
