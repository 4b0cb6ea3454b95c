"""Safety records are found by any filters together, in pages, and quickly in a log of many years.

With SIGNPOST_MANY_RECORDS=1000000 in the environment the same tests run on a million.
"""

import itertools
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.safety.finding import Mark, Step, Wanted
from bot.safety.model import Level, Risk
from bot.store.database import Database
from tests.support.builders import PRISON
from tests.support.postgres import create_database
from tests.support.review_filling import analyse, fill_people, fill_records

MANY = int(os.environ.get("SIGNPOST_MANY_RECORDS", "50000"))
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LONGEST = 0.3


class Filled:
    """A full database of each kind, made when a test first asks for it; nothing here writes."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request, self._folder = request, folder
        self._made: dict[str, Database] = {}

    def __getitem__(self, backend: str) -> Database:
        if backend not in self._made:
            made = self._made[backend] = Database(self._address(backend))
            fill_people(made)
            fill_records(made, MANY)
            analyse(made)
        return self._made[backend]

    def close(self) -> None:
        for made in self._made.values():
            made.close()

    def _address(self, backend: str) -> str:
        if backend == "postgresql":
            template = self._request.getfixturevalue("postgres_template")
            return create_database(
                self._request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex}", template
            )
        shutil.copy(self._request.getfixturevalue("sqlite_template"), self._folder / "many.db")
        return f"sqlite:///{self._folder}/many.db"


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Filled]:
    made = Filled(request, tmp_path_factory.mktemp("many"))
    yield made
    made.close()


FILTERS: dict[str, dict[str, Any]] = {
    "level": {"level": Level.EMERGENCY},
    "risk": {"risk": Risk.CHILD_AT_RISK},
    "wing": {"wings": ("B",)},
    "person": {"person_id": "p00001f"},
    "time": {"since": NOW - timedelta(days=60), "until": NOW - timedelta(days=30)},
    "step": {"step": Step.REVIEWED},
    "outcome": {"outcome": "csip"},
    "reviewer": {"reviewer_id": "s000003"},
}
PAIRS = [*itertools.combinations(FILTERS, 2), tuple(FILTERS)]
# No record has both: all of what the index holds is walked in vain.
IN_VAIN: dict[str, dict[str, Any]] = {
    "open": {"step": Step.OPEN, "outcome": "csip"},
    "reviewed": {"outcome": "nothing", "level": Level.CONCERN, "wings": ("A",)},
    "late": {"overdue": True, "outcome": "other", "level": Level.EMERGENCY, "risk": Risk.FIRE},
    "reviewer": {"reviewer_id": "s000003", "risk": Risk.FIRE, "outcome": "nothing"},
}


def _timed(work: Any, wanted: Wanted, after: Mark | None = None) -> tuple[list[Any], float]:
    """The quickest of three: other tests run beside this one, and a slow one is slow each time."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        found = list(work.reviews.find(wanted, NOW, after=after))
        took.append(time.perf_counter() - began)
    return found, min(took)


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_filters_go_together_and_are_quick(many: Filled, backend: str, names: tuple[str, ...]) -> None:
    given = {key: value for name in names for key, value in FILTERS[name].items()}
    wanted = Wanted(PRISON, **given)

    with many[backend].reading() as work:
        found, took = _timed(work, wanted)

    assert took < LONGEST
    assert [record.noticed_at for record in found] == sorted((r.noticed_at for r in found), reverse=True)
    for record in found:
        assert wanted.level in (None, record.level)
        assert not wanted.wings or record.place.wing in wanted.wings
        assert wanted.outcome in ("", record.outcome)
        assert wanted.reviewer_id in ("", record.reviewer_id)
        assert wanted.person_id in ("", record.person_id)


@pytest.mark.parametrize("given", IN_VAIN.values(), ids=list(IN_VAIN))
def test_filters_that_fit_nothing_are_quick_too(many: Filled, backend: str, given: dict[str, Any]) -> None:
    with many[backend].reading() as work:
        _, took = _timed(work, Wanted(PRISON, **given))

    assert took < LONGEST


def test_pages_follow_each_other_without_a_gap_and_the_last_is_as_quick_as_the_first(
    many: Filled, backend: str
) -> None:
    wanted = Wanted(PRISON, risk=Risk.FIRE)
    seen: list[str] = []
    after = None
    with many[backend].reading() as work:
        for _ in range(4):
            found, took = _timed(work, wanted, after)
            assert took < LONGEST
            seen += [record.id for record in found]
            after = Mark(found[-1].noticed_at, found[-1].id)
        deep, took = _timed(work, wanted, Mark(NOW - timedelta(minutes=5 * (MANY - 900)), "x"))
        many_of_them = list(work.reviews.find(wanted, NOW, limit=200))

    assert seen == [record.id for record in many_of_them]
    assert deep
    assert took < LONGEST


def test_the_work_list_is_by_level_and_age_and_counts_every_step(many: Filled, backend: str) -> None:
    began = time.perf_counter()
    with many[backend].reading() as work:
        counts = work.reviews.count_to_do(Wanted(PRISON), NOW)
        first = list(work.reviews.to_do(Wanted(PRISON), NOW))
        last = first[-1]
        rank = [Level.EMERGENCY, Level.URGENT, Level.CONCERN].index(last.level)
        second = list(work.reviews.to_do(Wanted(PRISON), NOW, after=Mark(last.noticed_at, last.id, rank)))
        late = work.reviews.count_overdue(Wanted(PRISON), NOW)
    took = time.perf_counter() - began

    assert took < 3 * LONGEST
    assert dict(counts) == {Step.OPEN: 100, Step.ACKNOWLEDGED: 100, Step.CHECKED: 200, Step.SECOND_LOOK: 100}
    assert late == 300
    order = [(-_grave(record.level), record.noticed_at) for record in (*first, *second)]
    assert order == sorted(order)
    assert not {record.id for record in first} & {record.id for record in second}


def test_reviewers_are_named_without_a_walk_through_the_log(many: Filled, backend: str) -> None:
    began = time.perf_counter()
    with many[backend].reading() as work:
        names = work.reviews.reviewers(PRISON)

    assert len(names) == 20
    assert time.perf_counter() - began < LONGEST


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({"level": Level.CONCERN}, "ix_safety_record_found"),
        ({"reviewer_id": "s000003"}, "ix_safety_record_found_by_reviewer"),
        ({"person_id": "p00001f"}, "ix_safety_record_found_by_person"),
    ],
)
def test_an_index_serves_each_filter(many: Filled, backend: str, given: dict[str, Any], index: str) -> None:
    if backend == "postgresql" and MANY < 10_000:
        pytest.skip("PostgreSQL reads a small table whole")
    plans: list[str] = []

    def explain(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            said = "EXPLAIN QUERY PLAN" if backend == "sqlite" else "EXPLAIN"
            cursor = _conn.connection.cursor()
            cursor.execute(f"{said} {statement}", parameters)
            plans.append(str(cursor.fetchall()))

    engine = many[backend].engine
    sa.event.listen(engine, "before_cursor_execute", explain)
    try:
        with many[backend].reading() as work:
            work.reviews.find(Wanted(PRISON, **given), NOW)
    finally:
        sa.event.remove(engine, "before_cursor_execute", explain)

    # With few records of one person PostgreSQL sorts them, and takes the plain index.
    others = {"ix_safety_record_found_by_person": "ix_safety_record_person_id"}
    assert any(each in plans[0] for each in (index, others.get(index, index)))


def _grave(level: Level) -> int:
    return [Level.CONCERN, Level.URGENT, Level.EMERGENCY].index(level)
