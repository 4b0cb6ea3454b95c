"""A certificate, words and a notice for the tests of what leaves the house."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content import load_texts
from bot.notices.letter import Writer
from bot.notices.model import Outgoing
from bot.settings import ROOT
from tests.support.builders import NOW, PRISON
from tests.support.outside import make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def writer() -> Writer:
    texts = load_texts(ROOT / "content" / "desk")
    return Writer(texts, "HMP Oakmoor", ZoneInfo("Europe/London"), "https://desk.oakmoor.test")


@pytest.fixture
def outgoing() -> Outgoing:
    facts = {"level": "emergency", "entry": "noticed"}
    return Outgoing(7, 1, "alert", PRISON, "a1b2", NOW, facts, level="emergency", role="wing")
