"""Supporters: on duty or off, and suspended the minute staff say so."""

from dataclasses import replace
from datetime import datetime

from bot.people.model import Supporter
from bot.people.ports import PeopleWork


class NotASupporter(Exception):
    """This person is no supporter here, or is suspended."""


def set_duty(work: PeopleWork, person_id: str, *, on: bool) -> Supporter:
    supporter = _get(work, person_id)
    if supporter.suspended_at is not None:
        raise NotASupporter(person_id)
    changed = replace(supporter, on_duty=on)
    work.supporters.put(changed)
    return changed


def suspend(work: PeopleWork, person_id: str, by: str, *, suspended: bool, now: datetime) -> Supporter:
    """Staff end or restore a supporter's rights. No reason is stored here, and no prisoner sees one."""
    supporter = _get(work, person_id)
    changed = replace(supporter, suspended_at=now if suspended else None, on_duty=False)
    work.supporters.put(changed)
    action = "supporter_suspended" if suspended else "supporter_restored"
    work.audit.put(supporter.prison_id, by, action, person_id, now)
    return changed


def _get(work: PeopleWork, person_id: str) -> Supporter:
    supporter = work.supporters.get(person_id)
    if supporter is None:
        raise NotASupporter(person_id)
    return supporter
