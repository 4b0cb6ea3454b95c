"""The command as it is typed: what it measures is real, what it cannot measure is said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT


def bench(var: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "bench", *options]
    environment = os.environ | {"SIGNPOST_VAR_DIR": str(var)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_what_needs_no_model_is_measured_with_nothing_made(tmp_path: Path) -> None:
    wanted = ("append", "verify-log", "request", "page")

    done = bench(tmp_path, "--quick", "--json", *(part for name in wanted for part in ("--only", name)))

    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert [one["name"] for one in data["benchmarks"]] == list(wanted)
    for one in data["benchmarks"]:
        assert one["ours"]["runs"] == one["peer"]["runs"] >= 10
        assert one["ratio"] > 0
        assert one["ratio"] == pytest.approx(one["ours"]["median"] / one["peer"]["median"], rel=1e-3)
    assert data["left_out"] == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_measured_is_said_and_the_exit_status_tells(tmp_path: Path) -> None:
    done = bench(tmp_path, "--quick", "--json", "--only", "append", "--only", "encode")

    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert [one["name"] for one in data["benchmarks"]] == ["append"]
    (left,) = data["left_out"]
    assert left["name"] == "encode"
    assert "signpost train" in left["why"]
    assert "Not measured: encode" in done.stderr


def test_the_table_says_what_is_missing(tmp_path: Path) -> None:
    done = bench(tmp_path, "--quick", "--only", "screen")

    assert done.returncode == 1
    assert "Not measured: screen: " in done.stdout
    assert "ratio" not in done.stdout


def test_a_benchmark_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = bench(tmp_path, "--only", "speed")

    assert done.returncode == 2
    assert "there is no speed" in done.stderr
    assert "verify-log" in done.stderr
