"""What happened to a request, step by step: all of it for staff, and its own part for the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.people.model import ActorKind
from bot.queue.model import ABOUT_OFFERS, Change, Event, State
from bot.queue.words import OTHER


@dataclass(frozen=True)
class Step:
    """`clock_set_back`: the clock showed an earlier time than at the step before. The order holds."""

    event: Event
    clock_set_back: bool = False


@dataclass(frozen=True)
class PersonStep:
    """What the person may know of a step: when, what, and why not. Nobody's name, and no note of staff.

    `by_staff` tells what staff did in the person's stead from what he or she did. `words` say which other
    reason there was: whoever wrote them was told that the person reads them. `broken_off`: the helper was
    with the person already.
    """

    at: datetime
    change: Change
    by_staff: bool
    reason: str = ""
    offered: str = ""
    words: str = ""
    broken_off: bool = False


def steps_of(events: Sequence[Event]) -> tuple[Step, ...]:
    """In the order in which they happened, which is the order in which they were stored."""
    if not events:
        return ()
    later = (Step(event, event.at < before.at) for before, event in pairwise(events))
    return (Step(events[0]), *later)


def for_person(events: Sequence[Event]) -> tuple[PersonStep, ...]:
    """Whom else it was offered to is none of the person's business, and nobody's to be blamed for. A deadline
    that passed again is left out where nobody else heard of it: it would say that more staff were told."""
    steps: list[PersonStep] = []
    told: str | None = None
    for event in events:
        if event.change in ABOUT_OFFERS:
            continue
        if event.change is Change.DEADLINE_MISSED:
            if event.reason == told:
                continue
            told = event.reason
        steps.append(_of_person(event))
    return tuple(steps)


def was_broken_off(events: Sequence[Event]) -> bool:
    """Whether the last that happened is that a helper who was there had to stop."""
    last = next((event for event in reversed(events) if event.change not in ABOUT_OFFERS), None)
    return last is not None and _is_broken_off(last)


def _is_broken_off(event: Event) -> bool:
    return event.change is Change.HANDED_BACK and event.start is State.WITH_PERSON


def _of_person(event: Event) -> PersonStep:
    by_staff = event.actor_kind is ActorKind.STAFF
    if event.change is not Change.COULD_NOT:
        return PersonStep(event.at, event.change, by_staff, broken_off=_is_broken_off(event))
    words = event.note if event.reason == OTHER else ""
    return PersonStep(event.at, event.change, by_staff, event.reason, event.offered, words)
