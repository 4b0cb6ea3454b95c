"""What `signpost understand` says: the classifier's best, whatever the assistant would do first."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from bot.nlu.understand import ModelMissing, Understander

RANKING = [{"name": f"ask_{number}", "confidence": 0.5 - number / 20} for number in range(8)]


class FakeProcessor:
    """Parses every message into what it was given; keeps the texts."""

    def __init__(self, first: list[dict[str, Any]], needs: list[dict[str, Any]] | None = None) -> None:
        self._ranking = [*first, *RANKING]
        self._needs = needs
        self.parsed: list[str] = []

    async def parse_message(self, message: UserMessage) -> dict[str, Any]:
        self.parsed.append(message.text)
        return {
            "text": message.text,
            "intent": self._ranking[0],
            "intent_ranking": self._ranking,
            "needs": self._needs,
        }


def understood(text: str, *first: str) -> tuple[dict[str, Any], FakeProcessor]:
    processor = FakeProcessor([{"name": name, "confidence": 1.0} for name in first])
    return Understander(SimpleNamespace(processor=processor)).understand(text), processor


def test_a_line_has_the_best_intent_and_the_best_five() -> None:
    line, _ = understood("how do i book a visit")

    assert list(line) == ["text", "intent", "confidence", "ranking", "language"]
    assert (line["text"], line["intent"], line["confidence"]) == ("how do i book a visit", "ask_0", 0.5)
    assert [entry["intent"] for entry in line["ranking"]] == [f"ask_{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("first", "flags"),
    [
        (["nlu_fallback"], {"fallback"}),
        (["danger"], {"danger"}),
        (["danger", "nlu_fallback"], {"danger", "fallback"}),
    ],
)
def test_fallback_and_danger_are_said_beside_the_best_intent(first: list[str], flags: set[str]) -> None:
    line, _ = understood("some words", *first)

    assert line["intent"] == "ask_0"
    assert {name for name in ("danger", "fallback") if line.get(name)} == flags


@pytest.mark.parametrize("text", ["", "   ", "/", "\x00"])
def test_a_text_without_words_is_out_of_scope(text: str) -> None:
    line, _ = understood(text)

    assert (line["text"], line["intent"], line["confidence"]) == (text, "out_of_scope", 0.0)
    assert line["fallback"] is True


def test_what_looks_like_a_command_is_parsed_as_words() -> None:
    _, processor = understood("/deny")

    assert processor.parsed == ["deny"]


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Understander.load(tmp_path)


def test_several_needs_in_one_message_are_named() -> None:
    processor = FakeProcessor([], needs=[{"intent": "ask_visits"}, {"intent": "ask_money"}])

    line = Understander(SimpleNamespace(processor=processor)).understand("a visit and some money")

    assert line["needs"] == ["ask_visits", "ask_money"]
