"""One request's story for staff: each step with who, when and why, and what the person says came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.people.model import ActorKind
from bot.queue.model import Change, Event, Request, State
from bot.queue.timeline import Step as Happened
from bot.queue.timeline import steps_of
from bot.web.desk.desk import Desk
from bot.web.desk.wording import Wording

_IN_THE_PERSONS_STEAD = frozenset({Change.ASKED, Change.ASKED_AGAIN, Change.MOVED})


@dataclass(frozen=True)
class Step:
    at: str
    words: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class Came:
    """Whether somebody came, as the person says. `tone` is asked, no, yes, or empty: nothing was asked."""

    tone: str = ""
    short: str = ""
    words: str = ""


def story_of(desk: Desk, events: Sequence[Event], names: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(_step(desk, happened, names) for happened in steps_of(events))


def came_of(wording: Wording, request: Request, now: datetime) -> Came:
    """An open question comes before an earlier answer: it is the one that nobody has answered."""
    if request.asks_whether_somebody_came(now):
        done = request.state is State.DONE
        since = request.changed_at if done else min(request.missed_at or request.due_at, request.due_at)
        return _came(wording, "asked", since, now)
    if request.said_nobody_came and request.came_at is not None:
        return _came(wording, "no", request.came_at, now)
    if request.came and request.came_at is not None:
        return _came(wording, "yes", request.came_at, now)
    return Came()


def _came(wording: Wording, tone: str, at: datetime, now: datetime) -> Came:
    return Came(
        tone, wording.say(f"came_{tone}_short"), wording.say(f"came_{tone}", at=wording.clock(at, now))
    )


def _step(desk: Desk, happened: Happened, names: Mapping[str, str]) -> Step:
    wording, event = desk.wording, happened.event
    words = wording.say(_key_of(event), who=_who(desk, event, names), count=event.count)
    details = [*_why(wording, event)]
    if happened.clock_set_back:
        details.append(wording.say("step_clock"))
    return Step(wording.exact(event.at), words, tuple(details))


def _key_of(event: Event) -> str:
    """Staff who ask, or who move the person, do it in the person's stead."""
    in_stead = event.actor_kind is ActorKind.STAFF and event.change in _IN_THE_PERSONS_STEAD
    for_person = "_for_person" if in_stead else ""
    return f"event_{event.change.value}{for_person}"


def _why(wording: Wording, event: Event) -> list[str]:
    if event.change is Change.DEADLINE_MISSED:
        return [wording.say("passed_on", role=wording.staff_role(event.reason))] if event.reason else []
    if event.change is Change.MOVED:
        return [wording.say("step_moved", places=event.note)] if event.note else []
    details = []
    if event.reason:
        details.append(wording.say("step_reason", reason=wording.reason(event.reason)))
    if event.offered:
        details.append(wording.say("step_offered", offered=event.offered))
    if event.note:
        details.append(wording.say("step_note", note=event.note))
    return details


def _who(desk: Desk, event: Event, names: Mapping[str, str]) -> str:
    """Staff by name; a supporter and the person never: the timeline is read by many."""
    if event.actor_kind is ActorKind.STAFF:
        return names.get(event.actor_id, desk.wording.say("who_staff"))
    return desk.wording.say(f"who_{event.actor_kind.value}")
