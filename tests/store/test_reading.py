"""Who read what is found, and unusual reading counted, quickly in an audit of very many rows.

With SIGNPOST_MANY_ROWS=1000000 in the environment the same tests run on a million.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.people.reading import HABIT, LOOKED_AT
from bot.store.database import Database
from bot.store.reading import Asked
from tests.support.builders import PRISON
from tests.support.review_filling import analyse, fill_people, fill_reading, fill_records

MANY = int(os.environ.get("SIGNPOST_MANY_ROWS", "20000"))
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SINCE = NOW - LOOKED_AT


@pytest.fixture
def filled(database: Database) -> Database:
    fill_people(database)
    fill_records(database, 20_000)
    fill_reading(database, MANY, minutes=525_600 / MANY)
    analyse(database)
    return database


def _timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = ask()
    return found, time.perf_counter() - began


def test_reading_is_found_and_counted_quickly(filled: Database) -> None:
    with filled.reading() as work:
        reading = work.reading
        asked = {
            "all": Asked(PRISON),
            "account": Asked(PRISON, staff_id="s000003"),
            "person": Asked(PRISON, person_id="p00001f"),
            "day": Asked(PRISON, since=NOW - timedelta(days=3), until=NOW - timedelta(days=2)),
            "together": Asked(PRISON, "s000003", "p00001f", NOW - timedelta(days=99)),
        }
        pages = {name: _timed(lambda one=one: reading.find(one)) for name, one in asked.items()}  # type: ignore[misc]
        hours, first = _timed(lambda: reading.hours(PRISON, SINCE - HABIT))
        wings, second = _timed(lambda: reading.wings(PRISON, SINCE - HABIT, SINCE))
        persons, third = _timed(lambda: reading.persons(PRISON, SINCE, 2))
    assert all(took < 0.3 for _, took in pages.values())
    assert first + second + third < 2
    assert {row.staff_id for row in pages["account"][0]} == {"s000003"}
    assert all(row.at >= NOW - timedelta(days=99) for row in pages["together"][0])
    read = sum(each.usual + each.lately for each in wings)
    days = LOOKED_AT.days + HABIT.days
    assert abs(read - MANY * days / 365) <= 3
    assert sum(each.lately for each in wings) == pytest.approx(MANY * LOOKED_AT.days / 365, abs=3)
    assert 0 < sum(each.pages for each in hours) <= read
    assert all(each.count >= 2 and each.last >= SINCE for each in persons)
