"""Votes on topics' pages, on both databases: one a person and page a day, changeable, and nobody's name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.learning import votes
from bot.learning.model import Helped
from bot.learning.votes import Ballots
from bot.people.model import Person
from bot.store import learning_tables as t
from bot.store.database import Database
from tests.support.builders import NOW, PRISON

TODAY = NOW.date()
BALLOTS = Ballots("a secret of the product")


def cast(
    database: Database, helped: bool, who: str = "sam", topic: str = "visits", day: date = TODAY
) -> None:
    with database.writing() as work:
        work.people.lock(who)
        votes.cast(work, BALLOTS.of(who, PRISON, topic, day), helped=helped)


def counts(database: Database, since: date = TODAY) -> list[Helped]:
    with database.reading() as work:
        return list(work.page_feedback.since(PRISON, since))


def test_a_vote_counts_once_however_often_it_is_pressed(database: Database, sam: Person) -> None:
    for _ in range(3):
        cast(database, True)

    assert counts(database) == [Helped("visits", 1, 0)]


def test_a_changed_mind_takes_the_place_of_the_vote(database: Database, sam: Person) -> None:
    cast(database, True)
    cast(database, False, who="ali")
    cast(database, False)
    changed = counts(database)
    cast(database, True)
    cast(database, True, who="ali")

    assert changed == [Helped("visits", 0, 2)]
    assert counts(database) == [Helped("visits", 2, 0)]


def test_each_person_page_and_day_is_a_vote_of_its_own(database: Database, sam: Person) -> None:
    cast(database, True)
    cast(database, True, who="ali")
    cast(database, True, topic="phone")
    cast(database, False, day=TODAY + timedelta(days=1))

    assert counts(database) == [Helped("visits", 2, 1), Helped("phone", 1, 0)]
    assert counts(database, TODAY + timedelta(days=1)) == [Helped("visits", 0, 1)]


def test_votes_on_pages_and_under_answers_are_counted_apart(database: Database, sam: Person) -> None:
    cast(database, True)
    with database.writing() as work:
        work.feedback.count(PRISON, "visits", TODAY, helped=False)

    with database.reading() as work:
        assert list(work.feedback.since(PRISON, TODAY)) == [Helped("visits", 0, 1)]
    assert counts(database) == [Helped("visits", 1, 0)]


def test_what_is_kept_of_a_vote_names_neither_person_nor_page_and_is_gone_the_day_after(
    database: Database, sam: Person
) -> None:
    cast(database, True)
    with database.reading() as work:
        (row,) = (dict(row) for row in work.session.execute(sa.select(t.page_vote)).mappings())

    with database.writing() as work:
        early = votes.forget(work, today=TODAY)
        late = votes.forget(work, today=TODAY + timedelta(days=1))

    assert set(row) == {"mark", "day", "helped"}
    assert "sam" not in str(row)
    assert "visits" not in str(row)
    assert (early, late) == (0, 1)
    assert counts(database) == [Helped("visits", 1, 0)], "the counts stay"


def test_without_the_secret_a_mark_cannot_be_made() -> None:
    mine = BALLOTS.of("sam", PRISON, "visits", TODAY)

    assert mine == Ballots("a secret of the product").of("sam", PRISON, "visits", TODAY)
    others = [
        Ballots("another").of("sam", PRISON, "visits", TODAY),
        BALLOTS.of("ali", PRISON, "visits", TODAY),
        BALLOTS.of("sam", "elsewhere", "visits", TODAY),
        BALLOTS.of("sam", PRISON, "phone", TODAY),
        BALLOTS.of("sam", PRISON, "visits", TODAY + timedelta(days=1)),
    ]
    assert len({mine.mark, *(other.mark for other in others)}) == 6
    assert "secret" not in repr(BALLOTS)


def _at_once(jobs: list[Callable[[], None]]) -> list[Exception | None]:
    gate = Barrier(len(jobs))

    def run(job: Callable[[], None]) -> Exception | None:
        gate.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - what it was is for the test to judge
            return error
        return None

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_the_same_press_from_two_places_at_once_is_one_vote(database: Database, sam: Person) -> None:
    results = _at_once([lambda: cast(database, True)] * 4)

    assert results == [None] * 4
    assert counts(database) == [Helped("visits", 1, 0)]


def test_people_who_change_their_minds_at_once_do_not_wait_for_each_other(
    database: Database, sam: Person
) -> None:
    people = ("sam", "ali", "lee", "mo")
    for number, who in enumerate(people):
        cast(database, number % 2 == 0, who=who)

    for round_ in range(5):
        results = _at_once(
            [
                lambda who=who, helped=(number + round_) % 2 == 1: cast(database, helped, who=who)  # type: ignore[misc]
                for number, who in enumerate(people)
            ]
        )

        assert results == [None] * 4
        assert counts(database) == [Helped("visits", 2, 2)]


def test_the_database_refuses_a_count_below_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as work:
        work.session.execute(
            sa.insert(t.page_feedback),
            {"prison_id": PRISON, "topic": "visits", "day": TODAY, "helped": True, "count": -1},
        )


def test_what_was_never_counted_is_not_taken_off(database: Database) -> None:
    with database.writing() as work:
        work.page_feedback.uncount(PRISON, "visits", TODAY, helped=True)

    assert counts(database) == []
