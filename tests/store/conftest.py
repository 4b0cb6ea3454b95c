"""A fresh database for each test, once on SQLite and once on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.people.model import Person
from bot.store.database import Database
from tests.support.builders import SEALER
from tests.support.filling import add_people
from tests.support.postgres import a_database, migrate


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def empty(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database in which nothing is yet, not even a table."""
    with _made(backend, request, "template1", tmp_path / "empty.db") as url:
        database = Database(url, SEALER)
        yield database
        database.close()


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "signpost.db")
    template = request.getfixturevalue("postgres_template") if backend == "postgresql" else ""
    with _made(backend, request, template, tmp_path / "signpost.db") as url:
        yield url


@contextmanager
def _made(backend: str, request: pytest.FixtureRequest, template: str, file: Path) -> Iterator[str]:
    if backend == "sqlite":
        yield f"sqlite:///{file}"
        return
    with a_database(request.getfixturevalue("postgres"), template) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, SEALER)
    yield opened
    opened.close()


@pytest.fixture
def sam(database: Database) -> Person:
    """Sam, in a database with people."""
    return add_people(database)
