"""`signpost seal-again` and `signpost migrate`, as an operator types them."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.store.database import Database
from bot.store.sealed import Sealer
from tests.store.test_copied_file import TYPED, every_byte, type_everything

OLD, NEW, SECRET = "old key " * 5, "new key " * 5, "secret!!" * 5


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "store" / "signpost.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    for name, value in {
        "DATABASE_URL": f"sqlite:///{path}",
        "VAR_DIR": str(tmp_path / "var"),
        "SEAL_KEYS": OLD,
        "SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"SIGNPOST_{name}", value)
    return path


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_after_it_the_new_key_alone_opens_everything(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{file}", Sealer.of(OLD, marks_by=SECRET))
    type_everything(database)
    database.close()
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", f"{NEW},{OLD}")

    done = typed("seal-again")

    assert done.exit_code == 0, done.output
    assert "message: 3 rows, 3 sealed again, 0 for the first time, 0 not opened" in done.output
    assert "All words are under the first key." in done.output
    assert not any(word in done.output for word in TYPED.values())
    with Database(f"sqlite:///{file}", Sealer.of(NEW, marks_by=SECRET)).reading() as work:
        assert {message.text for message in work.messages.latest("sam")} >= {TYPED["message"], TYPED["reply"]}


def test_without_the_old_key_it_says_so_and_fails(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{file}", Sealer.of(OLD, marks_by=SECRET))
    type_everything(database)
    database.close()
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", NEW)

    done = typed("seal-again")

    assert done.exit_code == 1
    assert "Put it back." in done.output


def test_migrate_seals_what_an_older_version_stored(file: Path) -> None:
    database = Database(f"sqlite:///{file}", Sealer.of(OLD, marks_by=SECRET))
    type_everything(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE message SET text = 'capybara'")
    database.close()

    done = typed("migrate")

    assert done.exit_code == 0, done.output
    assert "rows of words were sealed" in done.output
    assert b"capybara" not in every_byte(file.parent)
