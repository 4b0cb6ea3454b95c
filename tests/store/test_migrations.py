"""Migrations: up, down and up again with rows in every table, and the same shape as the code."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from bot.log_checking import check_logs
from bot.people import hard_days, hold
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.model import Person
from bot.safety.record import GENESIS
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.migrate import downgrade, upgrade
from bot.store.tables import metadata
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.chain import head, verify, walk
from tests.support.filling import fill_every_table


def _tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names()) - {"alembic_version"}


def _counts(database: Database) -> dict[str, int]:
    with database.session() as session:
        tables = metadata.sorted_tables
        return {t.name: session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}


def test_up_down_with_rows_in_every_table_and_up_again(empty: Database) -> None:
    upgrade(empty.engine)
    fill_every_table(empty)
    assert all(_counts(empty).values()), _counts(empty)

    downgrade(empty.engine, "base")
    after_down = _tables(empty)
    upgrade(empty.engine)

    assert after_down == set()
    assert _tables(empty) == set(metadata.tables)
    assert {name: count for name, count in _counts(empty).items() if count} == {
        "audit_head": 1,
        "chain_head": 1,
    }
    fill_every_table(empty)
    with empty.reading() as work:
        assert verify(walk(work), head(work)) == 3


def test_rows_of_the_audit_that_were_there_stand_under_the_first_entry_of_the_chain(
    empty: Database,
) -> None:
    upgrade(empty.engine, "0015")
    old = (
        "INSERT INTO audit (prison_id, staff_id, action, ref, at) "
        "VALUES ('oakmoor', 'o', :action, 'żółć', :at)"
    )
    with empty.writing() as work:
        for action in ("signed_in", "alert_viewed"):
            work.session.execute(sa.text(old), {"action": action, "at": "2026-01-05 10:00:00.000000"})

    upgrade(empty.engine, "0016")
    with empty.writing() as work:
        work.audit.put("oakmoor", "o", "signed_out", "", NOW)
    whole = check_logs(empty, {})
    with empty.writing() as work:
        _take_guards_away(work.session, empty.engine.dialect.name)
        work.session.execute(sa.text("UPDATE audit SET ref = 'other' WHERE action = 'signed_in'"))
    changed = check_logs(empty, {})

    assert whole.broken == []
    assert (whole.reports[1].entries, whole.reports[1].before_the_chain) == (2, 2)
    assert [(each.chain, each.number) for each in changed.broken] == [("audit", 1)]


def _take_guards_away(session: Session, dialect: str) -> None:
    on_sqlite = dialect == "sqlite"
    guard = "DROP TRIGGER audit_no_update" if on_sqlite else "DROP TRIGGER audit_no_change ON audit"
    session.execute(sa.text(guard))


def test_each_step_goes_down_and_up_by_itself(empty: Database) -> None:
    revisions = [script.revision for script in _scripts().walk_revisions()]
    upgrade(empty.engine)
    fill_every_table(empty)

    for revision in revisions:
        upgrade(empty.engine, revision)
        downgrade(empty.engine, "-1")

    assert _tables(empty) == set()


def test_the_way_back_is_refused_while_a_hold_keeps_what_somebody_removed(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        work.staff.add(replace(a_staff_member(), id="other", username="other"))
        held = hold.place(work, PRISON, sam.number, "An inquest", "officer", now=NOW)
        today = NOW.date()
        hard_days.mark(work, sam.id, DayKind.COURT, today, MarkedBy.PERSON, today=today, now=NOW)
        (day,) = work.marked_days.all_of(sam.id)
        assert work.marked_days.remove(sam.id, day.id, MarkedBy.PERSON, NOW)
    before = _counts(database)

    with pytest.raises(RuntimeError, match="kept by a legal hold"):
        downgrade(database.engine, "0020")

    assert _counts(database) == before
    with database.writing() as work:
        hold.lift(work, held.id, "Over", "other", prison_id=PRISON, now=NOW)
    downgrade(database.engine, "0020")
    assert "removed_at" not in {
        each["name"] for each in sa.inspect(database.engine).get_columns("marked_day")
    }


def test_an_upgrade_of_what_is_newest_changes_nothing(database: Database) -> None:
    fill_every_table(database)
    before = _counts(database)

    upgrade(database.engine)

    assert _counts(database) == before


def test_the_schema_is_the_one_in_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, metadata)

    assert differences == []


def test_the_checks_in_the_schema_are_those_in_the_code(database: Database) -> None:
    inspector = sa.inspect(database.engine)

    for table in metadata.sorted_tables:
        coded = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert stored == coded, table.name


def test_the_chain_begins_with_its_first_head(database: Database) -> None:
    with database.reading() as work:
        assert head(work) == GENESIS
        assert verify(walk(work), head(work)) == 0


def test_there_is_one_newest_migration() -> None:
    assert len(_scripts().get_heads()) == 1


def test_migrations_are_numbered_in_their_order() -> None:
    revisions = [script.revision for script in reversed(list(_scripts().walk_revisions()))]

    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "store" / "migrations"))
    return ScriptDirectory.from_config(config)
