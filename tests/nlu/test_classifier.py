"""The topic classifier: learns, survives storage, ranks, and takes any message."""

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from bot.nlu.classifier import TopicClassifier
from bot.nlu.kernel import Floats, Shape
from bot.nlu.topic_model import TopicModel
from tests.nlu.fakes import FakeEncoder

INTENTS = ["ask_visits", "ask_canteen", "greet"]


def examples() -> tuple[Floats, csr_matrix, list[str]]:
    """Ten examples an intent: each a little beside its intent's own direction, with two letter groups."""
    noise = np.random.default_rng(7)
    middles = FakeEncoder().encode(INTENTS)
    rows = [middle + noise.normal(scale=0.02, size=middle.shape) for middle in middles for _ in range(10)]
    counts = csr_matrix(np.repeat(np.eye(3, 6, dtype=np.int64), 10, axis=0))
    return np.asarray(rows, np.float32), counts, [intent for intent in INTENTS for _ in range(10)]


def a_model() -> TopicModel:
    vectors, counts, intents = examples()
    return TopicModel.fit(vectors, counts, intents, Shape(1.0, 0.05, 0.3))


def a_loaded_classifier(folder: Path) -> TopicClassifier:
    storage, resource = LocalModelStorage.create(folder), Resource("topics")
    with storage.write_to(resource) as place:
        a_model().save(place / "topics.npz")
    context = ExecutionContext(GraphSchema({}), node_name="topics")
    return TopicClassifier.load(TopicClassifier.get_default_config(), storage, resource, context)


def a_message(text: str, vector: Floats | None, counts: csr_matrix | None) -> Message:
    message = Message({TEXT: text})
    for features in (vector, counts):
        if features is not None:
            message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, type(features).__name__))
    return message


def test_each_intents_own_direction_is_recognised_with_confidence() -> None:
    chances = a_model().probabilities(FakeEncoder().encode(INTENTS), csr_matrix((3, 6)))

    labels = a_model().labels[chances.argmax(axis=1)]
    assert list(labels) == INTENTS
    assert chances.max(axis=1).min() > 0.8
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)


def test_spelling_decides_where_meaning_does_not() -> None:
    model = a_model()
    middle = model.kernel.centre[np.newaxis, :]

    for group, intent in enumerate(INTENTS):
        counts = csr_matrix(([1], ([0], [group])), shape=(1, 6))
        chances = model.probabilities(middle, counts)
        assert model.labels[chances.argmax()] == intent


def test_a_stored_model_says_the_same(tmp_path: Path) -> None:
    model = a_model()
    model.save(tmp_path / "topics.npz")
    vectors, counts, _ = examples()

    loaded = TopicModel.load(tmp_path / "topics.npz")

    np.testing.assert_array_equal(loaded.probabilities(vectors, counts), model.probabilities(vectors, counts))


def test_fitting_twice_gives_the_same_model() -> None:
    vectors, counts, _ = examples()

    np.testing.assert_array_equal(
        a_model().probabilities(vectors, counts), a_model().probabilities(vectors, counts)
    )


def test_the_loaded_classifier_sets_intent_and_ranking(tmp_path: Path) -> None:
    vector = FakeEncoder().encode(["greet"])
    message = a_message("greet", vector, csr_matrix((1, 6)))

    a_loaded_classifier(tmp_path).process([message])

    assert message.get(INTENT)["name"] == "greet"
    ranking = message.get(INTENT_RANKING_KEY)
    assert ranking[0] == message.get(INTENT)
    assert [entry["confidence"] for entry in ranking] == sorted(
        (entry["confidence"] for entry in ranking), reverse=True
    )


def test_a_message_without_any_features_is_ranked_all_the_same(tmp_path: Path) -> None:
    message = a_message("", None, None)

    a_loaded_classifier(tmp_path).process([message])

    assert len(message.get(INTENT_RANKING_KEY)) == len(INTENTS)
    assert all(np.isfinite(entry["confidence"]) for entry in message.get(INTENT_RANKING_KEY))


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half a file"])
def test_a_missing_or_broken_model_does_not_load(tmp_path: Path, content: bytes | None) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("topics")
    context = ExecutionContext(GraphSchema({}), node_name="topics")
    if content is not None:
        with storage.write_to(resource) as place:
            (place / "topics.npz").write_bytes(content)

    with pytest.raises(Exception, match=r"\S"):
        TopicClassifier.load(TopicClassifier.get_default_config(), storage, resource, context)


@pytest.mark.parametrize(
    "wrong",
    [{"ridge": 0}, {"width": 0}, {"spelling_weight": -1}, {"ranking_length": 0}, {"ranking_length": 2.5}],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidConfigException):
        TopicClassifier.validate_config(wrong)
