"""The command that writes what was published at the desk back as files."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot.answers import load_answers
from bot.cli import app
from bot.editions.bodies import body_of
from bot.editions.model import mark_of
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.taxonomy import load_taxonomy
from tests.support.builders import SEALER, a_staff_member
from tests.support.editions import an_edition

TOPICS = load_taxonomy(ROOT / "content").topics


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The settings of the command come from the environment, as they do in the prison."""
    address = f"sqlite:///{tmp_path / 'signpost.db'}"
    monkeypatch.setenv("SIGNPOST_DATABASE_URL", address)
    made = Database(address, SEALER)
    upgrade(made.engine)
    body = body_of(load_answers(ROOT / "content" / "answers", TOPICS).get("visits"))
    with made.writing() as work:
        work.staff.add(a_staff_member())
        work.editions.add(an_edition(body={**body, "title": "Visits here"}, file_mark=mark_of(body)))
    return made


def test_it_writes_what_was_published_and_says_where(database: Database, tmp_path: Path) -> None:
    out = tmp_path / "out"

    done = CliRunner().invoke(app, ["export-content", "--out", str(out)])

    assert (done.exit_code, done.stdout) == (0, f"1 files written to {out}.\n")
    assert "title: Visits here" in (out / "answers" / "en" / "visits.yml").read_text("utf-8")
    with database.reading() as work:
        assert work.session.execute(sa.text("SELECT action, ref FROM audit")).all() == [
            ("content_exported", "1")
        ]


def test_it_does_not_write_over_a_file_that_somebody_changed(database: Database, tmp_path: Path) -> None:
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    file = content / "answers" / "en" / "visits.yml"
    file.write_text(file.read_text("utf-8").replace("title: Visits", "title: Newer"), "utf-8")

    refused = CliRunner().invoke(app, ["export-content", "--out", str(content)])
    kept = file.read_text("utf-8")
    forced = CliRunner().invoke(app, ["export-content", "--out", str(content), "--force"])

    assert refused.exit_code == 1
    assert "answers/en/visits.yml" in refused.stderr
    assert "--force" in refused.stderr
    assert "title: Newer" in kept
    assert forced.exit_code == 0
    assert "title: Visits here" in file.read_text("utf-8")
