"""Locks in the store: what comes back, what counts once though two ask at once, and what is forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pyotp
import pytest
import sqlalchemy as sa

from bot.lock_keeping import forget_locks
from bot.one_time import TimeCodes
from bot.people import accounts, desk, emergency, second_step
from bot.people.lock_model import Emergency, HalfSignIn, Lock, Stage, Start, Tries
from bot.people.model import Staff, StaffRole
from bot.people.tablets import WaitFirst
from bot.people.throttle import FREE_FOR_ACCOUNT, Gate
from bot.store.database import Database
from bot.store.sealed import Sealer
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.fake_people import PlainHasher

SEAL, CODES = Sealer.of("s" * 32), TimeCodes()
HOUR = timedelta(hours=1)
_Given = TypeVar("_Given")


@pytest.fixture
def officer(database: Database) -> Staff:
    staff = a_staff_member()
    with database.writing() as work:
        work.staff.add(staff)
    return staff


def _at_once(*jobs: Callable[[], _Given]) -> list[_Given | Exception]:
    gate = Barrier(len(jobs))

    def run(job: Callable[[], _Given]) -> _Given | Exception:
        gate.wait()
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - what it was is for the test to judge
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_what_is_stored_comes_back_as_it_was(database: Database, officer: Staff) -> None:
    lock = Lock(
        "officer", "sealed", "", 7, ("a", "b"), NOW, "hash", NOW, True, "issuer", "subject", "password"
    )
    half = HalfSignIn("half", "hash", "officer", Stage.SET_UP, NOW, NOW + HOUR, 2)
    tries = Tries("key", 3, NOW, NOW + HOUR, NOW)
    taken = Emergency("e", PRISON, "officer", ("orderly",), "sealed", NOW, NOW + HOUR)
    with database.writing() as work:
        work.locks.put(Lock("officer"))
        work.locks.put(lock)
        work.half_sign_ins.add(half)
        work.tries.put(Tries("key"))
        work.tries.put(tries)
        work.emergencies.add(taken)

    with database.reading() as work:
        assert work.locks.look("officer") == lock == work.locks.of_subject("issuer", "subject")
        assert work.locks.look("nobody") == Lock("nobody")
        assert work.half_sign_ins.find("hash") == half
        assert work.tries.look("key") == tries
        assert list(work.emergencies.of_staff("officer", NOW)) == [taken]
        assert list(work.emergencies.of_staff("officer", NOW + HOUR)) == []
        assert work.emergencies.count_open(PRISON, NOW) == (1, 1)
        assert work.emergencies.count_open("elsewhere", NOW) == (0, 0)


def test_a_human_of_a_provider_has_one_account(database: Database, officer: Staff) -> None:
    with database.writing() as work:
        work.staff.add(a_staff_member("other"))
        work.locks.put(Lock("officer", issuer="issuer", subject="subject"))

    with pytest.raises(sa.exc.IntegrityError), database.writing() as work:
        work.locks.put(Lock("other", issuer="issuer", subject="subject"))


def test_of_two_at_once_one_uses_a_code(database: Database, officer: Staff) -> None:
    with database.writing() as work:
        secret = second_step.show_secret(work, officer, CODES, SEAL, now=NOW)
        second_step.prove(work, officer, pyotp.TOTP(secret).at(NOW), CODES, SEAL, now=NOW)
    later = NOW + HOUR
    code = pyotp.TOTP(secret).at(later)

    def use() -> bool:
        with database.writing() as work:
            return second_step.accept(work, officer, code, CODES, SEAL, now=later)

    assert sorted(map(bool, _at_once(*[use] * 4))) == [False, False, False, True]


def test_of_two_at_once_one_comes_back_with_a_state(database: Database) -> None:
    with database.writing() as work:
        work.provider_starts.add(Start("state", "browser", "nonce", "verifier", "desk", NOW))

    def take() -> bool:
        with database.writing() as work:
            return work.provider_starts.take("state") is not None

    assert sorted(map(bool, _at_once(*[take] * 4))) == [False, False, False, True]


def test_two_administrators_cannot_take_each_other_away_at_once(database: Database) -> None:
    first, second = (a_staff_member(name, roles=(StaffRole.ADMIN,)) for name in ("first", "second"))
    with database.writing() as work:
        work.staff.add(first)
        work.staff.add(second)

    def close(by: Staff, whom: Staff) -> Callable[[], Staff]:
        def job() -> Staff:
            with database.writing() as work:
                return accounts.set_active(work, by, whom.id, active=False, now=NOW)

        return job

    results = _at_once(close(first, second), close(second, first))

    assert sum(isinstance(result, accounts.LastAdministrator) for result in results) == 1
    with database.reading() as work:
        assert sum(each.active for each in work.staff.list_of(PRISON)) == 1


def test_wrong_passwords_at_once_are_all_counted_for_every_process(
    database: Database, url: str, officer: Staff
) -> None:
    other = Database(url)

    def wrong(which: Database) -> Callable[[], object]:
        def job() -> object:
            with which.writing() as work:
                return desk.sign_in(work, PRISON, "officer", "wrong", PlainHasher(), now=NOW)

        return job

    _at_once(*[wrong(each) for each in (database, other) for _ in range((FREE_FOR_ACCOUNT + 2) // 2)])
    with other.writing() as work:
        after = desk.sign_in(work, PRISON, "officer", "a password", PlainHasher(), now=NOW)
    other.close()

    assert isinstance(after, WaitFirst)


def test_wrong_tries_at_once_for_a_name_that_nobody_has_are_all_counted(database: Database) -> None:
    gate = Gate.of(PRISON, "nobody", "10.0.0.1")

    def wrong() -> None:
        with database.writing() as work:
            gate.failed(work.tries, NOW)

    results = _at_once(*[wrong] * 6)

    with database.reading() as work:
        tries = work.tries.look(gate.account)
    assert results == [None] * 6
    assert tries is not None
    assert tries.failed == 6


def test_an_emergency_is_reviewed_once(database: Database, officer: Staff) -> None:
    reviewers = [a_staff_member(name) for name in ("one", "two")]
    with database.writing() as work:
        for reviewer in reviewers:
            work.staff.add(reviewer)
        taken = emergency.take(work, officer, "a reason in words", SEAL, lasts=HOUR, now=NOW)

    def review(by: Staff) -> Callable[[], None]:
        def job() -> None:
            with database.writing() as work:
                emergency.review(work, taken.id, by, "looked at it well", SEAL, now=NOW)

        return job

    results = _at_once(*map(review, reviewers))

    assert sum(isinstance(result, emergency.CannotReview) for result in results) == 1


def test_nobody_reviews_the_own_emergency_whatever_writes_it(database: Database, officer: Staff) -> None:
    with database.writing() as work:
        taken = emergency.take(work, officer, "a reason in words", SEAL, lasts=HOUR, now=NOW)

    with pytest.raises(sa.exc.IntegrityError), database.writing() as work:
        work.emergencies.save(replace(taken, reviewed_by="officer", reviewed_at=NOW))


def test_what_locks_keep_for_a_while_is_forgotten(database: Database, officer: Staff) -> None:
    with database.writing() as work:
        work.half_sign_ins.add(HalfSignIn("half", "hash", "officer", Stage.CODE, NOW, NOW))
        work.provider_starts.add(Start("state", "browser", "nonce", "verifier", "desk", NOW))
        work.tries.put(Tries("failed", 9, NOW))
        work.tries.put(Tries("known", good_at=NOW))

    with database.writing() as work:
        assert forget_locks(work, NOW + timedelta(minutes=30)) == 0
        assert forget_locks(work, NOW + timedelta(days=2)) == 3
        assert work.tries.look("known") is not None
        assert forget_locks(work, NOW + timedelta(days=31)) == 1
