"""Supporters: on duty or off, by hand or by rota, on a break, and suspended the minute staff say so."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.people import rota
from bot.people.model import Supporter
from bot.people.ports import Audit, SupportersStore
from bot.people.rota import Rota

# A time of change that lies further ahead was written by a clock that was wrong: it holds back no rota.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class NotASupporter(Exception):
    """This person is no supporter here, or is suspended."""


@dataclass(frozen=True)
class Spell:
    """A time on duty, for the supporter's own record. `ended_at` is None while it lasts."""

    person_id: str
    began_at: datetime
    ended_at: datetime | None = None


class Spells(Protocol):
    def begin(self, person_id: str, now: datetime) -> None:
        """Nothing where one lasts already."""

    def end(self, person_id: str, now: datetime) -> None:
        """Ends the one that lasts, if one does."""


class DutyWork(Protocol):
    @property
    def supporters(self) -> SupportersStore: ...

    @property
    def spells(self) -> Spells: ...

    @property
    def audit(self) -> Audit: ...


def set_duty(work: DutyWork, person_id: str, *, on: bool, now: datetime) -> Supporter:
    """By hand. It holds until the rota's next boundary. Whoever goes on duty has ended the break."""
    supporter = _get(work, person_id)
    if supporter.suspended_at is not None:
        raise NotASupporter(person_id)
    paused_at = None if on else supporter.paused_at
    return _keep(work, replace(supporter, on_duty=on, duty_at=now, paused_at=paused_at), now)


def pause(work: DutyWork, person_id: str, *, paused: bool, now: datetime) -> Supporter:
    """A break at once, without a question, for as long as the supporter likes; and back."""
    supporter = _get(work, person_id)
    if supporter.suspended_at is not None:
        raise NotASupporter(person_id)
    since = supporter.paused_at or now
    return _keep(work, replace(supporter, paused_at=since if paused else None), now)


def suspend(work: DutyWork, person_id: str, by: str, *, suspended: bool, now: datetime) -> Supporter:
    """Staff end or restore a supporter's rights. No reason is stored here, and no prisoner sees one.

    Who is restored comes on duty by hand, or with the rota's next boundary.
    """
    supporter = _get(work, person_id)
    since = now if suspended else None
    changed = _keep(work, replace(supporter, suspended_at=since, on_duty=False, duty_at=now), now)
    action = "supporter_suspended" if suspended else "supporter_restored"
    work.audit.put(supporter.prison_id, by, action, person_id, now)
    return changed


def is_due(supporter: Supporter, plan: Rota, zone: ZoneInfo, now: datetime) -> bool | None:
    """What the rota makes of this supporter's duty now; None where it changes nothing.

    What was done by hand since the last boundary stays. A worker that was down, or a clock that jumped,
    catches up: only the last boundary counts.
    """
    said = rota.says(plan, zone, now)
    if said is None or supporter.suspended_at is not None:
        return None
    at = supporter.duty_at
    if at is not None and said.since <= at <= now + _CLOCKS_DIFFER:
        return None
    cleared = supporter.cleared_until is None or now.astimezone(zone).date() <= supporter.cleared_until
    return said.on_duty and cleared


def keep_rota(work: DutyWork, plan: Rota, zone: ZoneInfo, *, now: datetime) -> bool:
    """Sets duty as the rota says, under the supporter's lock. Whether anything was written."""
    supporter = work.supporters.get(plan.person_id)
    on = is_due(supporter, plan, zone, now) if supporter is not None else None
    if supporter is None or on is None:
        return False
    _keep(work, replace(supporter, on_duty=on, duty_at=now), now)
    return True


def follow_change(work: DutyWork, before: Rota | None, after: Rota, zone: ZoneInfo, *, now: datetime) -> None:
    """A rota was changed: where it says something else about this very moment, that holds at once."""
    supporter = work.supporters.get(after.person_id)
    said = rota.says(after, zone, now)
    on = said is not None and said.on_duty
    earlier = rota.says(before, zone, now) if before is not None else None
    was = earlier is not None and earlier.on_duty
    if supporter is None or supporter.suspended_at is not None or on == was:
        return
    _keep(work, replace(supporter, on_duty=on, duty_at=now), now)


def _keep(work: DutyWork, changed: Supporter, now: datetime) -> Supporter:
    """A break is no time on duty."""
    work.supporters.put(changed)
    if changed.may_help:
        work.spells.begin(changed.person_id, now)
    else:
        work.spells.end(changed.person_id, now)
    return changed


def _get(work: DutyWork, person_id: str) -> Supporter:
    supporter = work.supporters.get(person_id)
    if supporter is None:
        raise NotASupporter(person_id)
    return supporter
