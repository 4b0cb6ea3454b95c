"""The danger screen's trained head: how near a message stands to messages that people have judged."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.nlu import kernel
from bot.nlu.kernel import Floats, Kernel
from bot.safety.clauses import Span
from bot.safety.fold import fold
from bot.safety.model import Level, Risk
from bot.safety.screen import HeadVerdict, Part, Piece

STEPS: Final = (Level.CONCERN, Level.URGENT, Level.EMERGENCY)
WEIGHTS: Final = "head.npz"
MANIFEST: Final = "manifest.json"
THRESHOLDS, SURE = "thresholds", "sure"
# A score is about 1 for yes and 0 for no; a second risk is named from here on.
RISK_FROM: Final = 0.2
# Less than what was meant, or more, must say more before it counts.
MARGINS: Final = {Part.WHOLE: 0.0, Part.CLAUSE: 0.15, Part.STRETCH: 0.15, Part.TOGETHER: 0.05}

_LETTERS: Final = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=2**16, alternate_sign=False, norm=None
)


class HeadBroken(Exception):
    """The head's folder is missing, incomplete, or not what its manifest says."""


class Encodes(Protocol):
    """What the head needs of the encoder. `model_hash` names the very weights."""

    @property
    def model_hash(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats: ...

    def spread(self, text: str, spans: Sequence[Span]) -> Floats: ...


@dataclass(frozen=True)
class Fitted:
    """What was learned: `thresholds` a level each; below `sure` nothing is meant, whatever a phrase says."""

    kernel: Kernel
    thresholds: Floats
    sure: Floats


class TrainedHead:
    """Judges by meaning and spelling. Raises HeadBroken when it cannot; the phrases then decide."""

    def __init__(self, encoder: Encodes, fitted: Fitted, version: str) -> None:
        self._encoder = encoder
        self._fitted = fitted
        self.version = version

    @classmethod
    def load(cls, directory: Path, encoder: Encodes) -> Self:
        """Checks the weights against their manifest, then loads them. Raises HeadBroken."""
        try:
            manifest = json.loads((directory / MANIFEST).read_bytes())
            expected = str(manifest["sha256"])
            if _digest(directory / WEIGHTS) != expected:
                raise HeadBroken(f"{directory / WEIGHTS} is not the file named in its manifest.")
            if manifest["encoder"] != encoder.model_hash:
                raise HeadBroken(f"The head in {directory} was trained with another encoder; train it again.")
            arrays = kernel.load(directory / WEIGHTS)
            fitted = Fitted(Kernel.from_arrays(arrays), arrays[THRESHOLDS], arrays[SURE])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HeadBroken(f"There is no whole head in {directory}; train it again.") from error
        if fitted.kernel.base.shape != (len(STEPS) + len(Risk),) or fitted.thresholds.shape != (len(STEPS),):
            raise HeadBroken(f"The head in {directory} knows other levels or risks; train it again.")
        return cls(encoder, fitted, f"{expected[:12]}-{encoder.model_hash}")

    def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        if not asked:
            return []
        scores = self._of(self._vectors(asked), [piece.text for piece in asked])
        return [self._read(row, MARGINS[piece.part]) for piece, row in zip(asked, scores, strict=True)]

    def where(self, text: str, spans: Sequence[Span]) -> int | None:
        """By the vectors of the clauses as they are read within the whole, so nothing is encoded again."""
        parts = [text[start:end] for start, end in spans]
        scores = self._of(self._encoder.spread(text, spans), parts)[:, 0]
        best = int(scores.argmax())
        return best if scores[best] >= self.danger_scores([text])[0] else None

    def danger_scores(self, texts: Sequence[str]) -> Floats:
        """How much each whole text reads like danger of any level; for measuring, not for deciding."""
        if not texts:
            return np.zeros(0, np.float32)
        return np.asarray(self._of(self._encoder.encode(texts), texts)[:, 0], np.float32)

    def _vectors(self, asked: Sequence[Piece]) -> Floats:
        """A clause has the vector that it has within its text: that is encoded once for all of them."""
        alone = [piece for piece in asked if piece.within is None]
        known = dict(zip(alone, self._encoder.encode([piece.text for piece in alone]), strict=True))
        for piece in asked:
            if piece.within is not None:
                text, span = piece.within
                known[piece] = self._encoder.spread(text, [span])[0]
        return np.stack([known[piece] for piece in asked])

    def _of(self, vectors: Floats, texts: Sequence[str]) -> Floats:
        scores = self._fitted.kernel.scores(np.asarray(vectors, np.float32), letter_counts(texts))
        if not np.isfinite(scores).all():
            raise HeadBroken("The head's scores are not numbers.")
        return scores

    def _read(self, scores: NDArray[Any], margin: float) -> HeadVerdict:
        reached = scores[: len(STEPS)] >= self._fitted.thresholds + margin
        if not reached[0]:
            return HeadVerdict(Level.NONE, is_sure=bool(scores[0] < self._fitted.sure[0]))
        level = max(step for step, is_reached in zip(STEPS, reached, strict=True) if is_reached)
        by_risk = dict(zip(Risk, map(float, scores[len(STEPS) :]), strict=True))
        likeliest = max(by_risk, key=by_risk.__getitem__)
        risks = {risk: score for risk, score in by_risk.items() if score >= RISK_FROM or risk is likeliest}
        return HeadVerdict(level, risks)


def letter_counts(texts: Sequence[str]) -> csr_matrix:
    """How often each group of two to five letters stands in each text; groups are hashed to 65,536 places."""
    return csr_matrix(_LETTERS.transform([fold(text) for text in texts]))


def save(directory: Path, fitted: Fitted, encoder_hash: str, figures: Mapping[str, float]) -> None:
    """Writes the weights, and beside them their hash, their encoder's, and what was measured."""
    directory.mkdir(parents=True, exist_ok=True)
    arrays = {**fitted.kernel.arrays(), THRESHOLDS: fitted.thresholds, SURE: fitted.sure}
    kernel.save(directory / WEIGHTS, arrays)
    facts = {"sha256": _digest(directory / WEIGHTS), "encoder": encoder_hash, "figures": dict(figures)}
    (directory / MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
