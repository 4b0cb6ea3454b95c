"""When alerts and reviews climb, on a real database: by their own prison's times, whatever the clock was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.model import Person
from bot.safety import clocks, review, reviews
from bot.safety.model import Level
from bot.safety.record import RecordState, SafetyRecord
from bot.store.database import Database
from tests.support.builders import CELL, NOW, PlainPrison

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HERE, THERE = PlainPrison(), PlainPrison(id="elsewhere", chain=("wing", "gate"))


def _add(database: Database, name: str, **changes: object) -> None:
    record = SafetyRecord(name, "elsewhere", "sam", "Sam", CELL, Level.EMERGENCY, ("suicide",), NOW, NOW)
    with database.writing() as work:
        work.safety.add_record(replace(record, **changes))  # type: ignore[arg-type]


def _get(database: Database, name: str) -> SafetyRecord:
    with database.reading() as work:
        found = work.safety.get(name)
    assert found is not None
    return found


@pytest.mark.parametrize("state", [RecordState.OPEN, RecordState.ACKNOWLEDGED])
def test_another_prisons_alert_climbs_by_that_prisons_worker_and_chain(
    database: Database, sam: Person, state: RecordState
) -> None:
    _add(database, "there", climb_at=NOW, state=state)

    with database.writing() as work:
        assert review.climb(work, HERE, now=NOW + HOUR) == 0
        assert review.climb(work, THERE, now=NOW + HOUR) == 1

    assert _get(database, "there").climbed_to == "gate"


def test_another_prisons_alert_without_a_time_is_given_none_of_this_prison(
    database: Database, sam: Person
) -> None:
    _add(database, "there", state=RecordState.ACKNOWLEDGED, acknowledged_at=NOW)

    with database.writing() as work:
        review.climb(work, HERE, now=NOW)

    assert _get(database, "there").climb_at is None


def test_another_prisons_review_is_that_prisons_to_pass_on(database: Database, sam: Person) -> None:
    _add(database, "there", state=RecordState.CHECKED, review_due_at=NOW, review_climb_at=NOW)
    _add(database, "without a time", state=RecordState.CHECKED, checked_at=NOW)

    with database.writing() as work:
        assert reviews.climb(work, HERE, now=NOW + HOUR) == 0
        assert reviews.climb(work, THERE, now=NOW + HOUR) == 1

    assert _get(database, "there").review_with == "manager"
    assert _get(database, "without a time").review_due_at is not None


def test_another_prisons_alert_is_set_right_by_its_own_worker(database: Database, sam: Person) -> None:
    _add(database, "there", noticed_at=NOW + DAY, latest_at=NOW + DAY, climb_at=NOW + DAY + MINUTE)

    with database.writing() as work:
        assert clocks.set_right(work, HERE, now=NOW) == 0
        assert clocks.set_right(work, THERE, now=NOW) == 1


def test_an_alert_that_climbed_while_the_clock_was_ahead_climbs_on_in_its_time(
    database: Database, sam: Person
) -> None:
    """It was noticed before the jump, so nothing but the time of its next step lies ahead."""
    _add(database, "there", climb_at=NOW + MINUTE)
    with database.writing() as work:
        review.climb(work, THERE, now=NOW + 5 * HOUR)

    with database.writing() as work:
        mended = [clocks.set_right(work, THERE, now=NOW + 2 * MINUTE) for _ in range(2)]

    assert mended == [1, 0]
    assert _get(database, "there").climb_at == NOW + 3 * MINUTE


@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.EMERGENCY])
@pytest.mark.parametrize("state", [RecordState.OPEN, RecordState.ACKNOWLEDGED])
def test_no_alert_waits_longer_than_its_own_level_and_step_may(
    database: Database, sam: Person, level: Level, state: RecordState
) -> None:
    allowance = THERE.alert_allowance if state is RecordState.OPEN else THERE.check_allowance
    ahead = NOW + allowance(level) + 3 * MINUTE
    _add(database, "ahead", level=level, state=state, climb_at=ahead)
    _add(database, "in time", person_id="ali", level=level, state=state, climb_at=ahead - 2 * MINUTE)

    with database.writing() as work:
        clocks.set_right(work, THERE, now=NOW)

    assert _get(database, "ahead").climb_at == NOW + allowance(level)
    assert _get(database, "in time").climb_at == ahead - 2 * MINUTE
