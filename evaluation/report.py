"""The whole report as data: what it holds, and how it is kept as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from evaluation.measuring import Measured
from evaluation.peers.compare import Compared
from evaluation.previous import Against
from evaluation.promises import Promise
from evaluation.shares import Share

FORMAT: Final = 1
JSON_NAME: Final = "report.json"
# What stands first is what the report is about, where it is there.
MAIN: Final = ("english_test", "english_development")


@dataclass(frozen=True)
class Report:
    """`made` is in UTC; `model` is the hash of the model's file; `machine` is what the times hold for."""

    made: str
    model: str
    machine: str
    sets: tuple[Measured, ...]
    promises: tuple[Promise, ...]
    peers: tuple[Compared, ...]
    against: Against | None

    @property
    def main(self) -> Measured | None:
        found = {one.name: one for one in self.sets}
        return next((found[name] for name in MAIN if name in found), None)

    def to_json(self) -> dict[str, Any]:
        data = plain(self)
        assert isinstance(data, dict)
        return {"format": FORMAT, **data}


def plain(value: Any) -> Any:
    """Data classes as what JSON has; a share with its value and interval, a promise with its verdict."""
    if isinstance(value, Share):
        rounded = {name: round(getattr(value, name), 5) for name in ("value", "low", "high")}
        return {"hits": value.hits, "size": value.size, **rounded}
    if isinstance(value, Promise):
        return {**_fields(value), "verdict": value.verdict.value}
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return round(value, 5) if isinstance(value, float) else value


def write_json(report: Report, folder: Path) -> None:
    text = json.dumps(report.to_json(), indent=1, ensure_ascii=False)
    (folder / JSON_NAME).write_text(text + "\n", "utf-8")


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
