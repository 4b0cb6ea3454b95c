"""Rasa's way to the mender: what follows in the pipeline reads the words in their usual spelling."""

import json
from typing import Any, Final, Self

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import language, mending, sounds, spelling_content
from bot.nlu.mending import Mender
from bot.nlu.places import place
from bot.nlu.source_hash import source_hash
from bot.nlu.typed import whole

MENDED: Final = "mended"  # the whole text with its words mended, for the encoder
CONTENT_DIR: Final = "content_dir"
_FILE: Final = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class MendingTokenizer(WhitespaceTokenizer):  # type: ignore[misc]
    """Cuts the mended text into tokens; their offsets are in it. The message keeps `text` as it was typed."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config)
        self._storage = storage
        self._resource = resource
        self._mender: Mender | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**WhitespaceTokenizer.get_default_config(), CONTENT_DIR: "content"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Raises ValueError, KeyError or OSError where the stored words are missing or broken."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._mender = Mender(**_rules(config), own=json.loads((folder / _FILE).read_text("utf-8")))
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which words the examples use."""
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        self._mender = Mender.learn(texts, **_rules(self._config))
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(dict(self._mender.own)), "utf-8")
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Any text; one without a word gives no token."""
        if attribute == TEXT and self._mender is not None:
            mended = self._mender.mend(whole(message.get(TEXT)))
            message.set(MENDED, mended)
            message = Message({TEXT: mended})
        tokens: list[Token] = super().tokenize(message, attribute)
        return tokens

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The rules it mends by, besides the examples."""
        content = config.get(CONTENT_DIR, cls.get_default_config()[CONTENT_DIR])
        return f"{sorted(_rules({CONTENT_DIR: content})['slips'].items())!r}" + source_hash(
            mending, sounds, spelling_content, language
        )


def _rules(config: dict[str, Any]) -> dict[str, Any]:
    content = place(config[CONTENT_DIR])
    return {
        "slips": spelling_content.load_slips(content),
        "sounds": spelling_content.load_sounds(content),
        "english": spelling_content.english_words(),
    }
