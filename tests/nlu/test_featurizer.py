"""Rasa's encoder component: live messages, training examples, and what its training cache goes by."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import DIMENSIONS, EncoderBroken, Vectors
from bot.nlu.featurizer import EncoderFeaturizer
from bot.nlu.vector_codec import pack
from tests.nlu.fakes import FakeEncoder


def a_config(folder: Path, **changed: Any) -> dict[str, Any]:
    places = {"encoder_dir": str(folder / "encoder"), "cache_dir": str(folder / "cache")}
    return {**EncoderFeaturizer.get_default_config(), **places, **changed}


def a_featurizer(folder: Path, encoder: FakeEncoder) -> EncoderFeaturizer:
    return EncoderFeaturizer(a_config(folder), "encoder", encoder)


def sentence_vector(message: Message) -> Vectors:
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features


def test_a_message_gets_its_vector_as_a_sentence_feature(tmp_path: Path) -> None:
    encoder, message = FakeEncoder(), Message({TEXT: "how do i book a visit"})

    a_featurizer(tmp_path, encoder).process([message])

    expected = FakeEncoder().encode(["how do i book a visit"])
    np.testing.assert_array_equal(sentence_vector(message), expected)


def test_an_empty_message_gets_a_vector_too_and_a_command_without_text_gets_none(tmp_path: Path) -> None:
    empty, command = Message({TEXT: ""}), Message({"intent": "greet"})

    a_featurizer(tmp_path, FakeEncoder()).process([empty, command])

    assert sentence_vector(empty).shape == (1, DIMENSIONS)
    assert command.get_dense_features(TEXT) == (None, None)


def test_a_vector_that_came_with_the_message_is_used_and_nothing_is_encoded(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    (vector,) = FakeEncoder().encode(["something"])
    message = Message({TEXT: "something", "metadata": pack(vector, encoder.model_hash)})

    a_featurizer(tmp_path, encoder).process([message])

    np.testing.assert_array_equal(sentence_vector(message)[0], vector)
    assert encoder.asked == []


def test_the_vector_does_not_stay_in_the_metadata_which_rasa_stores(tmp_path: Path) -> None:
    (vector,) = FakeEncoder().encode(["something"])
    metadata = {"verdict": {}, **pack(vector, "fake")}

    a_featurizer(tmp_path, FakeEncoder()).process([Message({TEXT: "something", "metadata": metadata})])

    assert metadata == {"verdict": {}}


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"vector": "AAAA", "encoder": "fake"},
        {"vector": "!", "encoder": "fake"},
        {"vector": None, "encoder": "fake"},
        {"encoder": "fake"},
        {"vector": "A" * 2048, "encoder": "fake"},
        pack(FakeEncoder().encode(["text"])[0] * 3, "fake"),
        pack(FakeEncoder().encode(["text"])[0] * np.float32("nan"), "fake"),
        pack(FakeEncoder().encode(["text"])[0], "another encoder"),
        "no dictionary",
    ],
)
def test_a_vector_that_cannot_be_trusted_is_made_anew(tmp_path: Path, metadata: object) -> None:
    encoder = FakeEncoder()
    message = Message({TEXT: "what the person wrote", "metadata": metadata})

    a_featurizer(tmp_path, encoder).process([message])

    assert encoder.asked == ["what the person wrote"]


def test_training_again_encodes_only_what_is_new(tmp_path: Path) -> None:
    first = TrainingData([Message({TEXT: text, "intent": "greet"}) for text in ("hi", "hello", "hi")])
    a_featurizer(tmp_path, FakeEncoder()).process_training_data(first)
    encoder, again = FakeEncoder(), Message({TEXT: "hi", "intent": "greet"})
    new = Message({TEXT: "alright", "intent": "greet"})

    a_featurizer(tmp_path, encoder).process_training_data(TrainingData([again, new]))

    assert encoder.asked == ["alright"]
    np.testing.assert_array_equal(sentence_vector(again), FakeEncoder().encode(["hi"]))


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    data = TrainingData([Message({TEXT: "hi", "intent": "greet"})])
    a_featurizer(tmp_path, FakeEncoder()).process_training_data(data)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(b"PK\x03\x04 half a file")
    encoder = FakeEncoder()

    a_featurizer(tmp_path, encoder).process_training_data(data)

    assert encoder.asked == ["hi"]


def test_live_messages_leave_nothing_on_disk(tmp_path: Path) -> None:
    a_featurizer(tmp_path, FakeEncoder()).process([Message({TEXT: "something private"})])

    assert list(tmp_path.iterdir()) == []


def test_without_an_encoder_it_does_not_load(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path / "storage")
    context = ExecutionContext(GraphSchema({}), node_name="encoder")

    with pytest.raises(EncoderBroken):
        EncoderFeaturizer.load(a_config(tmp_path), storage, Resource("encoder"), context)


@pytest.mark.parametrize("changed", [{"threads": 0}, {"threads": "2"}, {"threads": 99}, {"encoder_dir": 7}])
def test_a_wrong_setting_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException):
        EncoderFeaturizer.validate_config(a_config(tmp_path, **changed))


def test_the_training_cache_sees_that_the_encoder_was_exchanged(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    before = EncoderFeaturizer.fingerprint_addon(config)
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for name in ("model.onnx", "tokenizer.json"):
        (encoder / name).write_bytes(b"")
    manifest = f'{{"files": {{"model.onnx": "{empty}", "tokenizer.json": "{empty}"}}}}'
    (encoder / "manifest.json").write_text(manifest, "utf-8")

    after = EncoderFeaturizer.fingerprint_addon(config)

    assert after != before
    assert after == EncoderFeaturizer.fingerprint_addon(config)
