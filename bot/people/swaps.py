"""A turn that a supporter cannot do: asked of one or of anybody, taken, and confirmed by staff."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.people import rota
from bot.people.model import PeerRole, Supporter
from bot.people.ports import Audit, SupportersStore
from bot.people.rota import Rota, Span, Spans


class SwapState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN_SWAPS: Final = (SwapState.ASKED, SwapState.AGREED)


@dataclass(frozen=True)
class Swap:
    """`asked_of` was asked by name; None: anybody of the role. `begins` and `ends` are minutes of the day."""

    id: str
    prison_id: str
    asker_id: str
    role: PeerRole
    day: date
    begins: int
    ends: int
    asked_of: str | None
    state: SwapState
    asked_at: datetime
    changed_at: datetime
    taken_by: str | None = None
    staff_id: str | None = None

    @property
    def turn(self) -> Span:
        return Span(self.begins, self.ends)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_SWAPS

    def starts(self, zone: ZoneInfo) -> datetime:
        return rota.moment(zone, self.day, self.begins)


class NoSuchTurn(Exception):
    """The rota has no such turn on that day, or has it no more."""


class TooLate(Exception):
    """The turn has begun."""


class AlreadyAsked(Exception):
    """For this turn somebody is being asked already."""


class CannotTake(Exception):
    """Another role, no rota, suspended, or on duty at that time anyway."""


class NotOpen(Exception):
    """There is no such swap for this supporter, or it is settled: most often somebody was faster."""


class Rotas(Protocol):
    def get(self, person_id: str) -> Rota | None: ...

    def put_exception(self, person_id: str, day: date, spans: Spans, now: datetime) -> None: ...

    def remove(self, person_id: str) -> None:
        """No rota at all: duty is by hand."""


class Swaps(Protocol):
    def get_for_change(self, swap_id: str) -> Swap | None:
        """Locked: of two who take it at once one waits, and finds it taken."""

    def find(self, swap_id: str) -> Swap | None: ...

    def open_for_turn(self, asker_id: str, day: date, begins: int) -> Swap | None: ...

    def open_until(self, prison_id: str, day: date) -> Sequence[Swap]:
        """Open swaps of turns on this day or before, locked."""

    def open_of(self, person_id: str) -> Sequence[Swap]:
        """Open swaps that this person asked for or took, locked."""

    def add(self, swap: Swap) -> None: ...

    def save(self, swap: Swap) -> None: ...


class SwapWork(Protocol):
    @property
    def supporters(self) -> SupportersStore: ...

    @property
    def rotas(self) -> Rotas: ...

    @property
    def swaps(self) -> Swaps: ...

    @property
    def audit(self) -> Audit: ...


def role_of(supporter: Supporter) -> PeerRole:
    """The role in which a turn is done: a Listener's turn only a Listener takes."""
    return PeerRole.LISTENER if PeerRole.LISTENER in supporter.roles else supporter.roles[0]


def ask(
    work: SwapWork,
    zone: ZoneInfo,
    asker_id: str,
    day: date,
    turn: Span,
    *,
    asked_of: str | None,
    now: datetime,
) -> Swap:
    """The turn stays theirs until staff confirm. Raises NoSuchTurn, TooLate, AlreadyAsked or CannotTake."""
    _lock(work, asker_id, asked_of)
    asker, plan = _able(work, asker_id)
    if turn not in plan.on(day):
        raise NoSuchTurn(f"{day} {turn}")
    if rota.moment(zone, day, turn.begins) <= now:
        raise TooLate(f"{day} {turn}")
    if work.swaps.open_for_turn(asker_id, day, turn.begins) is not None:
        raise AlreadyAsked(f"{day} {turn}")
    swap = Swap(
        id=uuid.uuid4().hex,
        prison_id=asker.prison_id,
        asker_id=asker_id,
        role=role_of(asker),
        day=day,
        begins=turn.begins,
        ends=turn.ends,
        asked_of=asked_of,
        state=SwapState.ASKED,
        asked_at=now,
        changed_at=now,
    )
    if asked_of is not None:
        _check_taker(work, swap, asked_of)
    work.swaps.add(swap)
    return swap


def agree(work: SwapWork, zone: ZoneInfo, swap_id: str, taker_id: str, *, now: datetime) -> Swap:
    """Raises NotOpen, TooLate or CannotTake. Of two at once the second finds it taken."""
    work.supporters.get(taker_id)  # locked before the swap, as everywhere
    swap = _asked(work, swap_id, taker_id)
    if swap.starts(zone) <= now:
        raise TooLate(swap_id)
    _check_taker(work, swap, taker_id)
    return _move(work, swap, SwapState.AGREED, now, taken_by=taker_id)


def decline(work: SwapWork, swap_id: str, asked_id: str, *, now: datetime) -> Swap:
    """Only who was asked by name; nobody need say why."""
    swap = _asked(work, swap_id, asked_id)
    if swap.asked_of != asked_id:
        raise NotOpen(swap_id)
    return _move(work, swap, SwapState.DECLINED, now)


def withdraw(work: SwapWork, swap_id: str, asker_id: str, *, now: datetime) -> Swap:
    swap = work.swaps.get_for_change(swap_id)
    if swap is None or swap.asker_id != asker_id or not swap.is_open:
        raise NotOpen(swap_id)
    return _move(work, swap, SwapState.WITHDRAWN, now)


def decide(work: SwapWork, zone: ZoneInfo, swap_id: str, staff_id: str, *, yes: bool, now: datetime) -> Swap:
    """Staff confirm or refuse what two agreed. Raises NotOpen, TooLate, NoSuchTurn or CannotTake.

    Only now does the rota change: the day is another for both.
    """
    seen = work.swaps.find(swap_id)
    if seen is None:
        raise NotOpen(swap_id)
    _lock(work, seen.asker_id, seen.taken_by)
    swap = work.swaps.get_for_change(swap_id)
    if swap is None or swap.state is not SwapState.AGREED or swap.taken_by is None or swap != seen:
        raise NotOpen(swap_id)
    action = "swap_confirmed" if yes else "swap_refused"
    work.audit.put(swap.prison_id, staff_id, action, swap.id, now)
    if not yes:
        return _move(work, swap, SwapState.REFUSED, now, staff_id=staff_id)
    if swap.starts(zone) <= now:
        raise TooLate(swap_id)
    _, plan = _able(work, swap.asker_id)
    _, other = _check_taker(work, swap, swap.taken_by)
    try:
        left = rota.without(plan.on(swap.day), swap.turn)
    except LookupError as error:
        raise NoSuchTurn(swap_id) from error
    work.rotas.put_exception(swap.asker_id, swap.day, left, now)
    more = rota.with_turn(other.on(swap.day), swap.turn)
    work.rotas.put_exception(swap.taken_by, swap.day, more, now)
    return _move(work, swap, SwapState.CONFIRMED, now, staff_id=staff_id)


def expire(work: SwapWork, zone: ZoneInfo, prison_id: str, *, now: datetime) -> int:
    """A turn that began with nobody else confirmed stays the asker's, who is told so. Returns how many."""
    due = work.swaps.open_until(prison_id, now.astimezone(zone).date())
    late = [swap for swap in due if swap.starts(zone) <= now]
    for swap in late:
        _move(work, swap, SwapState.EXPIRED, now)
    return len(late)


def end_all_of(work: SwapWork, person_id: str, *, now: datetime) -> int:
    """The supporter was suspended: what he or she asked for ends, and what was taken is free again."""
    found = work.swaps.open_of(person_id)
    for swap in found:
        if swap.asker_id != person_id and swap.asked_of is None:
            _move(work, swap, SwapState.ASKED, now, taken_by=None)
        else:
            _move(work, swap, SwapState.EXPIRED, now)
    return len(found)


def may_take(supporter: Supporter, plan: Rota | None, swap: Swap) -> bool:
    """Whether this supporter could do the turn: of the role, with a rota, and not on duty then already."""
    return (
        supporter.person_id != swap.asker_id
        and supporter.prison_id == swap.prison_id
        and supporter.suspended_at is None
        and (supporter.cleared_until is None or swap.day <= supporter.cleared_until)
        and swap.role in supporter.roles
        and plan is not None
        and not rota.clashes(plan.on(swap.day), swap.turn)
    )


def _lock(work: SwapWork, *people: str | None) -> None:
    """Supporters before swaps, and in the order of their ids: two at once never wait for each other."""
    for person_id in sorted({each for each in people if each}):
        work.supporters.get(person_id)


def _asked(work: SwapWork, swap_id: str, by: str) -> Swap:
    swap = work.swaps.get_for_change(swap_id)
    if swap is None or swap.state is not SwapState.ASKED or swap.asked_of not in (None, by):
        raise NotOpen(swap_id)
    return swap


def _able(work: SwapWork, person_id: str) -> tuple[Supporter, Rota]:
    supporter, plan = work.supporters.get(person_id), work.rotas.get(person_id)
    if supporter is None or supporter.suspended_at is not None or plan is None:
        raise NoSuchTurn(person_id)
    return supporter, plan


def _check_taker(work: SwapWork, swap: Swap, taker_id: str) -> tuple[Supporter, Rota]:
    supporter, plan = work.supporters.get(taker_id), work.rotas.get(taker_id)
    if supporter is None or plan is None or not may_take(supporter, plan, swap):
        raise CannotTake(taker_id)
    return supporter, plan


def _move(work: SwapWork, swap: Swap, state: SwapState, now: datetime, **fields: str | None) -> Swap:
    changed = replace(swap, state=state, changed_at=now, **fields)  # type: ignore[arg-type]
    work.swaps.save(changed)
    return changed
