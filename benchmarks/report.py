"""What was measured, as a table for the terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Figures, Measured

FORMAT: Final = 1
_HEADS: Final = ("benchmark", "beside", "unit", "ours", "99th", "peer's", "99th", "runs", "ratio")


@dataclass(frozen=True)
class LeftOut:
    """What could not be measured, and why. With no peer, it is the whole benchmark."""

    name: str
    peer: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} beside {self.peer}: {self.why}" if self.peer else f"{self.name}: {self.why}"


@dataclass(frozen=True)
class Report:
    """`made` is in UTC; `out_of_date` names the parts in var/ that are older than what they are made of."""

    made: str
    seconds: float
    quick: bool
    machine: dict[str, Any]
    versions: dict[str, str]
    out_of_date: tuple[str, ...]
    measured: tuple[Measured, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def is_whole(self) -> bool:
        return bool(self.measured) and not self.left_out

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made": self.made,
            "seconds": round(self.seconds, 1),
            "quick": self.quick,
            "machine": self.machine,
            "versions": self.versions,
            "out_of_date": list(self.out_of_date),
            "benchmarks": [_measured(one) for one in self.measured],
            "left_out": [{"name": one.name, "peer": one.peer, "why": one.why} for one in self.left_out],
        }


def show(report: Report, console: Console) -> None:
    """Nothing that was measured with is shown: some messages of the sets are of danger."""
    if report.measured:
        console.print(_table(report.measured))
        console.print(
            "The ratio is ours over the peer's: of ms, below 1 is faster; of entries/s, above 1 is."
        )
    notes = {one.name: one.note for one in report.measured if one.note}
    for line in (*(f"{name}: {note}" for name, note in notes.items()), *_about(report)):
        console.print(line, markup=False, highlight=False)
    for one in report.left_out:
        console.print(f"Not measured: {one}", markup=False, highlight=False)


def _about(report: Report) -> Sequence[str]:
    machine, versions = report.machine, report.versions
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; "
        f"load {machine['load']} before and {machine['load_after']} after, {report.seconds:.0f} s in all.",
        ", ".join(f"{name} {number}" for name, number in versions.items()),
    ]
    if report.out_of_date:
        lines.append(
            f"Missing, or older than its sources: {', '.join(report.out_of_date)}; see `signpost train`."
        )
    return lines


def _table(measured: Sequence[Measured]) -> Table:
    table = Table(*_HEADS[:3])
    for head in _HEADS[3:]:
        table.add_column(head, justify="right")
    for one in measured:
        ours, theirs = one.ours, one.theirs
        spans = (ours.median, ours.p99, theirs.median, theirs.p99)
        table.add_row(
            *(one.name, one.peer, one.unit.value),
            *(_short(value) for value in spans),
            *(str(ours.runs), _short(one.ratio)),
        )
    return table


def _short(value: float) -> str:
    """Three digits that count, and no more after the point than they need."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def _measured(one: Measured) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": one.what,
        "unit": one.unit.value,
        "better": "higher" if one.unit.is_rate else "lower",
        "ours": _figures(one.ours),
        "peer": {"name": one.peer, **_figures(one.theirs)},
        "ratio": _rounded(one.ratio),
        "note": one.note,
    }


def _figures(found: Figures) -> dict[str, Any]:
    return {"median": _rounded(found.median), "p99": _rounded(found.p99), "runs": found.runs}


def _rounded(value: float) -> float:
    """Five digits that count: a ratio of what stands here is the ratio that stands here."""
    return float(f"{value:.5g}")
