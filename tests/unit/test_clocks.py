"""The clock jumps: nobody waits longer for it, and nothing climbs the whole chain at once."""

from datetime import timedelta

import pytest

from bot.queue import clocks as queue_clocks
from bot.queue import service
from bot.queue.model import Change, Kind
from bot.safety import clocks, review
from bot.safety.intake import Arrival, receive
from bot.safety.model import Level
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_person, a_verdict
from tests.support.fakes import FakeWork

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.people.add(a_person())
    return made


def test_a_deadline_that_lies_a_day_too_far_ahead_is_counted_anew(work: FakeWork) -> None:
    request = service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW + DAY)

    mended = queue_clocks.set_right(work, PlainPrison(), now=NOW)
    again = queue_clocks.set_right(work, PlainPrison(), now=NOW)

    after = work.requests.rows[request.id]
    assert (mended, again) == (1, 0)
    assert after.due_at == NOW + HOUR
    assert work.requests.events[-1].change is Change.CLOCK_SET
    assert service.miss_deadlines(work, PlainPrison(), now=NOW + HOUR) == 1


def test_a_deadline_is_never_put_off_by_it(work: FakeWork) -> None:
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)
    (request,) = work.requests.rows.values()

    queue_clocks.set_right(work, PlainPrison(), now=NOW - 5 * MINUTE)

    assert work.requests.rows[request.id].due_at == NOW - 5 * MINUTE + HOUR


def test_another_prisons_deadline_is_counted_anew_by_its_own_worker(work: FakeWork) -> None:
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW + DAY)

    assert queue_clocks.set_right(work, PlainPrison(id="elsewhere"), now=NOW) == 0
    assert queue_clocks.set_right(work, PlainPrison(), now=NOW) == 1


def test_machines_that_differ_by_a_minute_change_nothing(work: FakeWork) -> None:
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)

    assert queue_clocks.set_right(work, PlainPrison(), now=NOW - MINUTE) == 0


def test_a_clock_that_jumps_ahead_misses_each_deadline_once_and_passes_it_on_one_step(work: FakeWork) -> None:
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)

    missed = [service.miss_deadlines(work, PlainPrison(), now=NOW + 365 * DAY) for _ in range(3)]

    (request,) = work.requests.rows.values()
    assert missed == [1, 0, 0]
    assert request.escalated_to == "orderly"


def _alert(work: FakeWork) -> str:
    arrival = Arrival("sam", "device", "help", "form")
    verdict = a_verdict(Level.EMERGENCY)
    record = receive(work, arrival, verdict, prison=PlainPrison(), now=NOW + DAY).message.record_id
    assert record is not None
    return record


def test_an_alert_climbs_in_its_time_although_the_clock_had_been_ahead(work: FakeWork) -> None:
    record = _alert(work)

    mended = [clocks.set_right(work, PlainPrison(), now=NOW) for _ in range(2)]
    early = review.climb(work, PlainPrison(), now=NOW)
    climbed = review.climb(work, PlainPrison(), now=NOW + MINUTE)
    after = clocks.set_right(work, PlainPrison(), now=NOW + MINUTE)

    assert mended == [1, 0]
    assert (early, climbed, after) == (0, 1, 0)
    assert work.safety.records[record].climbed_to == "orderly"


def test_a_check_that_somebody_owes_is_late_in_its_time_too(work: FakeWork) -> None:
    record = _alert(work)
    review.acknowledge(work, record, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW + DAY)

    clocks.set_right(work, PlainPrison(), now=NOW)

    assert work.safety.records[record].climb_at == NOW + 10 * MINUTE
