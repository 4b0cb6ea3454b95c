"""What people read now: files with what is published over them, fresh in seconds, never worse than before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.answers import AnswerBook
from bot.editions.live import Live, Overlaid, from_files
from bot.editions.model import Edition, EditionState
from bot.editions.rules import Rules
from tests.support.editions import (
    FakeDatabase,
    a_dentist,
    a_service_body,
    an_answer,
    an_answer_body,
    an_edition,
    rules,
)


@dataclass
class Ticks:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


class Interrupted(FakeDatabase):
    """While one looks, others ask too."""

    meanwhile: Callable[[], None]

    @contextmanager
    def reading(self) -> Iterator[Any]:
        self.meanwhile()
        with super().reading() as work:
            yield work


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def _live(database: FakeDatabase, ticks: Ticks) -> tuple[Live, AnswerBook]:
    live = Live(database, rules(), pause=2.0, clock=ticks)
    return live, live.over_answers(AnswerBook({"en": {"visits": an_answer()}, "pl": {}}))


def test_without_editions_the_files_are_what_people_read(ticks: Ticks) -> None:
    _, book = _live(FakeDatabase(), ticks)

    assert book.get("visits") == an_answer()
    assert book.topics() == {"visits"}


def test_what_is_published_is_read_within_two_seconds_and_not_asked_for_before(ticks: Ticks) -> None:
    database = FakeDatabase()
    _, book = _live(database, ticks)
    assert book.get("visits").title == "Visits"

    database.editions.rows.append(an_edition())
    before = book.get("visits").title
    ticks.now += 2.0
    after = book.get("visits").title

    assert (before, after) == ("Visits", "Visits here")
    assert database.editions.looked == 2


def test_whoever_published_need_not_wait(ticks: Ticks) -> None:
    database = FakeDatabase()
    live, book = _live(database, ticks)
    book.get("visits")

    database.editions.rows.append(an_edition())
    live.look_again()

    assert book.get("visits").title == "Visits here"


def test_the_newest_counts_and_a_draft_never(ticks: Ticks) -> None:
    draft = an_edition(version=3, state=EditionState.DRAFT, body=an_answer_body(title="Not yet"))
    second = an_edition(version=2, body=an_answer_body(title="Second"))
    _, book = _live(FakeDatabase(an_edition(), second, draft), ticks)

    assert book.get("visits").title == "Second"


def test_what_was_withdrawn_gives_way_to_the_file(ticks: Ticks) -> None:
    gone = an_edition(version=2, state=EditionState.WITHDRAWN, body=None)
    _, book = _live(FakeDatabase(an_edition(), gone), ticks)

    assert book.get("visits") == an_answer()


@pytest.mark.parametrize(
    "changes",
    [
        {"body": {"title": "of an older version"}},
        {"body": an_answer_body(colour="red")},
        {"body": an_answer_body(people=[{"role": "insider"}])},
        {"body": an_answer_body(steps=None)},
        {"key": "a_topic_that_is_gone"},
    ],
    ids=["keys missing", "a key too many", "another shape", "nothing where a list was", "no file"],
)
def test_one_that_cannot_be_read_any_more_is_told_and_hides_nothing_else(
    ticks: Ticks, changes: dict[str, object]
) -> None:
    service = an_edition(kind="service", key="dentist", body=a_service_body(title="Teeth"))
    database = FakeDatabase(an_edition(**changes), service)
    live, book = _live(database, ticks)

    with capture_logs() as logs:
        title = book.get("visits").title
    current = live.current()

    assert title == "Visits"
    assert current.services["dentist"].title == "Teeth"
    (unreadable,) = current.unreadable
    assert unreadable.edition == database.editions.rows[0]
    assert [(entry["event"], entry["edition_id"]) for entry in logs] == [
        ("edition.unreadable", unreadable.edition.id)
    ]
    assert "Ask staff" not in str(logs)


def test_when_the_database_fails_the_last_good_content_stays_and_it_is_logged_once(ticks: Ticks) -> None:
    database = FakeDatabase(an_edition())
    _, book = _live(database, ticks)
    assert book.get("visits").title == "Visits here"

    database.fails = True
    with capture_logs() as logs:
        titles = []
        for _ in range(3):
            ticks.now += 5
            titles.append(book.get("visits").title)
    database.fails = False
    database.editions.rows.append(an_edition(version=2, body=an_answer_body(title="Again")))
    ticks.now += 5

    assert titles == ["Visits here"] * 3
    assert [(entry["event"], entry["error"]) for entry in logs] == [("content.not_read", "OSError")]
    assert book.get("visits").title == "Again"


def test_another_thread_that_looks_holds_nobody_up(ticks: Ticks) -> None:
    database = Interrupted(an_edition())
    _, book = _live(database, ticks)
    found = []

    database.meanwhile = lambda: found.append(book.get("visits").title)
    after = book.get("visits").title

    assert (found, after) == (["Visits"], "Visits here")


def test_an_overlay_is_the_mapping_of_the_moment_and_is_never_laid_twice() -> None:
    files = {"a": 1, "b": 2}
    over = Overlaid(files, lambda: {"b": 3, "c": 4})

    assert dict(over) == {"b": 3, "c": 4}
    assert (len(over), over.get("a"), list(over)) == (2, None, ["b", "c"])
    assert (list(over.values()), list(over.items())) == ([3, 4], [("b", 3), ("c", 4)])
    assert from_files(over) is files
    assert from_files(files) is files
    with pytest.raises(KeyError):
        over["x"]


def test_a_walk_goes_on_when_something_is_taken_away_in_the_middle_of_it() -> None:
    now = {"a": 1, "b": 2}
    over = Overlaid({}, lambda: dict(now))

    seen = []
    for value in over.values():
        seen.append(value)
        now.clear()

    assert seen == [1, 2]


# -- services that no file has, and services that staff took away


def _services(database: FakeDatabase, ticks: Ticks) -> list[str]:
    return [
        service.title
        for service in Live(database, _two(), pause=2.0, clock=ticks).current().services.values()
    ]


def _two() -> Rules:
    return rules(
        services={"dentist": a_dentist(), "nurse": a_dentist(title="Nurse", topics=["doctor_nurse"])},
        groups={"health": ("dentist_optician", "doctor_nurse")},
    )


def _added(key: str = "eye_tests", **changes: Any) -> Edition:
    fields = {"title": "Eye tests"} | changes
    return an_edition(kind="service", key=key, body=a_service_body(**fields), file_mark="")


def test_a_service_that_staff_added_stands_with_its_like(ticks: Ticks) -> None:
    assert _services(FakeDatabase(_added()), ticks) == ["Dentist", "Eye tests", "Nurse"]


def test_what_staff_took_away_is_not_there_and_all_else_is(ticks: Ticks) -> None:
    gone = an_edition(kind="service", key="dentist", state=EditionState.REMOVED, body=a_service_body())
    taken_back = replace(_added(), state=EditionState.REMOVED)

    assert _services(FakeDatabase(gone), ticks) == ["Nurse"]
    assert _services(FakeDatabase(taken_back), ticks) == ["Dentist", "Nurse"]


def test_a_sentence_of_the_prisons_own_is_the_published_one_and_goes_when_it_was_taken_away(
    ticks: Ticks,
) -> None:
    files = rules(local={"visits": "Here: ask.", "phone": "Here: on the wing."})
    new = an_edition(kind="local", key="visits", body={"text": "Here: book."})
    gone = an_edition(
        kind="local", key="phone", state=EditionState.REMOVED, body={"text": "Here: on the wing."}
    )
    added = an_edition(kind="local", key="dentist_optician", body={"text": "Here: in B wing."}, file_mark="")

    live = Live(FakeDatabase(new, gone, added), files, pause=2.0, clock=ticks)

    assert live.current().local == {"visits": "Here: book.", "dentist_optician": "Here: in B wing."}
    assert list(live.current().services) == ["dentist"]


def test_a_sentence_taken_away_takes_no_service_of_the_same_id_with_it(ticks: Ticks) -> None:
    gone = an_edition(kind="local", key="dentist", state=EditionState.REMOVED, body={"text": "Here."})

    assert _services(FakeDatabase(gone), ticks) == ["Dentist", "Nurse"]


def test_a_removal_is_read_whatever_its_text_says(ticks: Ticks) -> None:
    gone = an_edition(kind="service", key="dentist", state=EditionState.REMOVED, body={"of": "an older form"})

    assert _services(FakeDatabase(gone), ticks) == ["Nurse"]


def test_what_was_laid_over_a_service_that_the_file_lost_is_not_shown(ticks: Ticks) -> None:
    lost = an_edition(kind="service", key="optician", body=a_service_body(title="Optician"), file_mark="mark")
    database = FakeDatabase(lost)

    live = Live(database, _two(), pause=2.0, clock=ticks)

    assert list(live.current().services) == ["dentist", "nurse"]
    assert [each.why for each in live.current().unreadable] == [": no file has this any more"]


def test_until_the_database_can_be_read_the_files_are_there(ticks: Ticks) -> None:
    database = FakeDatabase(_added())
    database.fails = True

    assert _services(database, ticks) == ["Dentist", "Nurse"]
