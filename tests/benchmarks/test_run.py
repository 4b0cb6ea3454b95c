"""A run of benchmarks: what cannot be measured is said, and takes nothing else along."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import run as runs
from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task
from benchmarks.report import LeftOut, Report
from benchmarks.run import Opens
from bot.settings import Settings
from tests.benchmarks.timed import Time, a_task


def opening(*tasks: Task) -> Opens:
    @contextmanager
    def opened(_bench: Bench) -> Iterator[Sequence[Task]]:
        yield tasks

    return opened


def failing(error: Exception) -> Opens:
    @contextmanager
    def opened(_bench: Bench) -> Iterator[Sequence[Task]]:
        raise error
        yield ()

    return opened


def a_run(folder: Path, time: Time, **wanted: Opens) -> Report:
    settings = Settings(_env_file=None, var_dir=folder)  # type: ignore[call-arg]
    return runs.run(settings, wanted, quick=True, say=lambda words: None, clock=time)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (CannotMeasure("The encoder is missing."), "The encoder is missing."),
        (ValueError("a b\nc"), "It broke: ValueError: a b c"),
    ],
)
def test_a_benchmark_that_cannot_be_measured_is_named_and_the_others_are_measured(
    tmp_path: Path, error: Exception, why: str
) -> None:
    time = Time()

    report = a_run(tmp_path, time, first=failing(error), screen=opening(a_task(time, 2, 1)))

    assert report.left_out == (LeftOut("first", "", why),)
    assert [(one.name, one.ratio) for one in report.measured] == [("screen", pytest.approx(2))]
    assert not report.is_whole


def test_work_that_breaks_has_no_figure_and_the_next_task_has(tmp_path: Path) -> None:
    time = Time()

    def breaks(number: int) -> None:
        if number == 7:
            raise OSError("disk full")

    tasks = opening(a_task(time, 1, 1, name="bad", ours=breaks), a_task(time, 1, 1, name="good"))

    report = a_run(tmp_path, time, both=tasks)

    assert report.left_out == (LeftOut("bad", "", "It broke: OSError: disk full"),)
    assert [one.name for one in report.measured] == ["good"]


def test_a_peer_that_is_not_here_is_named_beside_what_was_measured(tmp_path: Path) -> None:
    time = Time()
    task = a_task(time, 1, 1, absent={"another peer": "It is not prepared."})

    report = a_run(tmp_path, time, screen=opening(task))

    assert [one.peer for one in report.measured] == ["a peer"]
    assert report.left_out == (LeftOut("screen", "another peer", "It is not prepared."),)
    assert not report.is_whole


def test_all_measured_is_whole_and_nothing_is_left_in_var(tmp_path: Path) -> None:
    time = Time()

    report = a_run(tmp_path / "var", time, screen=opening(a_task(time, 1, 1)))

    assert report.is_whole
    assert list((tmp_path / "var").iterdir()) == []


def test_parts_that_are_missing_are_named(tmp_path: Path) -> None:
    time = Time()

    report = a_run(tmp_path, time, screen=opening(a_task(time, 1, 1)))

    assert report.out_of_date == ("encoder", "danger screen", "assistant")
