"""The report as JSON and as a table: everything promised is in it, and no figure is another than measured."""

import io
import json

import pytest
from rich.console import Console

from benchmarks import machine
from benchmarks.measuring import Figures, Measured, Unit
from benchmarks.report import LeftOut, Report, show

TIMED = Measured(
    "screen",
    "one message judged",
    Unit.MILLISECONDS,
    "list of words",
    Figures(12.3456, 40.0, 300),
    Figures(0.04, 0.1, 300),
    "A note.",
)
RATED = Measured(
    *("verify-log", "entries checked", Unit.ENTRIES, "hashlib alone"),
    *(Figures(20_000.0, 15_000.0, 50), Figures(800_000.0, 700_000.0, 50)),
)
LEFT = LeftOut("encode", "", "There is no encoder in [var].")


def a_report(**more: object) -> Report:
    fields: dict[str, object] = {
        "made": "2026-11-30T08:00:00+00:00",
        "seconds": 61.23,
        "quick": False,
        "machine": machine.machine() | {"load_after": 0.5},
        "versions": machine.versions(),
        "out_of_date": (),
        "measured": (TIMED, RATED),
        "left_out": (LEFT,),
    }
    return Report(**fields | more)  # type: ignore[arg-type]


def shown(report: Report) -> str:
    out = io.StringIO()
    show(report, Console(file=out, width=120))
    return out.getvalue()


def test_json_holds_what_is_promised() -> None:
    data = json.loads(json.dumps(a_report().to_json()))

    first, second = data["benchmarks"]
    assert first == {
        "name": "screen",
        "what": "one message judged",
        "unit": "ms",
        "better": "lower",
        "ours": {"median": 12.346, "p99": 40.0, "runs": 300},
        "peer": {"name": "list of words", "median": 0.04, "p99": 0.1, "runs": 300},
        "ratio": 308.64,
        "note": "A note.",
    }
    assert (second["unit"], second["better"], second["ratio"]) == ("entries/s", "higher", 0.025)
    assert data["left_out"] == [{"name": "encode", "peer": "", "why": "There is no encoder in [var]."}]
    assert {"processor", "cores", "memory_gb", "system", "load", "load_after"} == set(data["machine"])
    assert {"python", "sqlite", "rasa", "onnxruntime", "signpost"} <= set(data["versions"])
    assert (data["format"], data["seconds"], data["quick"]) == (1, 61.2, False)


def test_the_table_names_both_with_their_ratio_and_what_was_left_out() -> None:
    text = shown(a_report())

    (row,) = [line for line in text.splitlines() if "list of words" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [
        *("screen", "list of words", "ms", "12.3", "40.0", "0.040", "0.100", "300", "309"),
    ]
    assert "screen: A note." in text
    assert "Not measured: encode: There is no encoder in [var]." in text


def test_with_nothing_measured_there_is_no_table_and_it_is_not_whole() -> None:
    report = a_report(measured=())

    assert "ratio" not in shown(report)
    assert not report.is_whole


def test_parts_older_than_their_sources_are_named() -> None:
    assert "older than its sources: encoder" in shown(a_report(out_of_date=("encoder",)))


def test_only_all_that_was_wanted_is_whole() -> None:
    assert a_report(left_out=()).is_whole
    assert not a_report().is_whole


@pytest.mark.parametrize("package", ["no-such-package"])
def test_a_package_that_is_not_there_is_said_to_be_missing(package: str) -> None:
    assert machine.versions([package])[package] == "not installed"
