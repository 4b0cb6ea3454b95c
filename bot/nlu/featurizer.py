"""Rasa's way to the encoder: gives every message its vector of meaning."""

from typing import Any, Self

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import encoder as encoding
from bot.nlu import pieces, typed, vector_cache, vector_codec
from bot.nlu.encoder import Encoder, EncoderBroken, Vectors
from bot.nlu.places import place
from bot.nlu.source_hash import source_hash
from bot.nlu.tokenizer import MENDED

ENCODER_DIR = "encoder_dir"
CACHE_DIR = "cache_dir"
THREADS = "threads"
MOST_THREADS = 16


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Sets the sentence vector of the text, mended where the tokenizer before it mends.

    Takes it from the metadata when the front door sent it along.
    """

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder) -> None:
        super().__init__(name, config)
        self._name = name
        self._cache_dir = place(config[CACHE_DIR])
        self._encoder = encoder

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **DenseFeaturizer.get_default_config(),
            ENCODER_DIR: "var/encoder",
            CACHE_DIR: "var/cache",  # vectors of training examples; never of live messages
            THREADS: 1,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Also serves as `load`: what it needs is the encoder. Raises EncoderBroken without one."""
        encoder = encoding.shared(place(config[ENCODER_DIR]), config[THREADS])
        return cls(config, execution_context.node_name or cls.__name__, encoder)

    def process(self, messages: list[Message]) -> list[Message]:
        """One message as a rule, with its clauses; all that must be encoded is, in one call."""
        to_encode: list[Message] = []
        for message in messages:
            text = message.get(TEXT)
            if text is None:
                continue
            sent = vector_codec.take(message.get("metadata"), self._encoder.model_hash)
            # What was sent along is the vector of the text as it was typed.
            if sent is not None and message.get(MENDED, text) == text:
                self._set(message, sent)
            else:
                to_encode.append(message)
        vectors = self._encoder.encode([message.get(MENDED, message.get(TEXT)) for message in to_encode])
        for message, vector in zip(to_encode, vectors, strict=True):
            self._set(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """All examples at once, from the cache where they are known."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        texts = [example.get(MENDED, example.get(TEXT)) for example in examples]
        vectors = vector_cache.cached(self._encoder, texts, self._cache_dir)
        for example, vector in zip(examples, vectors, strict=True):
            self._set(example, vector)
        return training_data

    def _set(self, message: Message, vector: Vectors) -> None:
        row = vector[np.newaxis, :]
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._name))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException."""
        threads = config.get(THREADS, 1)
        if not isinstance(threads, int) or not 1 <= threads <= MOST_THREADS:
            raise InvalidConfigException(f"`{THREADS}` is a whole number from 1 to {MOST_THREADS}.")
        for key in (ENCODER_DIR, CACHE_DIR):
            if not isinstance(config.get(key, ""), str):
                raise InvalidConfigException(f"`{key}` is the path of a folder.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What the vectors depend on: the encoder's files and the code that runs them."""
        try:
            model = encoding.check(place(config.get(ENCODER_DIR, cls.get_default_config()[ENCODER_DIR])))
        except EncoderBroken:
            model = "none"  # training says so when it builds the component
        return f"{model}-{source_hash(encoding, pieces, typed)}"
