"""Notices leave once, come round again when a worker dies, and end where a human sees them."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.outbox import MAX_ATTEMPTS, Notice
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import NOW, PRISON

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def _put(database: Database, count: int = 1) -> None:
    with database.writing() as work:
        for number in range(count):
            work.outbox.put("alert", PRISON, f"ref {number}", NOW, {"level": "urgent"})


def _claim(database: Database, after: timedelta = timedelta(0), limit: int = 50) -> list[Notice]:
    with database.writing() as work:
        return list(work.outbox.claim(NOW + after, LEASE, limit))


def _fail(database: Database, notice: Notice, after: timedelta) -> bool:
    with database.writing() as work:
        return work.outbox.failed(notice, NOW + after)


def test_a_notice_comes_out_as_it_was_put_in_oldest_first(database: Database) -> None:
    _put(database, 3)

    notices = _claim(database)

    assert [notice.ref for notice in notices] == ["ref 0", "ref 1", "ref 2"]
    first = notices[0]
    assert (first.topic, first.prison_id, first.created_at) == ("alert", PRISON, NOW)
    assert (dict(first.facts), first.attempts) == ({"level": "urgent"}, 0)


def _put_and_break(work: UnitOfWork) -> None:
    work.outbox.put("alert", PRISON, "ref", NOW, {})
    raise ZeroDivisionError


def test_a_notice_is_not_there_when_its_transaction_failed(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as work:
        _put_and_break(work)

    assert _claim(database) == []


@pytest.mark.parametrize("backend", ["postgresql"])
def test_two_workers_in_the_same_moment_claim_each_notice_once(database: Database) -> None:
    _put(database, 10)

    # Both transactions are open: the second passes over what the first has locked.
    with database.writing() as one, database.writing() as other:
        other.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        first = one.outbox.claim(NOW, LEASE, limit=6)
        second = other.outbox.claim(NOW, LEASE, limit=6)

    assert len(first) == 6
    assert len(second) == 4
    assert len({notice.seq for notice in (*first, *second)}) == 10


def test_a_second_worker_claims_what_the_first_left(database: Database) -> None:
    _put(database, 10)

    first, second = _claim(database, limit=6), _claim(database, limit=6)

    assert (len(first), len(second)) == (6, 4)
    assert len({notice.seq for notice in (*first, *second)}) == 10
    assert _claim(database) == []


def test_a_lease_that_runs_out_brings_the_notice_round_again(database: Database) -> None:
    _put(database)
    _claim(database)

    assert _claim(database, LEASE - SECOND) == []
    (again,) = _claim(database, LEASE)

    assert again.attempts == 1


def test_what_was_delivered_never_comes_again(database: Database) -> None:
    _put(database)
    (notice,) = _claim(database)

    with database.writing() as work:
        work.outbox.delivered(notice.seq, NOW)

    assert _claim(database, timedelta(days=1)) == []


def test_what_failed_waits_longer_each_time_and_is_dead_at_the_limit(database: Database) -> None:
    _put(database)
    after, pauses = timedelta(0), []
    for _ in range(MAX_ATTEMPTS - 1):
        (notice,) = _claim(database, after)
        assert not _fail(database, notice, after)
        pause = SECOND
        while not _is_due(database, after + pause):
            pause += SECOND
        pauses.append(int(pause.total_seconds()))
        after += pause

    (last,) = _claim(database, after)
    dead = _fail(database, last, after)

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert dead
    assert _claim(database, after + timedelta(days=365)) == []
    with database.reading() as work:
        assert work.outbox.count_dead(PRISON) == 1
        assert work.outbox.count_dead("elsewhere") == 0


def _is_due(database: Database, after: timedelta) -> bool:
    with database.reading() as work:
        return bool(work.outbox.claim(NOW + after, LEASE))


def test_delivered_notices_are_forgotten_and_dead_and_waiting_ones_are_not(database: Database) -> None:
    _put(database, 3)
    delivered, dead, _ = _claim(database)
    with database.writing() as work:
        work.outbox.delivered(delivered.seq, NOW)
        work.outbox.failed(replace(dead, attempts=MAX_ATTEMPTS), NOW)

    with database.writing() as work:
        too_early = work.outbox.forget(NOW)
        gone = work.outbox.forget(NOW + timedelta(days=365))

    assert (too_early, gone) == (0, 1)
    with database.reading() as work:
        assert work.outbox.count_dead(PRISON) == 1
    assert len(_claim(database, LEASE)) == 1


def test_the_pulse_changes_with_every_notice_and_with_nothing_else(database: Database) -> None:
    pulses = []
    for _ in range(3):
        with database.reading() as work:
            pulses += [work.outbox.pulse(NOW), work.outbox.pulse(NOW + SECOND)]
        _put(database)

    assert pulses[0] == pulses[1]
    assert pulses[2] == pulses[3]
    assert len(set(pulses)) == 3
