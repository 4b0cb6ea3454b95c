"""The command that makes the first account of a prison."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.people import accounts
from bot.people.throttle import Gate
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import NOW


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    address = f"sqlite:///{tmp_path / 'signpost.db'}"
    monkeypatch.setenv("SIGNPOST_DATABASE_URL", address)
    made = Database(address)
    upgrade(made.engine)
    return made


def test_it_makes_an_administrator_and_prints_the_code_for_the_password(database: Database) -> None:
    done = CliRunner().invoke(app, ["add-staff", "Kit.Marsh", "--name", "Kit Marsh"])

    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", done.stdout)
    assert done.exit_code == 0
    assert code is not None
    with database.writing() as work:
        gate = Gate.of("oakmoor", "kit.marsh", "")
        found = accounts.owner_of_code(work, "oakmoor", "kit.marsh", code[0], gate, now=NOW)
    assert found is not None
    assert [role.value for role in found.roles] == ["admin"]
    assert found.password_hash == ""


def test_it_marks_an_emergency_account(database: Database) -> None:
    CliRunner().invoke(app, ["add-staff", "kit", "--name", "Kit", "--role", "orderly", "--emergency"])

    with database.reading() as work:
        staff = work.staff.find_by_username("oakmoor", "kit")
        assert staff is not None
        assert work.locks.look(staff.id).emergency


@pytest.mark.parametrize(("username", "words"), [("kit", "already"), ("k", "cannot be used")])
def test_what_cannot_be_is_said_in_a_sentence(database: Database, username: str, words: str) -> None:
    CliRunner().invoke(app, ["add-staff", "kit", "--name", "Kit"])

    again = CliRunner().invoke(app, ["add-staff", username, "--name", "Kit"])

    assert again.exit_code == 1
    assert words in again.output
