"""Looking after those who help: own limits, rest, three short questions after a contact, a talk if wanted."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot.people.model import PeerRole, Supporter
from bot.people.ports import Audit, SupportersStore
from bot.queue.rules import MOST_REST, HelpRules

# An answer from the day before yesterday is no help any more: the question goes by itself.
ASKED_FOR: Final = timedelta(days=1)


class Felt(StrEnum):
    ALL_RIGHT = "all_right"
    HEAVY = "heavy"
    HARD = "hard"


class Step(StrEnum):
    FELT = "felt"
    REST = "rest"
    TALK = "talk"


class DebriefState(StrEnum):
    ASKED = "asked"
    ARRANGED = "arranged"
    DONE = "done"


@dataclass(frozen=True)
class Check:
    """One finished contact: its time, and how it was. Never whom it was with, or about what."""

    id: str
    person_id: str
    at: datetime
    felt: Felt | None = None
    wants_rest: bool | None = None
    wants_talk: bool | None = None
    closed_at: datetime | None = None

    @property
    def step(self) -> Step | None:
        """The question that comes next. After a hard contact rest is not asked: it is given."""
        if self.closed_at is not None:
            return None
        if self.felt is None:
            return Step.FELT
        if self.felt is not Felt.HARD and self.wants_rest is None:
            return Step.REST
        return Step.TALK


@dataclass(frozen=True)
class Debrief:
    """A supporter wants to talk. `for_branch`: a Listener, whom the Samaritans branch looks after."""

    id: str
    prison_id: str
    person_id: str
    for_branch: bool
    asked_at: datetime
    state: DebriefState
    changed_at: datetime
    staff_id: str | None = None


class NotYourCheck(Exception):
    """There is no such check of this supporter, or that question is answered."""


class BeyondRules(Exception):
    """More at once, or less rest, than the prison's rules allow."""


class NoSuchDebrief(Exception):
    """There is none that can still be changed so."""


class Checks(Protocol):
    def add(self, check: Check) -> None: ...

    def get_for_change(self, check_id: str) -> Check | None: ...

    def save(self, check: Check) -> None: ...


class ChecksWork(Protocol):
    @property
    def checks(self) -> Checks: ...


class Debriefs(Protocol):
    def open_of(self, person_id: str) -> Debrief | None: ...

    def get_for_change(self, debrief_id: str) -> Debrief | None: ...

    def add(self, debrief: Debrief) -> None: ...

    def save(self, debrief: Debrief) -> None: ...


class CareWork(Protocol):
    @property
    def supporters(self) -> SupportersStore: ...

    @property
    def checks(self) -> Checks: ...

    @property
    def debriefs(self) -> Debriefs: ...

    @property
    def audit(self) -> Audit: ...


def rest_of(supporter: Supporter, rules: HelpRules) -> timedelta:
    """How long after a hard contact: the longer of the prison's time and the supporter's own."""
    return max(rules.rest, timedelta(hours=supporter.own_rest_hours or 0))


def is_resting(supporter: Supporter, now: datetime) -> bool:
    """A rest longer than any may be was set by a clock that was wrong."""
    return supporter.rest_until is not None and now < supporter.rest_until <= now + MOST_REST


def set_limits(
    work: CareWork, person_id: str, *, cap: int | None, rest_hours: int | None, rules: HelpRules
) -> Supporter:
    """The supporter's own limits; None: as the prison has it. Raises BeyondRules, and nothing is changed."""
    supporter = _get(work, person_id)
    if cap is not None and not 1 <= cap <= min(rules.load_cap, supporter.load_cap):
        raise BeyondRules("cap")
    if rest_hours is not None and not rules.rest <= timedelta(hours=rest_hours) <= MOST_REST:
        raise BeyondRules("rest_hours")
    changed = replace(supporter, own_cap=cap, own_rest_hours=rest_hours)
    work.supporters.put(changed)
    return changed


def begin(work: ChecksWork, person_id: str, *, now: datetime) -> Check:
    """A contact was finished. The row knows nothing of the request."""
    check = Check(uuid.uuid4().hex, person_id, now)
    work.checks.add(check)
    return check


def say_felt(
    work: CareWork, check_id: str, person_id: str, felt: Felt, *, rules: HelpRules, now: datetime
) -> Check:
    """A hard contact gives rest at once. Raises NotYourCheck."""
    supporter = _get(work, person_id)
    check = _at(work, check_id, person_id, Step.FELT)
    if felt is Felt.HARD:
        _rest(work, supporter, rules, now)
    return _save(work, replace(check, felt=felt))


def say_rest(
    work: CareWork, check_id: str, person_id: str, *, wants: bool, rules: HelpRules, now: datetime
) -> Check:
    supporter = _get(work, person_id)
    check = _at(work, check_id, person_id, Step.REST)
    if wants:
        _rest(work, supporter, rules, now)
    return _save(work, replace(check, wants_rest=wants))


def say_talk(work: CareWork, check_id: str, person_id: str, *, wants: bool, now: datetime) -> Check:
    supporter = _get(work, person_id)
    check = _at(work, check_id, person_id, Step.TALK)
    if wants:
        _ask_to_talk(work, supporter, now)
    return _save(work, replace(check, wants_talk=wants, closed_at=now))


def skip(work: CareWork, check_id: str, person_id: str, *, now: datetime) -> Check:
    """What was answered stays; nothing more is asked. Skipped twice is skipped."""
    check = work.checks.get_for_change(check_id)
    if check is None or check.person_id != person_id:
        raise NotYourCheck(check_id)
    return check if check.closed_at else _save(work, replace(check, closed_at=now))


def ask_to_talk(work: CareWork, person_id: str, *, now: datetime) -> Debrief:
    """At any time, without a contact before it. Asked twice, it is one request."""
    return _ask_to_talk(work, _get(work, person_id), now)


def settle(
    work: CareWork, debrief_id: str, staff_id: str, state: DebriefState, *, prison_id: str, now: datetime
) -> Debrief:
    """Staff arranged it, or it took place. Raises NoSuchDebrief."""
    debrief = work.debriefs.get_for_change(debrief_id)
    if debrief is None or debrief.prison_id != prison_id or debrief.state is DebriefState.DONE:
        raise NoSuchDebrief(debrief_id)
    if state is DebriefState.ASKED or state is debrief.state:
        raise NoSuchDebrief(debrief_id)
    changed = replace(debrief, state=state, changed_at=now, staff_id=staff_id)
    work.debriefs.save(changed)
    work.audit.put(prison_id, staff_id, f"debrief_{state.value}", debrief.id, now)
    return changed


def _rest(work: CareWork, supporter: Supporter, rules: HelpRules, now: datetime) -> None:
    """Never shorter than a rest that runs already."""
    until = now + rest_of(supporter, rules)
    if supporter.rest_until is not None:
        until = max(until, supporter.rest_until)
    work.supporters.put(replace(supporter, rest_until=until))


def _ask_to_talk(work: CareWork, supporter: Supporter, now: datetime) -> Debrief:
    already = work.debriefs.open_of(supporter.person_id)
    if already is not None:
        return already
    debrief = Debrief(
        id=uuid.uuid4().hex,
        prison_id=supporter.prison_id,
        person_id=supporter.person_id,
        for_branch=PeerRole.LISTENER in supporter.roles,
        asked_at=now,
        state=DebriefState.ASKED,
        changed_at=now,
    )
    work.debriefs.add(debrief)
    return debrief


def _get(work: CareWork, person_id: str) -> Supporter:
    """Locked; two answers at once of one supporter go one after the other."""
    supporter = work.supporters.get(person_id)
    if supporter is None:
        raise NotYourCheck(person_id)
    return supporter


def _at(work: CareWork, check_id: str, person_id: str, step: Step) -> Check:
    check = work.checks.get_for_change(check_id)
    if check is None or check.person_id != person_id or check.step is not step:
        raise NotYourCheck(check_id)
    return check


def _save(work: CareWork, check: Check) -> Check:
    work.checks.save(check)
    return check
