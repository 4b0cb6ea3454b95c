"""The danger screen's trained head: how near a message stands to messages that people have judged."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.nlu import kernel
from bot.nlu.kernel import Floats, Kernel
from bot.safety.fold import fold
from bot.safety.model import Level, Risk
from bot.safety.screen import HeadVerdict

STEPS: Final = (Level.CONCERN, Level.URGENT, Level.EMERGENCY)
WEIGHTS: Final = "head.npz"
MANIFEST: Final = "manifest.json"
THRESHOLDS: Final = "thresholds"
# A score is about 1 for yes and 0 for no; a second risk is named from here on.
RISK_FROM: Final = 0.35
# A clause is less than was written, so it must say more before it counts: the screen asks about the whole
# message first, then about its clauses.
CLAUSE_MARGIN: Final = 0.05

_LETTERS: Final = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=2**16, alternate_sign=False, norm=None
)


class HeadBroken(Exception):
    """The head's folder is missing, incomplete, or not what its manifest says."""


class Encodes(Protocol):
    """What the head needs of the encoder."""

    def encode(self, texts: Sequence[str]) -> Floats: ...


class TrainedHead:
    """Judges by meaning and spelling. Raises HeadBroken when it cannot; the phrases then decide."""

    def __init__(self, encoder: Encodes, fitted: Kernel, thresholds: Floats, version: str) -> None:
        self._encoder = encoder
        self._fitted = fitted
        self._thresholds = thresholds
        self.version = version

    @classmethod
    def load(cls, directory: Path, encoder: Encodes) -> Self:
        """Checks the weights against their manifest, then loads them. Raises HeadBroken."""
        try:
            expected = json.loads((directory / MANIFEST).read_bytes())["sha256"]
            if _digest(directory / WEIGHTS) != expected:
                raise HeadBroken(f"{directory / WEIGHTS} is not the file named in its manifest.")
            arrays = kernel.load(directory / WEIGHTS)
            thresholds = arrays[THRESHOLDS]
            fitted = Kernel.from_arrays(arrays)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HeadBroken(f"There is no whole head in {directory}; train it again.") from error
        if fitted.base.shape != (len(STEPS) + len(Risk),) or thresholds.shape != (len(STEPS),):
            raise HeadBroken(f"The head in {directory} knows other levels or risks; train it again.")
        return cls(encoder, fitted, thresholds, str(expected)[:12])

    def judge(self, texts: Sequence[str]) -> list[HeadVerdict]:
        """The first text is the whole message, the others are its clauses."""
        if not texts:
            return []
        vectors = np.asarray(self._encoder.encode(texts), np.float32)
        scores = self._fitted.scores(vectors, letter_counts(texts))
        if not np.isfinite(scores).all():
            raise HeadBroken("The head's scores are not numbers.")
        return [self._read(row, CLAUSE_MARGIN if place else 0.0) for place, row in enumerate(scores)]

    def _read(self, scores: NDArray[Any], margin: float) -> HeadVerdict:
        reached = scores[: len(STEPS)] >= self._thresholds + margin
        if not reached[0]:
            return HeadVerdict(Level.NONE)
        level = max(step for step, is_reached in zip(STEPS, reached, strict=True) if is_reached)
        by_risk = dict(zip(Risk, map(float, scores[len(STEPS) :]), strict=True))
        likeliest = max(by_risk, key=by_risk.__getitem__)
        risks = {risk: score for risk, score in by_risk.items() if score >= RISK_FROM or risk is likeliest}
        return HeadVerdict(level, risks)


def letter_counts(texts: Sequence[str]) -> csr_matrix:
    """How often each group of two to five letters stands in each text; groups are hashed to 65,536 places."""
    return csr_matrix(_LETTERS.transform([fold(text) for text in texts]))


def save(directory: Path, fitted: Kernel, thresholds: Floats, figures: Mapping[str, float]) -> None:
    """Writes the weights, and beside them their hash and what was measured when they were made."""
    directory.mkdir(parents=True, exist_ok=True)
    kernel.save(directory / WEIGHTS, {**fitted.arrays(), THRESHOLDS: thresholds})
    facts = {"sha256": _digest(directory / WEIGHTS), "figures": dict(figures)}
    (directory / MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
