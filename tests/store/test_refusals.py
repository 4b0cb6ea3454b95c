"""What the database itself refuses, whatever the code above it does."""

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.queue.model import OPEN, Kind, State
from bot.store.database import Database
from bot.store.tables import metadata
from tests.support.builders import NOW, a_person, a_request
from tests.support.chain import walk
from tests.support.filling import fill_every_table


@pytest.fixture
def filled(database: Database) -> Database:
    fill_every_table(database)
    return database


def _run(database: Database, statement: str) -> None:
    with database.writing() as work:
        work.session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE safety_entry SET body = '{}' WHERE seq = 1",
        "UPDATE safety_entry SET actor_id = 'other'",
        "DELETE FROM safety_entry WHERE seq = 1",
        "DELETE FROM safety_entry",
    ],
)
def test_an_entry_of_the_safety_log_is_never_changed(filled: Database, statement: str) -> None:
    with filled.reading() as work:
        before = list(walk(work))

    with pytest.raises(DBAPIError, match="append-only"):
        _run(filled, statement)

    with filled.reading() as work:
        assert list(walk(work)) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET ref = 'other'",
        "DELETE FROM audit WHERE seq = 1",
        "UPDATE signed_head SET signature = 'other'",
        "DELETE FROM signed_head",
        "UPDATE safety_words SET name = 'other'",
        "UPDATE audit_words SET entry_id = 'other'",
    ],
)
def test_the_audit_signed_heads_and_whose_words_they_are_never_change(
    filled: Database, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        _run(filled, statement)


def test_words_may_be_sealed_anew_and_taken_away(filled: Database) -> None:
    _run(filled, "UPDATE safety_words SET sealed = 'anew'")
    _run(filled, "DELETE FROM safety_words")
    _run(filled, "DELETE FROM audit_words")


def test_the_safety_log_is_never_emptied(filled: Database, backend: str) -> None:
    # SQLite has no such statement; there it is a deletion like any other.
    statement = (
        "TRUNCATE safety_entry CASCADE" if backend == "postgresql" else "DELETE FROM safety_entry WHERE true"
    )

    with pytest.raises(DBAPIError, match="append-only"):
        _run(filled, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE supporter SET load_cap = -1",
        "UPDATE supporter SET on_duty = true WHERE suspended_at IS NOT NULL",
        "UPDATE safety_record SET level = 'none'",
        "UPDATE safety_record SET level = 'high'",
        "UPDATE safety_record SET state = 'closed'",
        "UPDATE request SET kind = 'friend'",
        "UPDATE request SET state = 'lost'",
        "UPDATE request SET record_id = (SELECT id FROM safety_record) WHERE kind = 'listener'",
        "UPDATE request SET person_id = 'nobody'",
        "UPDATE request SET supporter_id = 'nobody'",
        "UPDATE message SET record_id = 'nothing'",
        "UPDATE person SET first_name = NULL",
        "DELETE FROM person WHERE id = 'sam'",
        "DELETE FROM safety_record",
        "INSERT INTO chain_head (id, hash) VALUES (2, 'x')",
        "INSERT INTO chain_head (id, hash) VALUES (1, 'x')",
    ],
)
def test_a_rule_that_matters_is_kept_by_the_database(filled: Database, statement: str) -> None:
    with pytest.raises(IntegrityError):
        _run(filled, statement)


@pytest.mark.parametrize(
    ("table", "keep"),
    [
        ("person", {"prison_id", "number"}),
        ("staff", {"prison_id", "username"}),
        ("message", {"person_id", "form_key"}),
        ("device", {"token_hash"}),
        ("enrolment_code", {"code_hash"}),
        ("person_session", {"token_hash"}),
        ("staff_session", {"token_hash"}),
        ("safety_entry", {"previous"}),
        ("safety_entry", {"hash"}),
    ],
)
def test_no_twin_of_a_row_is_taken(filled: Database, table: str, keep: set[str]) -> None:
    """A copy of a row that differs in all that must be unique, except in `keep`."""
    shape = metadata.tables[table]
    unique = {"id", "token_hash", "code_hash", "previous", "hash", "form_key", "number", "username"} - keep
    with filled.reading() as work:
        row = dict(work.session.execute(sa.select(shape)).mappings().first() or {})
    row.pop("seq", None)
    twin = row | {name: "another" for name in unique if name in row}

    with pytest.raises(IntegrityError), filled.writing() as work:
        work.session.execute(sa.insert(shape), twin)


@pytest.mark.parametrize("state", sorted(OPEN))
@pytest.mark.parametrize("other", sorted(OPEN))
def test_a_person_has_one_open_request_of_a_kind(database: Database, state: State, other: State) -> None:
    with database.writing() as work:
        work.persons.add(a_person())
        work.requests.add(a_request(id="one", state=state))

    with pytest.raises(IntegrityError), database.writing() as work:
        work.requests.add(a_request(id="two", state=other))


def test_closed_requests_other_kinds_and_other_roles_stand_beside_an_open_one(database: Database) -> None:
    with database.writing() as work:
        work.persons.add(a_person())
        for number, state in enumerate(State):
            work.requests.add(a_request(id=f"of {number}", state=state, kind=_kind(state), role=state.value))
        for number in range(3):
            work.requests.add(a_request(id=f"done {number}", state=State.DONE))

    with database.reading() as work:
        assert len(work.requests.of_person("sam")) == len(State) + 3


def _kind(state: State) -> Kind:
    return Kind.PEER if state in OPEN else Kind.LISTENER


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - this is the mistake

    with pytest.raises(StatementError, match="without a zone"), database.writing() as work:
        work.persons.add(a_person(welcomed_at=naive))


def test_a_time_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    elsewhere = timezone(timedelta(hours=-5))
    at = (NOW + timedelta(microseconds=123456)).astimezone(elsewhere)
    with database.writing() as work:
        work.persons.add(a_person(welcomed_at=at))

    with database.reading() as work:
        person = work.persons.get("sam")

    assert person is not None
    assert person.welcomed_at == at
    assert person.welcomed_at.utcoffset() == timedelta(0)


def test_an_error_of_the_database_does_not_show_what_was_typed(filled: Database) -> None:
    with filled.reading() as work:
        message = work.messages.latest("sam")[0]

    with pytest.raises(IntegrityError) as refused, filled.writing() as work:
        work.messages.add(message)

    assert message.text not in str(refused.value)
