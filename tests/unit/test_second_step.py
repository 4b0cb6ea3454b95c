"""The second step: codes of RFC 6238, each used once, and recovery codes on paper."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.one_time import TimeCodes
from bot.people import second_step
from bot.people.second_step import HasOneAlready
from bot.people.tokens import hash_of, tidy_long_code
from bot.store.sealed import Sealer
from tests.support.builders import NOW, a_staff_member
from tests.support.fake_people import FakePeopleWork

CODES = TimeCodes()
SEAL = Sealer.of("s" * 32)
OFFICER = a_staff_member()
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def work() -> FakePeopleWork:
    made = FakePeopleWork()
    made.staff.add(OFFICER)
    return made


def _code(secret: str, at: datetime = NOW) -> str:
    return pyotp.TOTP(secret).at(at)


def _enrolled(work: FakePeopleWork) -> tuple[str, tuple[str, ...]]:
    secret = second_step.show_secret(work, OFFICER, CODES, SEAL, now=NOW)
    recovery = second_step.prove(work, OFFICER, _code(secret), CODES, SEAL, now=NOW)
    assert recovery is not None
    return secret, recovery


def _accepts(work: FakePeopleWork, typed: str, at: datetime) -> bool:
    return second_step.accept(work, OFFICER, typed, CODES, SEAL, now=at)


# RFC 6238, appendix B, for SHA-1: the last six digits of each value.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's own, "12345678901234567890"

    assert CODES.step_of(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_a_secret_that_was_seen_at_a_desk_left_open_is_worth_nothing(work: FakePeopleWork) -> None:
    seen = second_step.show_secret(work, OFFICER, CODES, SEAL, anew=True, now=NOW)
    second_step.show_secret(work, OFFICER, CODES, SEAL, anew=True, now=NOW)

    assert second_step.prove(work, OFFICER, _code(seen), CODES, SEAL, now=NOW) is None


def test_a_step_is_set_up_with_the_code_that_the_app_shows(work: FakePeopleWork) -> None:
    secret = second_step.show_secret(work, OFFICER, CODES, SEAL, now=NOW)
    again = second_step.show_secret(work, OFFICER, CODES, SEAL, now=NOW)

    assert again == secret
    assert second_step.prove(work, OFFICER, "000000", CODES, SEAL, now=NOW) is None
    assert not work.locks.get("officer").has_second_step
    assert second_step.prove(work, OFFICER, _code(secret), CODES, SEAL, now=NOW)
    assert work.audit.actions == ["second_step_on"]


def test_the_secret_is_sealed_and_recovery_codes_are_hashed(work: FakePeopleWork) -> None:
    secret, recovery = _enrolled(work)
    lock = work.locks.get("officer")

    assert secret not in lock.secret
    assert SEAL.open(lock.secret) == secret
    assert set(lock.recovery) == {hash_of(code) for code in recovery}
    assert not set(lock.recovery) & set(recovery)


def test_a_secret_that_counts_is_never_shown_again(work: FakePeopleWork) -> None:
    _enrolled(work)

    with pytest.raises(HasOneAlready):
        second_step.show_secret(work, OFFICER, CODES, SEAL, now=NOW)
    with pytest.raises(HasOneAlready):
        second_step.prove(work, OFFICER, "000000", CODES, SEAL, now=NOW)


def test_a_code_is_used_once_and_none_before_it_counts_any_more(work: FakePeopleWork) -> None:
    secret, _ = _enrolled(work)
    later = NOW + 10 * HALF_MINUTE

    assert not _accepts(work, _code(secret), NOW)
    assert _accepts(work, _code(secret, later), later)
    assert not _accepts(work, _code(secret, later), later)
    assert not _accepts(work, _code(secret, later - HALF_MINUTE), later)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(work: FakePeopleWork, steps: int, right: bool) -> None:
    secret, _ = _enrolled(work)
    later = NOW + 10 * HALF_MINUTE

    assert _accepts(work, _code(secret, later + steps * HALF_MINUTE), later) is right


def test_a_recovery_code_works_once_however_it_is_typed(work: FakePeopleWork) -> None:
    _, recovery = _enrolled(work)
    typed = f"  {recovery[3].lower().replace('-', ' ')} "

    assert _accepts(work, typed, NOW)
    assert not _accepts(work, typed, NOW)
    assert not _accepts(work, recovery[3], NOW)
    assert _accepts(work, recovery[4], NOW)
    assert len(work.locks.get("officer").recovery) == second_step.RECOVERY_CODES - 2
    assert tidy_long_code(typed) == recovery[3]


def test_new_recovery_codes_end_the_old_ones(work: FakePeopleWork) -> None:
    _, old = _enrolled(work)

    new = second_step.new_recovery(work, OFFICER, now=NOW)

    assert not _accepts(work, old[0], NOW)
    assert _accepts(work, new[0], NOW)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6, "9" * 5000, "0x1234"]
)
def test_what_is_no_code_is_only_a_wrong_one(work: FakePeopleWork, typed: str) -> None:
    _enrolled(work)

    assert not _accepts(work, typed, NOW)


def test_without_a_second_step_no_code_is_right(work: FakePeopleWork) -> None:
    assert not _accepts(work, "000000", NOW)


def test_a_step_that_was_taken_away_leaves_nothing_behind(work: FakePeopleWork) -> None:
    secret, recovery = _enrolled(work)

    second_step.take_away(work, OFFICER, "admin", now=NOW)

    later = NOW + 10 * HALF_MINUTE
    assert not _accepts(work, _code(secret, later), later)
    assert not _accepts(work, recovery[0], later)
    assert work.audit.lines[-1] == ("admin", "second_step_off", "officer")
