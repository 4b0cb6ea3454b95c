"""Kernel ridge regression: what it says of an example it had not seen is true, by all and by landmarks."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu import kernel
from bot.nlu.kernel import Kernel, Shape

SHAPE = Shape(width=2.0, weight=0.2, ridge=0.3)
SIZE = 60


def some_examples() -> tuple[np.ndarray, csr_matrix, np.ndarray]:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(SIZE, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    counts = csr_matrix(chance.poisson(0.6, size=(SIZE, 30)).astype(np.float32))
    targets = (vectors[:, :2] > 0).astype(np.float64)
    return vectors, counts, targets


def test_with_every_example_a_landmark_both_ways_say_the_same() -> None:
    vectors, counts, targets = some_examples()
    asked = np.arange(0, SIZE, 7)
    letters = kernel.weigh(counts, kernel.rarity(counts))
    plain = np.asarray(targets, np.float32)

    by_all = kernel._by_all(vectors, letters, plain, SHAPE, asked)
    by_landmarks = kernel._by_landmarks(vectors, letters, plain, replace(SHAPE, landmarks=SIZE), asked)

    np.testing.assert_allclose(by_landmarks.duals, by_all.duals, atol=0.01)
    np.testing.assert_allclose(by_landmarks.left_out, by_all.left_out, atol=0.01)


@pytest.mark.parametrize("landmarks", [0, 20])
def test_what_it_says_of_an_example_left_out_is_what_it_says_without_it(landmarks: int) -> None:
    vectors, counts, targets = some_examples()
    shape = replace(SHAPE, landmarks=landmarks)
    row = 7  # no landmark: those are rows 0, 3, 6, 9, …

    _, left_out = Kernel.fit(vectors, counts, targets, shape, np.array([row]))

    # An example whose answer is just what would be said of it without it changes nothing.
    targets[row] = left_out[0]
    again, _ = Kernel.fit(vectors, counts, targets, shape, np.array([row]))
    said = again.scores(vectors[row : row + 1], counts[row])
    np.testing.assert_allclose(said, left_out, atol=0.03)


def test_landmarks_keep_the_model_small_and_tell_the_two_apart_all_the_same() -> None:
    vectors, counts, targets = some_examples()

    fitted, _ = Kernel.fit(vectors, counts, targets, replace(SHAPE, landmarks=25), np.arange(3))

    assert fitted.examples.shape == (25, 8)
    right = (fitted.scores(vectors, counts) > 0.5) == (targets > 0.5)
    assert right.mean() > 0.85
