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
    """`main` is the step that usually comes next."""

    change: str
    label: str
    main: bool = False


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
    possible = [change for change in STAFF_CHANGES if _can(request, change)]
    # To have seen a request moves nobody: the main step is one that brings the person and somebody together.
    main = next((change for change in possible if change is not Change.SEEN), None)
    steps = tuple(
        Action(change.value, say(f"action_{change.value}"), main=change is main) for change in possible
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
