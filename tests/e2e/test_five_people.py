"""The walk of docs/walk.md goes to its end, on the apps as they are shipped, in a real browser.

Without Rasa and the trained screen, for which a test has no time: `python -m tests.e2e.screenshots` walks the
same on the whole product, and takes the pictures.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.bootstrap import Product, build
from bot.demo import seed
from bot.safety.message import Button
from bot.settings import Settings
from bot.store.migrate import upgrade
from bot.web.assistant import Said
from bot.web.desk.app import create_app as create_desk
from bot.web.tablet.app import create_app as create_tablet
from bot.worker import Worker
from tests.e2e.album import Album
from tests.e2e.conftest import Running
from tests.e2e.five_people import walk
from tests.support.desk import START as MORNING
from tests.support.desk import serving
from tests.support.tablet_app import FakeAssistant, FakeJudge, PlainHasher

pytestmark = pytest.mark.alone

_ANSWER = Said(
    "Visits are booked a week ahead.",
    (Button("Where?", '/ask_visits{"part": "where"}'), Button("Who?", '/ask_visits{"part": "who"}')),
)


def made(folder: Path) -> Product:
    """As `signpost run` prepares it: the demonstration prison with its people, on a Monday morning."""
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None,
        secret_key="s" * 40,
        rasa_token="t" * 40,
        database_url=f"sqlite:///{folder / 'signpost.db'}",
        var_dir=folder,
    )
    ahead = MORNING - datetime.now(UTC)
    product = replace(build(settings, now=lambda: datetime.now(UTC) + ahead), hasher=PlainHasher())
    upgrade(product.database.engine)
    assert seed(product)
    return product


@contextmanager
def ticking(product: Product) -> Iterator[None]:
    worker, stop = Worker(product), threading.Event()

    def run() -> None:
        while not stop.wait(0.3):
            worker.tick()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=10)


def test_five_people_walk_from_asking_to_somebody_came(browser: Browser, tmp_path: Path) -> None:
    product = made(tmp_path)
    album = Album(tmp_path / "docs", tmp_path / "others")
    album.docs.mkdir()
    album.others.mkdir()
    tablet_app = create_tablet(product, FakeJudge(), FakeAssistant((_ANSWER,)))

    with ticking(product), serving(tablet_app) as tablet, serving(create_desk(product)) as desk:
        walk(browser, Running(None, tablet, desk, tmp_path, ""), album, everything=False)  # type: ignore[arg-type]

    assert {path.stem for path in album.docs.glob("*.png")} >= {
        "chat",
        "requests",
        "supporter",
        "danger",
        "board",
    }
