"""Stand-ins for the encoder and the screen, for tests of Rasa's components."""

import hashlib
from collections.abc import Sequence

import numpy as np

from bot.nlu.encoder import DIMENSIONS, Vectors
from bot.safety.model import Verdict


class FakeEncoder:
    """A vector of length 1 from each text's hash; counts what it was asked."""

    model_hash = "fake"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        rows = [self._one(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    @staticmethod
    def _one(text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSIONS)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


class FakeScreen:
    """Says what it is told to, or fails as it is told to; keeps the texts it was asked about."""

    def __init__(self, answer: Verdict | Exception) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        self.asked.append(text)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer
