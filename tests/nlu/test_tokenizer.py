"""The mending tokenizer: what follows reads mended words, the message keeps what was typed."""

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.tokenizer import MENDED, MendingTokenizer


def a_trained(folder: Path) -> MendingTokenizer:
    storage, resource = LocalModelStorage.create(folder), Resource("words")
    context = ExecutionContext(GraphSchema({}), node_name="words")
    config = MendingTokenizer.get_default_config()
    data = TrainingData([Message({TEXT: text}) for text in ("my kettle is broken", "a kettle please")])
    MendingTokenizer.create(config, storage, resource, context).train(data)
    return MendingTokenizer.load(config, storage, resource, context)


def test_tokens_are_mended_and_the_text_stays_as_it_was_typed(tmp_path: Path) -> None:
    message = Message({TEXT: "my ketle is bust"})

    a_trained(tmp_path).process([message])

    assert message.get(TEXT) == "my ketle is bust"
    assert message.get(MENDED) == "my kettle is bust"
    assert [token.text for token in message.get(TOKENS_NAMES[TEXT])] == ["my", "kettle", "is", "bust"]


@pytest.mark.parametrize("text", ["?", "👍", "x" * 4_000, "\u202e\ud800"])
def test_any_message_is_tokenized(tmp_path: Path, text: str) -> None:
    message = Message({TEXT: text})

    a_trained(tmp_path).process([message])

    assert isinstance(message.get(TOKENS_NAMES[TEXT]), list)


def test_without_its_words_it_does_not_load(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("words")
    context = ExecutionContext(GraphSchema({}), node_name="words")

    with pytest.raises((ValueError, OSError)):
        MendingTokenizer.load(MendingTokenizer.get_default_config(), storage, resource, context)
