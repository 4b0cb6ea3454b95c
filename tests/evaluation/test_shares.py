"""Shares and their intervals, against values computed by hand."""

import numpy as np
import pytest

from evaluation.shares import Share, drawn_again


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (93, 100, 0.8625, 0.9657),
    ],
)
def test_the_interval_is_wilsons(hits: int, size: int, low: float, high: float) -> None:
    share = Share(hits, size)

    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert share.low <= share.value <= share.high


def test_a_share_of_nothing_could_be_anything() -> None:
    share = Share.of([])

    assert (share.value, share.low, share.high) == (0.0, 0.0, 1.0)


def test_a_share_counts_what_is_true() -> None:
    assert Share.of([True, False, True]) == Share(2, 3)


def test_rows_that_are_all_alike_leave_no_doubt() -> None:
    rows = np.array([[0.5, 1.0]] * 4)

    estimate = drawn_again(rows, lambda drawn: float(drawn[:, 0].mean()))

    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.5, 0.5)


def test_drawing_again_gives_the_same_interval_around_the_figure() -> None:
    rows = np.array([[0.0], [1.0]] * 50)

    first, second = (drawn_again(rows, lambda drawn: float(drawn.mean())) for _ in range(2))

    assert first == second
    assert 0.38 < first.low < first.value == 0.5 < first.high < 0.62
