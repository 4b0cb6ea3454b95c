"""Rasa's way to several needs in one message: its clauses go through the whole pipeline beside it.

Two components, one at the start and one after the classifiers. Between them Rasa hands a list of messages
from component to component: the splitter adds a message for each clause, the collector takes them out again.
So the clauses are read by the very classifier that reads the message, whatever that is.
"""

import logging
from collections.abc import Iterator
from typing import Any, Final, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import needs
from bot.nlu.needs import Need
from bot.nlu.places import place
from bot.nlu.source_hash import source_hash
from bot.safety.model import Level
from bot.taxonomy import load_taxonomy

log = logging.getLogger(__name__)

NEEDS: Final = "needs"  # in what the message was understood as: a list of intent and confidence
_CLAUSE: Final = "clause_of_the_message_before"
_VERDICT: Final = "verdict"
CONTENT_DIR: Final = "content_dir"
LEAST: Final = "least_confidence"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class NeedsSplitter(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Stands first in the pipeline. If cutting fails, the message goes on alone."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        return [each for message in messages for each in (message, *_clauses_of(message))]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return source_hash(needs)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class NeedsCollector(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Stands after the classifiers and before the danger screen. Sets `needs`; changes nothing else."""

    def __init__(self, countable: frozenset[str], least: float) -> None:
        self._countable = countable
        self._least = least

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {CONTENT_DIR: "content", LEAST: 0.5}

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
        taxonomy = load_taxonomy(place(config[CONTENT_DIR]))
        topics = (f"ask_{topic}" for topic in taxonomy.topics)
        return cls(frozenset((*topics, *taxonomy.requests)), config[LEAST])

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages without their clauses, in order."""
        found: list[tuple[Message, list[Need]]] = []
        for message in messages:
            if message.get(_CLAUSE) and found:
                found[-1][1].append(_need(message))
            else:
                found.append((message, []))
        for message, parts in found:
            chosen = needs.choose(_need(message), parts, least=self._least, countable=self._countable)
            as_json = [{"intent": need.intent, "confidence": need.confidence} for need in chosen]
            message.set(NEEDS, as_json, add_to_output=True)
        return [message for message, _ in found]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException."""
        if not 0 < config.get(LEAST, 0.5) <= 1:
            raise InvalidConfigException(f"`{LEAST}` is a number above 0 and up to 1.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return source_hash(needs)


def _clauses_of(message: Message) -> Iterator[Message]:
    """None of a button's payload, and none of a message in danger: nothing may keep that waiting."""
    try:
        text = message.get(TEXT) or ""
        if text.startswith("/") or _is_danger(message.get("metadata")):
            return
        yield from [Message({TEXT: clause, _CLAUSE: True}) for clause in needs.clauses(text)]
    except Exception as error:  # noqa: BLE001 - the message itself must be understood all the same
        log.error("needs.not_split %s", type(error).__name__)


def _is_danger(metadata: object) -> bool:
    verdict = metadata.get(_VERDICT) if isinstance(metadata, dict) else None
    return isinstance(verdict, dict) and verdict.get("level", Level.NONE.value) != Level.NONE.value


def _need(message: Message) -> Need:
    intent = message.get(INTENT) or {}
    return Need(str(intent.get("name") or ""), float(intent.get("confidence") or 0.0))
