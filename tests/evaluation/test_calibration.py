"""Calibration and coverage of four answers, computed by hand."""

import pytest

from evaluation.asking import Answer
from evaluation.calibration import calibration, coverage
from evaluation.shares import Share
from tests.evaluation.made import an_answer


def sure(confidence: float, *, right: bool) -> Answer:
    return an_answer("greet", ("greet" if right else "thank", confidence))


def four() -> list[Answer]:
    return [sure(0.95, right=True), sure(0.85, right=False), sure(0.85, right=True), sure(0.35, right=False)]


def test_the_error_is_the_mean_gap_between_confidence_and_truth() -> None:
    found = calibration(four())

    # 1/4 * 0.05 + 2/4 * 0.35 + 1/4 * 0.35
    assert found.error.value == pytest.approx(0.275)
    assert found.error.low <= 0.275 <= found.error.high


def test_each_tenth_of_confidence_has_its_bin() -> None:
    bins = calibration(four()).bins

    assert [one.right for one in bins if one.right.size] == [Share(0, 1), Share(1, 2), Share(1, 1)]
    assert bins[8].confidence == pytest.approx(0.85)
    assert len(bins) == 10


@pytest.mark.parametrize(("confidence", "place"), [(0.0, 0), (0.3, 3), (0.7, 7), (1.0, 9)])
def test_a_confidence_on_the_border_belongs_to_the_bin_above_and_one_to_the_last(
    confidence: float, place: int
) -> None:
    bins = calibration([sure(confidence, right=True)]).bins

    assert bins[place].right == Share(1, 1)


def test_coverage_answers_the_surest_first() -> None:
    points = {round(point.coverage, 2): point for point in coverage(four())}

    assert points[0.25].right == Share(1, 1)
    assert points[0.75].right == Share(2, 3)
    assert points[1.0].right == Share(2, 4)
    assert (points[0.25].least, points[0.75].least, points[1.0].least) == (0.95, 0.85, 0.35)


def test_of_nothing_there_is_no_curve_and_no_error() -> None:
    assert coverage([]) == ()
    assert calibration([]).error.value == 0
