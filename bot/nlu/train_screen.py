"""Trains the danger screen's head and chooses its thresholds on lines that it judges unseen.

Run as `python -m bot.nlu.train_screen`; `signpost train` does so when the training text has changed.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import Encoder
from bot.nlu.held_out import is_held_out
from bot.nlu.kernel import Doubles, Floats, Kernel, Shape
from bot.nlu.screen_data import Line, read_lines
from bot.nlu.screen_head import STEPS, Fitted, letter_counts, save
from bot.nlu.vector_cache import cached
from bot.safety.model import Level, Risk
from bot.settings import ROOT, load_settings

_SHAPE = Shape(width=2.0, weight=0.1, ridge=0.3, landmarks=8_000)
# The one place where the screen's thresholds are decided; docs/evaluation/danger.md shows the curve.
# Recall first: of the lines of danger so many may stay below "concern", of the emergencies below "urgent".
_MISSED: Final = 0.05
_BELOW_URGENT: Final = 0.03
# So many of the lines that are no emergency may be called one. Alerts that are nearly always too high teach
# people to run slowly.
_LIFTED: Final = 0.06
# Below the score of this share of danger the head is sure that nothing is meant, and it overrules a plain
# phrase in a short message. Phrases alone gave a quarter of the false alarms among hard negatives of the
# development sets, and found no message in danger there that the head did not.
_SURE: Final = 0.05


def main() -> None:
    settings = load_settings()
    encoder = Encoder.load(settings.encoder_dir, threads=2)
    lines = read_lines(ROOT / "data")
    vectors = cached(encoder, [line.text for line in lines], settings.var_dir / "cache")
    fitted, figures = train(lines, vectors)
    save(settings.screen_dir, fitted, encoder.model_hash, figures)
    for name, value in figures.items():
        print(f"{name}: {value:.3f}")  # noqa: T201 - the training log


def train(lines: Sequence[Line], vectors: Floats) -> tuple[Fitted, dict[str, float]]:
    """The head fitted on all lines; thresholds and figures from what it says of each line held out.

    The encoder was tuned without those, and each is judged by what was learned from all the others.
    """
    answers, counts = _answers(lines), letter_counts([line.text for line in lines])
    unseen = np.flatnonzero([is_held_out(line.text) and (bool(line.hand) or line.is_hard) for line in lines])
    if not answers[unseen, 0].any():  # too few lines to leave any out, as in a test
        unseen = np.arange(len(lines))
    learned, left_out = Kernel.fit(vectors, counts, answers.astype(np.float64), _SHAPE, unseen)
    thresholds, sure = _thresholds(left_out, answers[unseen])
    figures = _figures([lines[row] for row in unseen], left_out[:, : len(STEPS)] >= thresholds)
    return Fitted(learned, thresholds, sure), {"lines": float(len(lines)), **figures}


def _answers(lines: Sequence[Line]) -> NDArray[np.bool_]:
    return np.array(
        [[line.level >= step for step in STEPS] + [line.risk is risk for risk in Risk] for line in lines]
    )


def _thresholds(scores: Doubles, answers: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """A threshold for each level, and the score below which nothing is meant."""
    danger, emergency = answers[:, 0], answers[:, len(STEPS) - 1]
    concern = np.quantile(scores[danger, 0], _MISSED)
    urgent = np.quantile(scores[emergency if emergency.any() else danger, 1], _BELOW_URGENT)
    alarm = np.quantile(scores[~emergency, 2], 1 - _LIFTED)
    return np.array([concern, urgent, alarm], np.float32), np.array(
        [min(concern, np.quantile(scores[danger, 0], _SURE))], np.float32
    )


def _figures(lines: Sequence[Line], reached: NDArray[np.bool_]) -> dict[str, float]:
    """Shares among lines held out, by the head alone on whole messages."""
    flagged, urgent = reached[:, 0], reached[:, 0] & reached[:, 1]
    level = {step: np.array([line.level >= step for line in lines]) for step in STEPS}
    danger = level[Level.CONCERN]
    hard = np.array([line.is_hard for line in lines])
    english = np.array([line.language == "en" for line in lines])
    groups = {
        "danger flagged": (flagged, danger),
        "urgent or above flagged": (flagged, level[Level.URGENT]),
        "emergencies flagged": (flagged, level[Level.EMERGENCY]),
        "emergencies at least urgent": (urgent, level[Level.EMERGENCY]),
        "hard negatives flagged": (flagged, hard),
        "ordinary flagged": (flagged, ~danger & ~hard),
        "danger in other languages flagged": (flagged, danger & ~english),
        "no danger in other languages flagged": (flagged, ~danger & ~english),
    }
    shares = {name: float(said[which].mean()) for name, (said, which) in groups.items() if which.any()}
    return {"lines held out": float(len(lines)), **shares}


if __name__ == "__main__":
    main()
