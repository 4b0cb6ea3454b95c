"""The two components round the pipeline: clauses go in beside their message, and come out as its needs."""

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import needs
from bot.nlu.needs_component import NEEDS, NeedsCollector, NeedsSplitter
from bot.safety.model import Level
from tests.support.builders import a_verdict

TWO = "when is my visit and how do i get phone credit"


WORDS = {"visit": "ask_visits", "phone": "ask_phone", "listener": "request_listener", "hello": "greet"}


class FakeClassifier:
    """Stands for everything between the two: names an intent by a word in the text."""

    def __init__(self, confidence: float = 0.9) -> None:
        self._confidence = confidence
        self.asked: list[str] = []

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            self.asked.append(text)
            found = [intent for word, intent in WORDS.items() if word in text]
            name = found[0] if len(found) == 1 else "nlu_fallback"
            message.set(INTENT, {"name": name, "confidence": self._confidence}, add_to_output=True)
        return messages


def collector(**config: float) -> NeedsCollector:
    settings = {**NeedsCollector.get_default_config(), **config}
    return NeedsCollector.create(settings, None, None, None)  # type: ignore[arg-type]


def understood(text: str, classifier: FakeClassifier | None = None, **data: object) -> list[Message]:
    messages = NeedsSplitter().process([Message({TEXT: text, **data})])
    return collector().process((classifier or FakeClassifier()).process(messages))


def test_each_clause_is_asked_about_and_only_the_message_is_left() -> None:
    classifier = FakeClassifier()

    messages = understood(TWO, classifier)

    assert classifier.asked == [TWO, "when is my visit", "how do i get phone credit"]
    assert [message.get(TEXT) for message in messages] == [TWO]


def test_the_needs_are_in_what_the_message_was_understood_as_and_the_intent_stays() -> None:
    (message,) = understood(TWO)

    output = message.as_dict(only_output_properties=True)
    assert output[NEEDS] == [
        {"intent": "ask_visits", "confidence": 0.9},
        {"intent": "ask_phone", "confidence": 0.9},
    ]
    assert output[INTENT]["name"] == "nlu_fallback"


def test_a_message_of_one_clause_costs_nothing_more() -> None:
    classifier = FakeClassifier()

    (message,) = understood("how do i book a visit", classifier)

    assert classifier.asked == ["how do i book a visit"]
    assert message.get(NEEDS) == []


@pytest.mark.parametrize("level", [Level.CONCERN, Level.EMERGENCY])
def test_a_message_in_danger_is_not_cut(level: Level) -> None:
    classifier = FakeClassifier()

    understood(TWO, classifier, metadata={"verdict": a_verdict(level).to_json()})

    assert classifier.asked == [TWO]


def test_the_front_doors_clean_verdict_changes_nothing() -> None:
    classifier = FakeClassifier()

    understood(TWO, classifier, metadata={"verdict": a_verdict(Level.NONE).to_json()})

    assert len(classifier.asked) == 3


def test_a_buttons_payload_is_not_cut() -> None:
    classifier = FakeClassifier()

    understood('/ask_visits{"part": "more"}, and more and more', classifier)

    assert len(classifier.asked) == 1


@pytest.mark.parametrize("metadata", [None, "x", {"verdict": "x"}, {"verdict": {}}, []])
def test_metadata_of_another_shape_is_as_if_it_were_not_there(metadata: object) -> None:
    (message,) = understood(TWO, metadata=metadata)

    assert len(message.get(NEEDS)) == 2


def test_several_messages_at_once_keep_their_own_needs() -> None:
    messages = NeedsSplitter().process([Message({TEXT: TWO}), Message({TEXT: "i want a listener"})])

    done = collector().process(FakeClassifier().process(messages))

    assert [len(message.get(NEEDS)) for message in done] == [2, 0]


def test_a_text_that_cannot_be_cut_goes_on_alone() -> None:
    (message,) = NeedsSplitter().process([Message({TEXT: 5})])

    assert message.get(TEXT) == 5


def test_twelve_needs_are_four() -> None:
    text = ". ".join(f"i want a {word} today number {n}" for n, word in enumerate(["visit", "phone"] * 8))
    classifier = FakeClassifier()

    (message,) = understood(text, classifier)

    assert len(classifier.asked) == 1 + needs.MOST_CLAUSES
    assert len(message.get(NEEDS)) == 2


@pytest.mark.parametrize("least", [0, -1, 1.5])
def test_a_wrong_setting_is_refused(least: float) -> None:
    with pytest.raises(InvalidConfigException):
        NeedsCollector.validate_config({"least_confidence": least})


def test_the_training_cache_knows_the_code_behind_both() -> None:
    assert NeedsSplitter.fingerprint_addon({}) == NeedsCollector.fingerprint_addon({}) != ""
