"""Trains the danger screen's head and chooses its thresholds on left-out predictions.

Run as `python -m bot.nlu.train_screen`; `signpost train` does so when the training text has changed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import Encoder
from bot.nlu.kernel import Floats, Kernel, Shape
from bot.nlu.screen_data import Line, read_lines
from bot.nlu.screen_head import STEPS, Encodes, letter_counts, save
from bot.safety.model import Level, Risk
from bot.settings import ROOT, load_settings

_SHAPE = Shape(width=2.0, weight=0.3, ridge=0.3)
# The share of lines below a level that may be lifted to it by the head alone. An alert that is nearly always
# false teaches people to ignore the next one; the phrases, which come on top, have no such limit.
_LIFTED = {Level.CONCERN: 0.07, Level.URGENT: 0.045, Level.EMERGENCY: 0.025}


def main() -> None:
    settings = load_settings()
    lines = read_lines(ROOT / "data")
    fitted, thresholds, figures = train(lines, Encoder.load(settings.encoder_dir, threads=2))
    save(settings.screen_dir, fitted, thresholds, figures)
    for name, value in figures.items():
        print(f"{name}: {value:.3f}")  # noqa: T201 - the training log


def train(lines: Sequence[Line], encoder: Encodes) -> tuple[Kernel, Floats, dict[str, float]]:
    """The head fitted on all lines; thresholds and figures from what it says of lines left out."""
    texts = [line.text for line in lines]
    answers = np.array(
        [[line.level >= step for step in STEPS] + [line.risk is risk for risk in Risk] for line in lines]
    )
    vectors = np.asarray(encoder.encode(texts), np.float32)
    fitted, left_out = Kernel.fit(vectors, letter_counts(texts), answers.astype(np.float64), _SHAPE)
    thresholds = np.array(
        [_threshold(left_out[~answers[:, i], i], _LIFTED[step]) for i, step in enumerate(STEPS)], np.float32
    )
    return fitted, thresholds, _figures(lines, left_out[:, : len(STEPS)] >= thresholds)


def _threshold(scores_below: NDArray[np.float64], share: float) -> float:
    """The lowest threshold that lifts no more than this share of the lines that are below the level."""
    return float(np.quantile(scores_below, 1 - share))


def _figures(lines: Sequence[Line], reached: NDArray[np.bool_]) -> dict[str, float]:
    """Shares among lines left out, by the head alone on whole messages."""
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
        "ordinary in other languages flagged": (flagged, ~danger & ~english),
    }
    shares = {name: float(said[which].mean()) for name, (said, which) in groups.items() if which.any()}
    return {"lines": float(len(lines)), **shares}


if __name__ == "__main__":
    main()
