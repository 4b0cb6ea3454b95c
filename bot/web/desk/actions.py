"""The small forms beside a request: which changes this account can make to it now."""

from dataclasses import dataclass

from bot.people.model import ActorKind
from bot.people.rights import Right
from bot.queue.model import ALLOWED, Change, Request
from bot.web.desk.desk import Caller, Desk

# In the order in which they usually follow each other.
STAFF_CHANGES = (Change.SEEN, Change.ARRANGED, Change.BEGUN, Change.FINISHED)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Action:
    change: str
    label: str


@dataclass(frozen=True)
class Actions:
    """`reasons` is empty where the request cannot be marked as "could not"."""

    steps: tuple[Action, ...]
    reasons: tuple[Choice, ...]
    wing: str

    @property
    def any(self) -> bool:
        return bool(self.steps or self.reasons)


def actions_for(desk: Desk, caller: Caller, request: Request, wing: str = "") -> Actions:
    """`wing` is the board's filter, so that the board comes back as it was."""
    if not caller.may(Right.CHANGE_REQUESTS):
        return Actions((), (), wing)
    say = desk.wording.say
    steps = tuple(
        Action(change.value, say(f"action_{change.value}"))
        for change in STAFF_CHANGES
        if _can(request, change)
    )
    reasons = _reasons(desk) if _can(request, Change.COULD_NOT) else ()
    return Actions(steps, reasons, wing)


def _can(request: Request, change: Change) -> bool:
    rule = ALLOWED[change]
    if change is Change.SEEN and request.seen_at is not None:
        return False
    return request.state in rule.start and ActorKind.STAFF in rule.by


def _reasons(desk: Desk) -> tuple[Choice, ...]:
    named = desk.product.prison.could_not_reasons
    return tuple(Choice(reason, desk.wording.reason(reason)) for reason in named)
