"""A damaged screen is told to the desk: once for each kind of fault and hour, until it works again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.safety.model import FAULT, Level, Verdict

# All of the screen was broken: nothing judged the message, and it counts as urgent.
ALL: Final = "all"
PART: Final = "part"
# Once more after so long, for as long as it lasts.
TOLD_FOR: Final = timedelta(hours=1)
# What is broken here may have been taken down by another process, whose screen works: looked at so often.
LOOK_EVERY: Final = timedelta(minutes=2)
# One message that breaks the screen between others that do not is no screen that works again.
CALM_FOR: Final = timedelta(minutes=2)


@dataclass(frozen=True)
class Told:
    """The latest that the desk was told of one kind of fault. `since` is when the damage began."""

    kind: str
    damaged: bool
    at: datetime
    since: datetime


class ScreenState(Protocol):
    def latest(self, prison_id: str) -> Mapping[str, Told]:
        """By kind; nothing for a kind that was never broken."""

    def tell(self, prison_id: str, told: Told) -> None:
        """Open boards hear of it at once."""


def fault_of(verdict: Verdict) -> str:
    """The kind of fault under which this verdict was given; empty where nothing was broken."""
    if not verdict.fault:
        return ""
    return ALL if judged_by_nothing(verdict) else PART


def judged_by_nothing(verdict: Verdict) -> bool:
    """Nothing was left to judge it: its level is only the fault's own."""
    reasons = verdict.reasons
    return verdict.fault and any(reason.source == FAULT and reason.level > Level.NONE for reason in reasons)


@dataclass
class FaultWatch:
    """What one process knows of its own screen, so that a screen that works costs no look at the store."""

    _seen: dict[str, datetime] = field(default_factory=dict)
    _looked: dict[str, datetime] = field(default_factory=dict)
    _works: bool = False

    def is_news(self, verdict: Verdict, now: datetime) -> bool:
        """Whether the desk may have to be told. Notes the fault, if there is one."""
        kind = fault_of(verdict)
        if not kind:
            return not self._works and self._is_calm(now)
        self._seen[kind] = now
        self._works = False
        looked = self._looked.get(kind)
        # A look of a time to come is of a clock that was set back.
        lately = looked is not None and timedelta() <= now - looked < LOOK_EVERY
        return not lately or (ALL in self._looked and self._only_part(kind, now))

    def tell(self, state: ScreenState, prison_id: str, verdict: Verdict, now: datetime) -> None:
        """Writes what the desk does not know yet; the caller commits."""
        kind, known = fault_of(verdict), state.latest(prison_id)
        if kind:
            self._tell_damage(state, prison_id, kind, known.get(kind), now)
            self._looked[kind] = now
        over = [ALL] if self._only_part(kind, now) else [] if kind else [ALL, PART]
        for told in (known[kind] for kind in over if kind in known):
            if told.damaged:
                state.tell(prison_id, Told(told.kind, damaged=False, at=now, since=told.since))
            self._looked.pop(told.kind, None)
        self._works = not kind

    def _tell_damage(
        self, state: ScreenState, prison_id: str, kind: str, known: Told | None, now: datetime
    ) -> None:
        lasts = known is not None and known.damaged
        # What was told at a time to come was told before a clock was set back.
        if known is None or not lasts or not timedelta() <= now - known.at < TOLD_FOR:
            since = min(known.since, now) if known is not None and lasts else now
            state.tell(prison_id, Told(kind, damaged=True, at=now, since=since))

    def _only_part(self, kind: str, now: datetime) -> bool:
        """Something judges again, though not all of it."""
        return kind == PART and self._is_calm(now, ALL)

    def _is_calm(self, now: datetime, *kinds: str) -> bool:
        return all(now - at >= CALM_FOR for kind, at in self._seen.items() if kind in (kinds or (ALL, PART)))
