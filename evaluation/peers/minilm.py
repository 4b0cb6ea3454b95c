"""all-MiniLM-L6-v2 as a Rasa featurizer, so that our head can be trained on it: a peer to measure against."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

from bot.nlu.encoder import Vectors
from bot.nlu.places import place
from bot.safety.clauses import Span

MAX_TOKENS: Final = 128
BATCH: Final = 32
ENCODER_DIR: Final = "encoder_dir"


class MiniLm:
    """The encoder as its authors use it: mean over the tokens, length 1, no prefix."""

    def __init__(self, folder: Path) -> None:
        self.model_hash = model_hash(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # as ours
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        vectors = np.zeros((len(tokens), 384), np.float32)
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._run([tokens[index] for index in batch])
        return vectors

    def spread(self, text: str, spans: Sequence[Span]) -> Vectors:
        """Each part by itself: where danger is said is not what this peer is measured by."""
        return self.encode([text[start:end] for start, end in spans])

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(tokens):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(["last_hidden_state"], feed)[0]
        sums = np.einsum("bsh,bs->bh", states, mask.astype(np.float32))
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)


def model_hash(folder: Path) -> str:
    """Raises OSError where the encoder was not prepared."""
    files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MiniLmFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Sets the sentence vector of `text`."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._name = name
        self._encoder = MiniLm(place(config[ENCODER_DIR]))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), ENCODER_DIR: "var/evaluation/minilm"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls(config, execution_context.node_name or cls.__name__)

    def process(self, messages: list[Message]) -> list[Message]:
        found = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(
            found, self._encoder.encode([each.get(TEXT) for each in found]), strict=True
        ):
            message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong in it but the folder, and that is seen when it is opened."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        manifest = place(config.get(ENCODER_DIR, "var/evaluation/minilm")) / "manifest.json"
        return json.dumps(json.loads(manifest.read_text("utf-8"))["files"], sort_keys=True)
