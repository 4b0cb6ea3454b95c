"""Rasa's way to the topic model: names a message's intent and ranks the others."""

from typing import Any, Self

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from bot.nlu import kernel, topic_model
from bot.nlu.encoder import DIMENSIONS
from bot.nlu.kernel import Floats, Shape
from bot.nlu.source_hash import source_hash
from bot.nlu.topic_model import TopicModel

WIDTH = "width"
RIDGE = "ridge"
SPELLING_WEIGHT = "spelling_weight"
RANKING_LENGTH = "ranking_length"
_FILE = "topics.npz"


class NothingToLearn(Exception):
    """The training data holds fewer than two intents."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Learns from the encoder's vector and the letter groups that stand before it in the pipeline."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model: TopicModel | None = None

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            WIDTH: 1.0,  # of the Gaussian kernel: exp(width * (cosine - 1))
            RIDGE: 0.3,  # how far examples may be disbelieved
            SPELLING_WEIGHT: 0.15,  # spelling's share against meaning
            RANKING_LENGTH: 10,
        }

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
        """Raises ValueError or OSError where the stored model is missing or broken."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = TopicModel.load(folder / _FILE)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the model. Raises NothingToLearn."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        intents = [example.get(INTENT) for example in examples]
        if len(set(intents)) < 2:
            raise NothingToLearn("Training examples for at least two intents are needed.")
        self._model = TopicModel.fit(
            *_features(examples),
            intents,
            Shape(self._config[WIDTH], self._config[SPELLING_WEIGHT], self._config[RIDGE]),
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `intent` and `intent_ranking`, the most likely first."""
        if self._model is None:
            raise NothingToLearn("The classifier is used before it was trained.")
        every = self._model.probabilities(*_features(messages, len(self._model.kernel.rarity)))
        for message, chances in zip(messages, every, strict=True):
            best = np.argsort(-chances, kind="stable")[: self._config[RANKING_LENGTH]]
            ranking = [
                {"name": str(self._model.labels[index]), "confidence": float(chances[index])}
                for index in best
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException."""
        settings = {**cls.get_default_config(), **config}
        for key in (WIDTH, RIDGE):
            if not settings[key] > 0:
                raise InvalidConfigException(f"`{key}` is a number above 0.")
        if not settings[SPELLING_WEIGHT] >= 0:
            raise InvalidConfigException(f"`{SPELLING_WEIGHT}` is a number from 0.")
        if not isinstance(settings[RANKING_LENGTH], int) or settings[RANKING_LENGTH] < 1:
            raise InvalidConfigException(f"`{RANKING_LENGTH}` is a whole number from 1.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What the model depends on besides the examples: our code."""
        return source_hash(topic_model, kernel)


def _features(messages: list[Message], width: int = 0) -> tuple[Floats, csr_matrix]:
    """Vectors and letter counts (`width` groups or more), a row a message; noughts where it has no words."""
    vectors = np.zeros((len(messages), DIMENSIONS), np.float32)
    counts: list[csr_matrix | None] = []
    for row, message in enumerate(messages):
        _, dense = message.get_dense_features(TEXT)
        _, sparse = message.get_sparse_features(TEXT)
        if dense is not None:
            vectors[row] = dense.features[0]
        counts.append(None if sparse is None else csr_matrix(sparse.features))
    width = max((part.shape[1] for part in counts if part is not None), default=width)
    blank = csr_matrix((1, width), dtype=np.float32)
    return vectors, vstack([blank if part is None else part for part in counts], format="csr")
