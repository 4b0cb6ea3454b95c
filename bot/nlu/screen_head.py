"""The danger screen's trained head: a kernel over the encoder's vector and letter groups."""

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

WEIGHTS: Final = "head.npz"
MANIFEST: Final = "manifest.json"
# The questions, in the order of the kernel's answers: at least this level?, then: this risk?
STEPS: Final = (Level.CONCERN, Level.URGENT, Level.EMERGENCY)
_LETTER_GROUPS: Final = 2**16
# Named besides the likeliest risk when the score is above this.
_ALSO: Final = 0.4


class HeadBroken(Exception):
    """The head's files are missing or are not what training wrote."""


class Encodes(Protocol):
    def encode(self, texts: Sequence[str]) -> Floats: ...


class TrainedHead:
    """Fulfils bot.safety.screen.Head. `thresholds` are scores, one for each of STEPS."""

    def __init__(self, fitted: Kernel, thresholds: Floats, encoder: Encodes, version: str) -> None:
        self._kernel = fitted
        self._thresholds = thresholds
        self._encoder = encoder
        self.version = version

    @classmethod
    def load(cls, directory: Path, encoder: Encodes) -> Self:
        """Raises HeadBroken when a file is missing or its hash is not the one that training wrote."""
        try:
            manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
            digest = hashlib.sha256((directory / WEIGHTS).read_bytes()).hexdigest()
            if digest != manifest["sha256"]:
                raise HeadBroken(f"{WEIGHTS} is not what training wrote")
            arrays = kernel.load(directory / WEIGHTS)
            fitted = Kernel.from_arrays(arrays)
            return cls(fitted, arrays["thresholds"], encoder, digest[:12])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HeadBroken(str(error)) from error

    def judge(self, texts: Sequence[str]) -> list[HeadVerdict]:
        vectors = self._encoder.encode(list(texts))
        return [self._verdict(row) for row in self._kernel.scores(vectors, letter_counts(texts))]

    def _verdict(self, scores: Floats) -> HeadVerdict:
        level = Level.NONE
        for step, score, threshold in zip(STEPS, scores, self._thresholds, strict=False):
            # Each step stands on the one below: an emergency is never said of what is no danger.
            if score < threshold:
                break
            level = step
        if level is Level.NONE:
            return HeadVerdict(level)
        risks = scores[len(STEPS) :]
        order = [int(place) for place in np.argsort(-risks)]
        named = [place for place in order if risks[place] >= _ALSO] or order[:1]
        return HeadVerdict(level, {tuple(Risk)[place]: float(risks[place]) for place in named})


def letter_counts(texts: Sequence[str]) -> csr_matrix:
    """How often each hashed group of two to five letters stands in each folded text."""
    groups = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=_LETTER_GROUPS, alternate_sign=False, norm=None
    )
    return groups.transform([fold(text) for text in texts])


def save(directory: Path, fitted: Kernel, thresholds: Floats, figures: Mapping[str, float]) -> None:
    """Writes the head and, last, the manifest that vouches for it."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MANIFEST).unlink(missing_ok=True)
    arrays: dict[str, NDArray[Any]] = {**fitted.arrays(), "thresholds": thresholds}
    kernel.save(directory / WEIGHTS, arrays)
    digest = hashlib.sha256((directory / WEIGHTS).read_bytes()).hexdigest()
    manifest = {"sha256": digest, "figures": dict(figures)}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
