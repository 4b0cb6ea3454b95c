"""The second step of signing in: a code that changes every half minute, or one of ten on paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.people.lock_model import Codes, Lock, Seal
from bot.people.model import Staff
from bot.people.ports import Audit, LocksStore
from bot.people.tokens import hash_of, new_long_code, tidy_long_code

RECOVERY_CODES = 10


class StepWork(Protocol):
    @property
    def locks(self) -> LocksStore: ...

    @property
    def audit(self) -> Audit: ...


class HasOneAlready(Exception):
    """A second step is on. It is taken away before another one is set up."""


def show_secret(
    work: StepWork, staff: Staff, codes: Codes, seal: Seal, *, anew: bool = False, now: datetime
) -> str:
    """The secret for the code app. The same one until it is proven, so that a page may be opened again;
    `anew` where who opens it gave no password: whoever saw it at a desk left open has nothing of it then.

    Raises HasOneAlready: a secret that counts is never shown.
    """
    lock = work.locks.get(staff.id)
    if lock.has_second_step:
        raise HasOneAlready
    if lock.pending and not anew:
        return seal.open(lock.pending)
    secret = codes.new_secret()
    work.locks.put(replace(lock, pending=seal.seal(secret)))
    return secret


def prove(
    work: StepWork, staff: Staff, typed: str, codes: Codes, seal: Seal, *, now: datetime
) -> tuple[str, ...] | None:
    """Turns the second step on when the app shows the right code. Gives the recovery codes, shown once."""
    lock = work.locks.get(staff.id)
    if lock.has_second_step or not lock.pending:
        raise HasOneAlready
    step = codes.step_of(seal.open(lock.pending), typed, now)
    if step is None:
        return None
    recovery = _new_recovery()
    kept = replace(lock, secret=lock.pending, pending="", step=step, on_since=now, recovery=_hashes(recovery))
    work.locks.put(kept)
    work.audit.put(staff.prison_id, staff.id, "second_step_on", staff.id, now)
    return recovery


def accept(work: StepWork, staff: Staff, typed: str, codes: Codes, seal: Seal, *, now: datetime) -> bool:
    """Whether the code is right and new. Under the row's lock: of two at once one uses it."""
    lock = work.locks.get(staff.id)
    if not lock.has_second_step:
        return False
    step = codes.step_of(seal.open(lock.secret), typed, now)
    if step is not None:
        if step <= lock.step:
            return False
        work.locks.put(replace(lock, step=step))
        return True
    hashed = hash_of(tidy_long_code(typed))
    if hashed not in lock.recovery:
        return False
    left = tuple(code for code in lock.recovery if code != hashed)
    work.locks.put(replace(lock, recovery=left))
    work.audit.put(staff.prison_id, staff.id, "recovery_code_used", str(len(left)), now)
    return True


def new_recovery(work: StepWork, staff: Staff, *, now: datetime) -> tuple[str, ...]:
    """Ten new ones. The old ones do not count any more."""
    lock = work.locks.get(staff.id)
    recovery = _new_recovery()
    work.locks.put(replace(lock, recovery=_hashes(recovery)))
    work.audit.put(staff.prison_id, staff.id, "recovery_codes_made", staff.id, now)
    return recovery


def take_away(work: StepWork, staff: Staff, by: str, *, now: datetime) -> None:
    """By the owner, or by an administrator for a telephone that was lost."""
    lock = work.locks.get(staff.id)
    work.locks.put(cleared(lock))
    work.audit.put(staff.prison_id, by, "second_step_off", staff.id, now)


def cleared(lock: Lock) -> Lock:
    return replace(lock, secret="", pending="", step=0, recovery=(), on_since=None)


def _new_recovery() -> tuple[str, ...]:
    return tuple(new_long_code() for _ in range(RECOVERY_CODES))


def _hashes(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(hash_of(code) for code in codes)
