"""Rasa's way to the danger screen: danger in a message outweighs whatever else it says."""

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import encoder as encoding
from bot.nlu.places import place
from bot.nlu.source_hash import source_hash
from bot.safety import model as verdicts
from bot.safety.model import Level, Verdict

log = logging.getLogger(__name__)

DANGER_INTENT: Final = "danger"
LEVEL_ENTITY: Final = "danger_level"
RISK_ENTITY: Final = "danger_risk"
VERDICT_KEY: Final = "verdict"  # in a message's metadata: what the front door's screen said
_FOLDERS: Final = {"encoder_dir": "var/encoder", "content_dir": "content", "screen_dir": "var/screen"}
_FAILED: Final = Verdict(Level.URGENT, (), (), "en", "none", fault=True)


class Judge(Protocol):
    """The danger screen, as far as Rasa needs it."""

    def judge(self, text: str) -> Verdict: ...


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerScreen(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Stands last in the pipeline. Believes the front door's verdict; without one it asks the same screen.

    The screen is made when it is first asked: behind the front door that is never.
    If it fails, the message counts as urgent.
    """

    def __init__(self, make_screen: Callable[[], Judge]) -> None:
        self._make_screen = make_screen

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**_FOLDERS, "threads": 1}

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        folders = {key: place(config[key]) for key in _FOLDERS}
        return cls(functools.partial(_build, threads=config["threads"], **folders))

    @functools.cached_property
    def _screen(self) -> Judge:
        return self._make_screen()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            verdict = _sent(message.get("metadata")) or self._judge(message.get(TEXT) or "")
            if verdict.is_danger:
                _mark(message, verdict)
        return messages

    def _judge(self, text: str) -> Verdict:
        try:
            return self._screen.judge(text)
        except Exception as error:  # noqa: BLE001 - whatever broke, the doubt goes upwards
            log.error("danger_screen.failed %s", type(error).__name__)  # its text may hold the message
            return _FAILED

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException."""
        for key in _FOLDERS:
            if not isinstance(config.get(key, ""), str):
                raise InvalidConfigException(f"`{key}` is the path of a folder.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return source_hash(verdicts)


def _build(content_dir: Path, screen_dir: Path, encoder_dir: Path, threads: int) -> Judge:
    from bot.nlu.build_screen import build_screen

    return build_screen(content_dir, screen_dir, encoding.shared(encoder_dir, threads))


def _sent(metadata: object) -> Verdict | None:
    """The verdict that came with the message, or None where there is none or it cannot be read."""
    if not isinstance(metadata, dict) or VERDICT_KEY not in metadata:
        return None
    try:
        return Verdict.from_json(metadata[VERDICT_KEY])
    except (KeyError, TypeError, ValueError):
        return None


def _mark(message: Message, verdict: Verdict) -> None:
    danger = {"name": DANGER_INTENT, "confidence": 1.0}
    ranking = [danger, *message.get(INTENT_RANKING_KEY, [])]
    found = [(LEVEL_ENTITY, verdict.level.value), *((RISK_ENTITY, risk.value) for risk in verdict.risks[:1])]
    length = len(message.get(TEXT) or "")
    entities = [
        {"entity": name, "value": value, "start": 0, "end": length, "extractor": DangerScreen.__name__}
        for name, value in found
    ]
    message.set(INTENT, danger, add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
