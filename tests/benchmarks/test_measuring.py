"""Ours and a peer's, in turn: the ratio, the slow runs, the order, and what cannot be measured."""

import pytest

from benchmarks.measuring import FEWEST, WARM_UP, CannotMeasure, Figures, Unit, measure
from tests.benchmarks.timed import Time, a_task

LONG = 1_000.0


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio"), [(0.004, 0.002, 2.0), (0.002, 0.008, 0.25), (0.003, 0.003, 1.0)]
)
def test_the_ratio_is_our_time_over_the_peers(ours: float, theirs: float, ratio: float) -> None:
    time = Time()

    (found,) = measure(a_task(time, ours, theirs), time, LONG)

    assert found.ratio == pytest.approx(ratio)
    assert (found.ours.median, found.theirs.median) == (
        pytest.approx(ours * 1e3),
        pytest.approx(theirs * 1e3),
    )


def test_of_rates_the_faster_has_the_higher_figure_and_its_slow_runs_the_lower() -> None:
    time = Time()
    slow_once = time.takes("ours", *[0.5] * 10, 2.0, 0.5)
    task = a_task(time, 0, 1.0, ours=slow_once, unit=Unit.ENTRIES, size=100)

    (found,) = measure(task, time, LONG)

    assert (found.ours.median, found.theirs.median) == (pytest.approx(200), pytest.approx(100))
    assert found.ratio == pytest.approx(2)
    assert 50 < found.ours.p99 < 200


def test_each_run_is_done_by_all_before_the_next_begins() -> None:
    time = Time()
    peers = {"a": time.takes("a", 1), "b": time.takes("b", 1)}

    measure(a_task(time, 1, 0, peers=peers, runs=3), time, LONG)

    assert time.done[-9:] == [(who, number) for number in range(3) for who in ("ours", "a", "b")]


def test_every_peer_stands_beside_the_same_runs_of_ours() -> None:
    time = Time()
    peers = {"quick": time.takes("quick", 0.001), "slow": time.takes("slow", 0.1)}

    quick, slow = measure(a_task(time, 0.01, 0, peers=peers), time, LONG)

    assert (quick.peer, slow.peer) == ("quick", "slow")
    assert (quick.ratio, slow.ratio) == (pytest.approx(10), pytest.approx(0.1))
    assert quick.ours is slow.ours


def test_what_warms_up_is_not_counted_and_is_no_run_that_is() -> None:
    time = Time()

    (found,) = measure(a_task(time, 0.01, 0.01, runs=20), time, LONG)

    ours = [number for who, number in time.done if who == "ours"]
    assert ours == [*range(20, 20 + WARM_UP), *range(20)]
    assert found.ours.runs == found.theirs.runs == 20


def test_one_slow_run_of_a_hundred_is_in_the_99th_percentile_and_not_in_the_median() -> None:
    time = Time()
    slow_once = time.takes("ours", *[0.001] * 99, 1.0, 0.001)

    (found,) = measure(a_task(time, 0, 0.001, ours=slow_once, runs=100), time, LONG)

    assert found.ours.median == pytest.approx(1)
    assert found.ours.p99 > 5
    assert found.theirs == Figures(pytest.approx(1), pytest.approx(1), 100)


def test_when_time_is_up_no_run_begins_but_the_fewest_are_made() -> None:
    time, patient = Time(), Time()

    (hasty,) = measure(a_task(time, 1.0, 1.0, runs=100), time, seconds=0)
    (longer,) = measure(a_task(patient, 1.0, 1.0, runs=100), patient, seconds=60)

    assert hasty.ours.runs == FEWEST
    assert longer.ours.runs == 30


def test_what_is_done_before_a_run_is_not_timed() -> None:
    time = Time()
    task = a_task(time, 0.001, 0.001, before=time.takes("before", 5.0))

    (found,) = measure(task, time, LONG)

    assert found.ours.median == pytest.approx(1)


@pytest.mark.parametrize(
    "change",
    [{"peers": {}}, {"runs": 0}, {"peers": {"a peer": lambda number: None}}],
    ids=["no peer", "no run", "a peer that does nothing"],
)
def test_where_there_is_nothing_to_compare_there_is_no_figure(change: dict[str, object]) -> None:
    time = Time()

    with pytest.raises(CannotMeasure):
        measure(a_task(time, 0.001, 0.001, **change), time, LONG)
