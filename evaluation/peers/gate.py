"""When a recogniser says "out of scope": the two settings of Rasa's FallbackClassifier, chosen on data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.asking import Guess

Ranking = tuple[Guess, ...]

THRESHOLDS: Final = tuple(step / 100 for step in range(100))
MARGINS: Final = (0.0, 0.1)  # off, and what `rasa init` sets


@dataclass(frozen=True)
class Gate:
    """Below `threshold`, or with the second guess closer than `margin`, a message is out of scope."""

    threshold: float = 0.0
    margin: float = 0.0

    def is_outside(self, ranking: Ranking, outside: str | None) -> bool:
        """Also where the best guess is the class for what is out of scope, or where there is none."""
        if not ranking or ranking[0].intent == outside:
            return True
        first, second = ranking[0].confidence, ranking[1].confidence if len(ranking) > 1 else 0.0
        # One label alone cannot be ambiguous: Rasa's component says so too.
        return first < self.threshold or (len(ranking) > 1 and first - second < self.margin)


OPEN: Final = Gate()


def choose(rankings: Sequence[Ranking], labels: Sequence[str], outside: str, share_outside: float) -> Gate:
    """The gate with the most messages right; of equals the lowest threshold.

    What is out of scope weighs as if it were `share_outside` of all messages: a set for choosing may hold
    far less of it than what comes later.
    """
    inside = [(ranking, label) for ranking, label in zip(rankings, labels, strict=True) if label != outside]
    strangers = [ranking for ranking, label in zip(rankings, labels, strict=True) if label == outside]
    if not inside or not strangers:
        return OPEN

    def right(gate: Gate) -> float:
        held = sum(gate.is_outside(ranking, outside) for ranking in strangers) / len(strangers)
        through = sum(
            not gate.is_outside(ranking, outside) and ranking[0].intent == label for ranking, label in inside
        ) / len(inside)
        return share_outside * held + (1 - share_outside) * through

    gates = [Gate(threshold, margin) for margin in MARGINS for threshold in THRESHOLDS]
    return max(gates, key=lambda gate: (round(right(gate), 9), -gate.threshold, -gate.margin))
