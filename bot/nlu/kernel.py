"""Kernel ridge regression over meaning and spelling, with what it would say of an example it had not seen.

Meaning is the encoder's vector, compared with every example by a Gaussian kernel; spelling is a bag of letter
groups, which catches slips and names that the encoder does not know. Where all examples are too many, some of
them, evenly chosen, are the landmarks that the others and every message are compared with.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from scipy.linalg.lapack import spotrs
from scipy.sparse import csr_matrix

_ROWS: Final = 1_000
_COMMON: Final = 0.03
_JITTER: Final = 1e-4  # two examples that are the same must not make the landmarks singular

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Shape:
    """The Gaussian's width, spelling's weight against meaning, how far examples may be disbelieved.

    `landmarks` is how many examples others are compared with; 0 for all of them.
    """

    width: float
    weight: float
    ridge: float
    landmarks: int = 0


@dataclass(frozen=True)
class Kernel:
    """Everything a prediction needs. Arrays only, so that it is stored without pickle."""

    width: Floats
    centre: Floats  # mean of the examples' vectors
    examples: Floats  # their centred vectors, or those of the landmarks
    meaning: Floats  # (examples or landmarks, answers)
    rarity: Floats  # inverse document frequency of each letter group
    spelling: Floats  # (letter groups, answers)
    base: Floats  # mean of each answer

    @classmethod
    def fit(
        cls, vectors: Floats, counts: csr_matrix, targets: Doubles, shape: Shape, asked: Rows
    ) -> tuple[Self, Doubles]:
        """The fitted kernel, and for each example asked about what it would have said had it not seen it."""
        centre = vectors.mean(axis=0)
        examples = centred(vectors, centre)
        rare = rarity(counts)
        letters = weigh(counts, rare)
        base = targets.mean(axis=0)
        solve = _by_landmarks if 0 < shape.landmarks < len(examples) else _by_all
        solved = solve(examples, letters, np.asarray(targets - base, np.float32), shape, asked)
        fitted = cls(
            width=np.array([shape.width], np.float32),
            centre=centre,
            examples=examples[solved.chosen],
            meaning=solved.duals.astype(np.float32),
            rarity=rare,
            spelling=np.asarray(shape.weight * (letters[solved.chosen].T @ solved.duals), np.float32),
            base=base.astype(np.float32),
        )
        return fitted, base + solved.left_out

    def scores(self, vectors: Floats, counts: csr_matrix) -> Floats:
        """(messages, answers): about 1 for yes and 0 for no."""
        near = alike(centred(vectors, self.centre), self.examples, float(self.width[0]))
        return np.asarray(near @ self.meaning + weigh(counts, self.rarity) @ self.spelling + self.base)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, stored: "dict[str, NDArray[Any]]") -> Self:
        """Raises KeyError when one is missing."""
        return cls(**{field.name: stored[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class _Solved:
    """`left_out` is what each example asked about would get had it not been seen, less the base."""

    chosen: Rows
    duals: Doubles
    left_out: Doubles


def _by_all(examples: Floats, letters: csr_matrix, targets: Floats, shape: Shape, asked: Rows) -> _Solved:
    """Takes memory with the square of the examples, and time with their cube."""
    kernel = _likeness(examples, letters, np.arange(len(examples)), shape)
    kernel[np.diag_indices_from(kernel)] += shape.ridge
    lower = cholesky(kernel.T, lower=True, overwrite_a=True, check_finite=False)  # .T: in LAPACK's order
    duals, _ = spotrs(lower, targets, lower=True)
    certainty = np.empty(len(asked), np.float64)
    for start in range(0, len(asked), _ROWS):
        rows = asked[start : start + _ROWS]
        ones = np.zeros((len(lower), len(rows)), np.float32, order="F")
        ones[rows, np.arange(len(rows))] = 1
        half = solve_triangular(lower, ones, lower=True, overwrite_b=True, check_finite=False)
        certainty[start : start + len(rows)] = np.einsum("ij,ij->j", half, half, dtype=np.float64)
    left_out = targets[asked] - duals[asked] / certainty[:, np.newaxis]
    return _Solved(np.arange(len(examples)), np.asarray(duals, np.float64), np.asarray(left_out, np.float64))


def _by_landmarks(
    examples: Floats, letters: csr_matrix, targets: Floats, shape: Shape, asked: Rows
) -> _Solved:
    """Ridge regression on what the landmarks span (Nyström): time and memory grow with the examples only."""
    chosen = np.linspace(0, len(examples) - 1, shape.landmarks).astype(np.intp)
    near = _likeness(examples, letters, chosen, shape)
    among = near[chosen].astype(np.float64)
    among[np.diag_indices_from(among)] += _JITTER
    lower = cholesky(among, lower=True).astype(np.float32)
    features = solve_triangular(lower, near.T, lower=True, overwrite_b=True, check_finite=False)
    inner = np.asarray(features @ features.T, np.float64)
    inner[np.diag_indices_from(inner)] += shape.ridge
    factor = cho_factor(inner, overwrite_a=True)
    weights = cho_solve(factor, features @ targets)
    mine = features[:, asked]
    certainty = 1 - np.einsum("ij,ij->j", mine, cho_solve(factor, mine))
    missed = (targets[asked] - mine.T @ weights) / certainty[:, np.newaxis]
    duals = solve_triangular(lower, weights, lower=True, trans="T")
    return _Solved(chosen, np.asarray(duals, np.float64), np.asarray(targets[asked] - missed, np.float64))


def _likeness(examples: Floats, letters: csr_matrix, chosen: Rows, shape: Shape) -> Floats:
    """(examples, chosen): the largest thing here, so made a part at a time and kept once."""
    likeness = np.empty((len(examples), len(chosen)), np.float32)
    # A few groups stand in very many examples and would take nearly all of a sparse product's time.
    is_common = np.asarray((letters > 0).mean(axis=0)).ravel() > _COMMON
    common, rare = letters[:, is_common].toarray(), csr_matrix(letters[:, ~is_common])
    rare_by_group = csr_matrix(rare[chosen].T)
    for start in range(0, len(examples), _ROWS):
        rows = slice(start, start + _ROWS)
        likeness[rows] = alike(examples[rows], examples[chosen], shape.width)
        spelt = common[rows] @ common[chosen].T + (rare[rows] @ rare_by_group).toarray()
        likeness[rows] += shape.weight * spelt
    return likeness


def save(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def centred(vectors: Floats, centre: Floats) -> Floats:
    """The encoder's vectors all point much the same way; what differs is what tells."""
    moved = vectors - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)


def alike(left: Floats, right: Floats, width: float) -> Floats:
    return np.asarray(np.exp(width * (left @ right.T - 1)), np.float32)


def rarity(counts: csr_matrix) -> Floats:
    having = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + having)) + 1, np.float32)


def weigh(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """TF-IDF with damped counts; each row of length 1."""
    weighed = csr_matrix(counts, dtype=np.float32, copy=True)
    weighed.data = (1 + np.log(weighed.data)) * rarity[weighed.indices]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(weighed.indptr)).astype(np.float32)
    return weighed
