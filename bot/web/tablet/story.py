"""What happened to a request so far, in the person's words: no name, and no note that staff wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.queue.model import Change, Event
from bot.queue.timeline import PersonStep, for_person
from bot.web.tablet.context import Visit
from bot.web.tablet.wording import clock

# What staff did in the person's stead is said in other words.
_IN_YOUR_STEAD = frozenset({Change.ASKED, Change.ASKED_AGAIN})


@dataclass(frozen=True)
class StoryLine:
    at: str
    words: str
    more: str = ""


def story_of(visit: Visit, events: Sequence[Event]) -> tuple[StoryLine, ...]:
    """A step that has no words for people in prison is left out."""
    texts = visit.product.texts
    steps = ((step, _key(step)) for step in for_person(events))
    return tuple(_line(visit, step, key) for step, key in steps if texts.has(key))


def _key(step: PersonStep) -> str:
    if step.broken_off:
        return f"story_{step.change.value}_there"
    staff = "_staff" if step.by_staff and step.change in _IN_YOUR_STEAD else ""
    return f"story_{step.change.value}{staff}"


def _line(visit: Visit, step: PersonStep, key: str) -> StoryLine:
    at = clock(visit.product.prison.zone, step.at, visit.product.now())
    return StoryLine(at, visit.say(key), _more(visit, step))


def _more(visit: Visit, step: PersonStep) -> str:
    if not step.reason:
        return ""
    reason = f"reason_{step.reason}"
    known = reason if visit.product.texts.has(reason) else "reason_other"
    return visit.say("story_why", reason=step.words or visit.say(known), offered=step.offered)
