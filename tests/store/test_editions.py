"""Editions on both databases: each a version of its own, nothing overwritten, the second editor is told."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.editions import adding, service
from bot.editions.model import ContentKind, Edition, EditionState, Piece, mark_of
from bot.editions.rules import Refused
from bot.editions.service import NothingChanged, Overtaken, Proposal, UnknownVersion
from bot.people.model import Person
from bot.store import tables as t
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.editions import DENTIST, VISITS, a_service_body, an_answer_body, an_edition, rules

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def people(sam: Person, database: Database) -> None:
    with database.writing() as work:
        work.staff.add(a_staff_member("colleague"))


def _publish(
    database: Database, title: str, based_on: int = 0, by: str = "officer", piece: object = VISITS
) -> Edition:
    body = an_answer_body(title=title) if piece is VISITS else a_service_body(title=title)
    with database.writing() as work:
        return service.publish(work, rules(), Proposal(piece, body, based_on), by, now=NOW)  # type: ignore[arg-type]


def _draft(database: Database, title: str, based_on: int = 0, by: str = "officer") -> Edition:
    proposal = Proposal(VISITS, an_answer_body(title=title), based_on)
    with database.writing() as work:
        return service.keep_draft(work, rules(), proposal, by, now=NOW)


def _go_back(database: Database, to: int, based_on: int, by: str = "officer") -> Edition:
    with database.writing() as work:
        return service.go_back(work, rules(), VISITS, to, based_on, by, now=LATER)


def _history(database: Database) -> list[tuple[int, str, str]]:
    with database.reading() as work:
        found = work.editions.history(VISITS)
    return [
        (edition.version, edition.state.value, (edition.body or {}).get("title", "")) for edition in found
    ]


def _audit(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as work:
        rows = work.session.execute(
            sa.select(t.audit.c.staff_id, t.audit.c.action, t.audit.c.ref).order_by(t.audit.c.seq)
        ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def test_an_edition_comes_back_as_it_was_stored(database: Database) -> None:
    stored = an_edition(id="an-edition")
    with database.writing() as work:
        work.editions.add(stored)

    with database.reading() as work:
        newest = work.editions.newest(VISITS)
        there = work.editions.get(VISITS, 1)

    assert newest == there == stored
    assert list(newest.body or {}) == list(stored.body or {})


def test_publishing_adds_versions_and_keeps_every_one(database: Database) -> None:
    first = _publish(database, "First")
    second = _publish(database, "Second", based_on=1, by="colleague")

    assert (first.version, second.version) == (1, 2)
    assert second.file_mark == mark_of(an_answer_body())
    assert _history(database) == [(2, "published", "Second"), (1, "published", "First")]
    assert _audit(database) == [
        ("officer", "content_published", "answer:visits:1"),
        ("colleague", "content_published", "answer:visits:2"),
    ]


def test_who_started_from_an_older_version_is_told_and_nothing_is_stored(database: Database) -> None:
    _publish(database, "First")
    theirs = _publish(database, "Theirs", based_on=1, by="colleague")

    with pytest.raises(Overtaken) as told:
        _publish(database, "Mine", based_on=1)

    assert told.value.newest == theirs
    assert len(_history(database)) == 2
    assert len(_audit(database)) == 2


def test_the_same_form_sent_twice_is_one_edition(database: Database) -> None:
    first = _publish(database, "Here")

    again = _publish(database, "Here")

    assert again == first
    assert len(_history(database)) == len(_audit(database)) == 1


def test_a_text_that_is_as_it_was_makes_no_version(database: Database) -> None:
    with pytest.raises(NothingChanged):
        _publish(database, "Visits")
    _publish(database, "Here")

    with pytest.raises(NothingChanged):
        _publish(database, "Here", based_on=1)

    assert len(_history(database)) == 1


def test_what_the_files_would_refuse_is_not_stored(database: Database) -> None:
    with pytest.raises(Refused):
        _publish(database, "<b>Visits</b>")

    assert _history(database) == []


def test_a_draft_counts_for_nobody_and_stops_nobody(database: Database) -> None:
    _draft(database, "Not yet")
    again = _draft(database, "Not yet")
    published = _publish(database, "Here", by="colleague")

    assert (again.version, published.version) == (1, 2)
    with database.reading() as work:
        assert work.editions.newest(VISITS) == published
        assert work.editions.drafts(PRISON) == []


def test_the_latest_draft_waits_until_something_is_published(database: Database) -> None:
    _draft(database, "One")
    second = _draft(database, "Two", by="colleague")

    with database.reading() as work:
        assert work.editions.drafts(PRISON) == [second]
        assert work.editions.newest_of_all(PRISON) == []


def test_going_back_publishes_an_earlier_version_anew(database: Database) -> None:
    _publish(database, "First")
    _publish(database, "Second", based_on=1)

    back = _go_back(database, to=1, based_on=2)
    again = _go_back(database, to=1, based_on=2)

    assert again == back
    assert (back.version, back.restores, (back.body or {})["title"]) == (3, 1, "First")
    assert len(_history(database)) == 3
    assert _audit(database)[-1] == ("officer", "content_went_back", "answer:visits:3")


def test_going_back_to_the_files_own_text_withdraws(database: Database) -> None:
    _publish(database, "First")

    gone = _go_back(database, to=0, based_on=1)

    assert (gone.state, gone.body, gone.restores) == (EditionState.WITHDRAWN, None, 0)
    with database.reading() as work:
        assert work.editions.newest(VISITS) == gone
    assert _publish(database, "Anew", based_on=2).version == 3


def test_nobody_goes_back_over_what_a_colleague_published_meanwhile(database: Database) -> None:
    _publish(database, "First")
    _publish(database, "Second", based_on=1)
    theirs = _publish(database, "Third", based_on=2, by="colleague")

    with pytest.raises(Overtaken) as told:
        _go_back(database, to=1, based_on=2)

    assert told.value.newest == theirs


@pytest.mark.parametrize("to", [2, 3, 99, -1])
def test_there_is_no_way_back_to_a_draft_or_to_what_never_was(database: Database, to: int) -> None:
    _publish(database, "First")
    _draft(database, "Not yet", based_on=1)
    _publish(database, "Third", based_on=1)
    _go_back(database, to=0, based_on=3)

    with pytest.raises(UnknownVersion):
        _go_back(database, to=4 if to == 3 else to, based_on=4)


def test_what_was_never_edited_has_no_way_back(database: Database) -> None:
    with pytest.raises(UnknownVersion):
        _go_back(database, to=0, based_on=0)


def test_each_piece_and_each_prison_counts_for_itself(database: Database) -> None:
    _publish(database, "Here")
    dentist = _publish(database, "Teeth", piece=DENTIST)
    elsewhere = an_edition(prison_id="elsewhere", body=an_answer_body(title="Elsewhere"))
    with database.writing() as work:
        work.editions.add(elsewhere)

    with database.reading() as work:
        here = work.editions.newest_of_all(PRISON)
        there = work.editions.newest_of_all("elsewhere")
    assert [(edition.kind.value, edition.key, edition.version) for edition in here] == [
        ("answer", "visits", 1),
        ("service", "dentist", 1),
    ]
    assert dentist in here
    assert there == [elsewhere]


def test_the_pulse_changes_with_every_edition_of_the_prison_and_with_no_other(database: Database) -> None:
    pulses = []
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: _publish(database, "Here"),
        lambda: _draft(database, "Not yet", based_on=1),
        lambda: _go_back(database, to=0, based_on=1),
    ]
    for step in steps:
        step()
        with database.reading() as work:
            pulses.append(work.editions.pulse(PRISON))
    with database.writing() as work:
        work.editions.add(an_edition(prison_id="elsewhere"))
    with database.reading() as work:
        after = work.editions.pulse(PRISON)

    assert len(set(pulses)) == len(steps)
    assert after == pulses[-1]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0, "based_on": 0},
        {"version": 2, "based_on": 2},
        {"version": 2, "based_on": -1},
        {"kind": "message"},
        {"state": "gone"},
        {"body": None},
        {"state": EditionState.WITHDRAWN},
        {"state": EditionState.REMOVED, "body": None},
        {"staff_id": "nobody"},
    ],
    ids=[
        *("no version", "based on itself", "based on nothing", "no such kind", "no such state"),
        *("published and empty", "withdrawn and not empty", "removed and empty", "by nobody"),
    ],
)
def test_the_database_refuses_what_no_edition_is(database: Database, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), database.writing() as work:
        work.editions.add(replace(an_edition(), **changes))  # type: ignore[arg-type]


def test_a_sentence_of_the_prisons_own_is_published_taken_away_and_gone_back_to(database: Database) -> None:
    piece, made = Piece(PRISON, ContentKind.LOCAL, "visits"), rules(local={"visits": "Here: ask."})
    with database.writing() as work:
        service.publish(work, made, Proposal(piece, {"text": "Here: book."}, 0), "officer", now=NOW)
        service.remove(work, made, piece, 1, "officer", now=NOW)
        back = service.go_back(work, made, piece, 0, 2, "officer", now=NOW)

    with database.reading() as work:
        stored = work.editions.history(piece)
    assert stored[0] == back
    assert [each.body for each in stored] == [None, {"text": "Here: book."}, {"text": "Here: book."}]


def test_the_database_refuses_a_version_that_is_there_already(database: Database) -> None:
    with database.writing() as work:
        work.editions.add(an_edition())

    with pytest.raises(IntegrityError), database.writing() as work:
        work.editions.add(an_edition(id="another", body=an_answer_body(title="Another")))

    assert _history(database) == [(1, "published", "Visits here")]


# -- services that staff add and take away


def _add(
    database: Database, title: str = "Eye tests", by: str = "officer", step: object = service.publish
) -> Edition:
    with database.writing() as work:
        return adding.add(work, rules(), a_service_body(title=title), by, step, now=NOW)  # type: ignore[arg-type]


def _remove(database: Database, based_on: int = 0, by: str = "officer", piece: Piece = DENTIST) -> Edition:
    with database.writing() as work:
        return service.remove(work, rules(), piece, based_on, by, now=LATER)


def _numbers(database: Database, piece: Piece) -> list[tuple[int, str]]:
    with database.reading() as work:
        return [(edition.version, edition.state.value) for edition in work.editions.history(piece)]


def test_a_service_that_no_file_has_is_added_under_an_id_of_its_own(database: Database) -> None:
    first, taken, again = _add(database), _add(database, "Dentist"), _add(database, by="colleague")

    assert [each.key for each in (first, taken, again)] == ["eye_tests", "dentist_2", "eye_tests_2"]
    assert (first.version, first.file_mark, (first.body or {})["title"]) == (1, "", "Eye tests")
    assert _audit(database)[0] == ("officer", "content_added", "service:eye_tests:1")


def test_the_form_of_a_new_service_sent_twice_is_one_and_a_draft_of_it_is_that_one(
    database: Database,
) -> None:
    draft = _add(database, step=service.keep_draft)
    first, again = _add(database), _add(database)

    assert [draft.version, first.version, again.version] == [1, 2, 2]
    assert {draft.key, first.key, again.key} == {"eye_tests"}


def test_of_those_who_add_the_same_title_at_once_each_has_an_id_of_its_own(database: Database) -> None:
    people = [f"officer_{number}" for number in range(4)]
    with database.writing() as work:
        for name in people:
            work.staff.add(a_staff_member(name))

    results = _at_once([lambda who=who: _add(database, by=who) for who in people])  # type: ignore[misc]

    keys = sorted(result.key for result in results if isinstance(result, Edition))
    assert keys == ["eye_tests", "eye_tests_2", "eye_tests_3", "eye_tests_4"]


def test_a_removal_keeps_the_text_and_can_be_gone_back_from(database: Database) -> None:
    _publish(database, "Teeth", piece=DENTIST)
    gone = _remove(database, based_on=1)
    again = _remove(database, based_on=1)

    assert again == gone
    assert (gone.state, (gone.body or {})["title"], gone.published) == (EditionState.REMOVED, "Teeth", None)
    assert _audit(database)[-1] == ("officer", "content_removed", "service:dentist:2")
    with database.writing() as work:
        back = service.go_back(work, rules(), DENTIST, 1, 2, "officer", now=LATER)
    assert (back.state, (back.body or {})["title"]) == (EditionState.PUBLISHED, "Teeth")
    _remove(database, based_on=3)
    with database.writing() as work:
        file = service.go_back(work, rules(), DENTIST, 0, 4, "officer", now=LATER)
    assert file.state is EditionState.WITHDRAWN


def test_the_same_text_published_after_a_removal_is_an_edition(database: Database) -> None:
    _remove(database)

    back = _publish(database, "Dentist", based_on=1, piece=DENTIST)

    assert _numbers(database, DENTIST) == [(2, "published"), (1, "removed")]
    assert back.published == a_service_body()


def test_what_nobody_sees_cannot_be_taken_away(database: Database) -> None:
    _remove(database)
    eyes = Piece(PRISON, DENTIST.kind, "eye_tests")

    for piece, based_on, by in ((DENTIST, 1, "officer"), (eyes, 0, "officer")):
        with pytest.raises(UnknownVersion):
            _remove(database, based_on, by, piece)
    with pytest.raises(Overtaken):
        _remove(database, by="colleague")


def test_who_starts_from_before_a_removal_is_told(database: Database) -> None:
    gone = _remove(database, by="colleague")

    with pytest.raises(Overtaken) as told:
        _publish(database, "Mine", piece=DENTIST)

    assert told.value.newest == gone


def test_there_is_no_way_back_to_a_removal_nor_to_a_file_that_never_was(database: Database) -> None:
    added = _add(database)
    _remove(database, based_on=1, piece=added.piece)

    for to in (0, 2):
        with pytest.raises(UnknownVersion), database.writing() as work:
            service.go_back(work, rules(), added.piece, to, 2, "officer", now=LATER)


def test_of_a_removal_and_a_publication_at_once_one_is_told_of_the_other(database: Database) -> None:
    results = _at_once(
        [lambda: _remove(database), lambda: _publish(database, "Mine", by="colleague", piece=DENTIST)]
    )

    (winner,) = (result for result in results if isinstance(result, Edition))
    (loser,) = (result for result in results if not isinstance(result, Edition))
    assert isinstance(loser, Overtaken)
    assert loser.newest == winner


def _at_once(jobs: list[Callable[[], Edition]]) -> list[Edition | Exception]:
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Edition]) -> Edition | Exception:
        gate.wait()
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - what it was is for the test to judge
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_two_who_publish_at_once_one_has_it_and_the_other_is_told_by_whom(database: Database) -> None:
    for round_ in range(5):
        results = _at_once(
            [
                lambda: _publish(database, f"Mine {round_}", based_on=round_),  # noqa: B023 - ends in this round
                lambda: _publish(database, f"Theirs {round_}", based_on=round_, by="colleague"),  # noqa: B023
            ]
        )

        (winner,) = (result for result in results if isinstance(result, Edition))
        (loser,) = (result for result in results if not isinstance(result, Edition))
        assert isinstance(loser, Overtaken)
        assert loser.newest == winner
        assert winner.version == round_ + 1


def test_drafts_and_a_publication_at_once_are_all_kept(database: Database) -> None:
    results = _at_once(
        [
            lambda: _draft(database, "One"),
            lambda: _draft(database, "Two", by="colleague"),
            lambda: _publish(database, "Here"),
            lambda: _draft(database, "Three"),
        ]
    )

    assert Counter(type(result) for result in results) == {Edition: 4}
    assert [version for version, _, _ in _history(database)] == [4, 3, 2, 1]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_writer_waits_for_one_who_has_the_number_but_has_not_committed(database: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as work:
            published = service.publish(
                work, rules(), Proposal(VISITS, an_answer_body(title="Mine"), 0), "officer", now=NOW
            )
            other = pool.submit(_publish, database, "Theirs", 0, "colleague")
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)

        error = other.exception(timeout=10)

    assert isinstance(error, Overtaken)
    assert error.newest == published


@pytest.mark.parametrize("backend", ["postgresql"])
def test_nobody_publishes_between_what_a_colleague_read_and_what_he_stores(database: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as work:
            work.editions.lock(VISITS)
            other = pool.submit(_publish, database, "Theirs", 0, "colleague")
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)
            mine = service.publish(
                work, rules(), Proposal(VISITS, an_answer_body(title="Mine"), 0), "officer", now=NOW
            )

        error = other.exception(timeout=10)

    assert isinstance(error, Overtaken)
    assert error.newest == mine
