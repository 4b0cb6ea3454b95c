"""The rule by which recognisers are compared is that of Rasa's FallbackClassifier, to the letter."""

import pytest
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from evaluation.asking import Guess
from evaluation.peers.gate import Gate, Ranking

CLOSE = (Guess("a", 0.50), Guess("b", 0.45))
SURE = (Guess("a", 0.90), Guess("b", 0.05))
UNSURE = (Guess("a", 0.20), Guess("b", 0.05))
ALONE = (Guess("a", 0.05),)


@pytest.mark.parametrize("ranking", [CLOSE, SURE, UNSURE, ALONE])
@pytest.mark.parametrize(
    ("threshold", "margin"), [(0.3, 0.1), (0.0, 0.0), (0.6, 0.0), (0.0, 0.1), (0.2, 0.15)]
)
def test_the_gate_decides_as_rasas_own_component(ranking: Ranking, threshold: float, margin: float) -> None:
    entries = [{"name": guess.intent, "confidence": guess.confidence} for guess in ranking]
    message = Message({INTENT: entries[0], INTENT_RANKING_KEY: entries})

    FallbackClassifier({"threshold": threshold, "ambiguity_threshold": margin}).process([message])

    falls_back = message.get(INTENT)["name"] == "nlu_fallback"
    assert Gate(threshold, margin).is_outside(ranking, None) is falls_back
