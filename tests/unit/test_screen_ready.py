"""The first message after a start is read as quickly as any other."""

from pathlib import Path

import pytest

from bot import bootstrap
from bot.nlu import build_screen as building
from bot.nlu import encoder
from bot.safety.screen import Screen
from bot.safety_content import load_phrases
from bot.settings import load_settings

CONTENT = Path(__file__).parents[2] / "content"


def test_what_is_made_at_first_use_is_made_before_anybody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = load_phrases(CONTENT)
    monkeypatch.setattr(encoder, "shared", lambda place, threads: None)
    monkeypatch.setattr(building, "build_screen", lambda *given: Screen(phrases, None, lambda text: "en"))
    made_later = {"_places", "_starting"}
    assert not made_later & set(vars(phrases))

    bootstrap.build_judge(load_settings())

    assert made_later <= set(vars(phrases))
