"""Rasa's danger component: danger outweighs any intent, and a doubt goes upwards."""

import logging
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.screen_component import DangerScreen
from bot.safety.model import Level, Risk, Verdict
from tests.nlu.fakes import FakeScreen

CALM = Verdict(Level.NONE, (), (), "en", "1")
DANGER = Verdict(Level.EMERGENCY, (Risk.SUICIDE, Risk.SELF_HARM), (), "en", "1")
RANKING = [{"name": "ask_visits", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}]


def a_message(metadata: object = None) -> Message:
    data = {TEXT: "some words", INTENT: RANKING[0], INTENT_RANKING_KEY: RANKING, "metadata": metadata}
    return Message(dict(data))


def screened(message: Message, screen: FakeScreen) -> Message:
    (result,) = DangerScreen(lambda: screen).process([message])
    return result


def entities(message: Message) -> dict[str, str]:
    return {entity["entity"]: entity["value"] for entity in message.get(ENTITIES, [])}


def test_danger_becomes_the_intent_and_the_models_ranking_stands_after_it() -> None:
    message = screened(a_message(), FakeScreen(DANGER))

    assert message.get(INTENT) == {"name": "danger", "confidence": 1.0}
    assert message.get(INTENT_RANKING_KEY) == [{"name": "danger", "confidence": 1.0}, *RANKING]


def test_level_and_gravest_risk_are_entities_beside_those_already_found() -> None:
    message = a_message()
    message.set(ENTITIES, [{"entity": "day", "value": "sunday"}])

    screened(message, FakeScreen(DANGER))

    assert entities(message) == {"day": "sunday", "danger_level": "emergency", "danger_risk": "suicide"}


def test_what_it_found_is_in_what_rasa_hands_on() -> None:
    handed_on = screened(a_message(), FakeScreen(DANGER)).as_dict(only_output_properties=True)

    assert handed_on[INTENT]["name"] == "danger"
    assert len(handed_on[ENTITIES]) == 2


def test_without_danger_nothing_changes() -> None:
    message = screened(a_message(), FakeScreen(CALM))

    assert message.get(INTENT) == RANKING[0]
    assert message.get(INTENT_RANKING_KEY) == RANKING
    assert message.get(ENTITIES) is None


@pytest.mark.parametrize("level", [level for level in Level if level > Level.NONE])
def test_every_level_above_none_is_danger(level: Level) -> None:
    message = screened(a_message(), FakeScreen(Verdict(level, (), (), "en", "1")))

    assert message.get(INTENT)["name"] == "danger"
    assert entities(message) == {"danger_level": level.value}


def test_the_verdict_of_the_front_door_is_believed_and_the_screen_not_asked() -> None:
    screen = FakeScreen(CALM)

    message = screened(a_message({"verdict": DANGER.to_json()}), screen)

    assert entities(message)["danger_level"] == "emergency"
    assert screen.asked == []


def test_the_front_doors_all_clear_is_believed_too() -> None:
    message = screened(a_message({"verdict": CALM.to_json()}), FakeScreen(DANGER))

    assert message.get(INTENT) == RANKING[0]


@pytest.mark.parametrize(
    "metadata", [None, {}, "text", {"verdict": None}, {"verdict": {"level": "calm"}}, {"verdict": [1]}]
)
def test_without_a_verdict_that_can_be_read_the_screen_is_asked(metadata: object) -> None:
    screen = FakeScreen(DANGER)

    message = screened(a_message(metadata), screen)

    assert screen.asked == ["some words"]
    assert message.get(INTENT)["name"] == "danger"


def test_if_the_screen_fails_the_message_is_urgent_and_the_log_holds_no_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        message = screened(a_message(), FakeScreen(RuntimeError("some words")))

    assert entities(message) == {"danger_level": "urgent"}
    assert "danger_screen.failed RuntimeError" in caplog.text
    assert "some words" not in caplog.text


def test_if_the_screen_cannot_be_made_the_message_is_urgent(tmp_path: Path) -> None:
    folders = {key: str(tmp_path / key) for key in ("content_dir", "screen_dir", "encoder_dir")}
    config = {**DangerScreen.get_default_config(), **folders}
    context = ExecutionContext(GraphSchema({}), node_name="screen")
    storage = LocalModelStorage.create(tmp_path / "storage")
    screen = DangerScreen.load(config, storage, Resource("screen"), context)

    (message,) = screen.process([a_message()])

    assert entities(message) == {"danger_level": "urgent"}


@pytest.mark.parametrize("key", ["content_dir", "screen_dir", "encoder_dir"])
def test_a_wrong_setting_is_refused(key: str) -> None:
    config: dict[str, Any] = {**DangerScreen.get_default_config(), key: 7}

    with pytest.raises(InvalidConfigException):
        DangerScreen.validate_config(config)
