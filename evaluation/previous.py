"""The report before this one, and what has changed since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evaluation.measuring import Measured

_LATEST: Final = "*/report.json"
# Each figure that is compared: its words, where it stands, and whether more of it is better.
_SHARES: Final = (
    ("first guess right", "first", True),
    ("right among three", "among_three", True),
    ("in scope, turned away", "turned_away", False),
    ("out of scope told", "outside_told", True),
)


@dataclass(frozen=True)
class Change:
    """`now` and `before` are parts of 1, but for times, which are milliseconds."""

    set: str
    words: str
    now: float
    before: float
    more_is_better: bool
    is_time: bool = False

    @property
    def arrow(self) -> str:
        if abs(self.now - self.before) < (0.05 if self.is_time else 0.0005):
            return "→"
        return "↑" if self.now > self.before else "↓"

    @property
    def judgement(self) -> str:
        if self.arrow == "→":
            return "same"
        return "better" if (self.now > self.before) == self.more_is_better else "worse"


@dataclass(frozen=True)
class Against:
    """`other_sets` are the sets whose messages are no longer the same: their changes say little."""

    made: str
    changes: tuple[Change, ...]
    other_sets: tuple[str, ...]


def find(folders: Sequence[Path]) -> Path | None:
    """The report made last under the first folder that holds one."""
    for folder in folders:
        dated = [(_made(path), path) for path in (*folder.glob(_LATEST), *folder.glob("report.json"))]
        known = [(made, path) for made, path in dated if made]
        if known:
            return max(known)[1]
    return None


def read(path: Path) -> dict[str, Any]:
    """Raises OSError or ValueError."""
    data = json.loads(path.read_text("utf-8"))
    if not isinstance(data, dict) or "sets" not in data or "made" not in data:
        raise ValueError(f"{path} is no report.")
    return data


def against(sets: Sequence[Measured], before: Mapping[str, Any]) -> Against:
    """What both hold. Raises KeyError or TypeError for a report that is not laid out as ours."""
    earlier = {one["name"]: one for one in before["sets"]}
    changes: list[Change] = []
    others: list[str] = []
    for one in sets:
        old = earlier.get(one.name)
        if old is None:
            continue
        if old["digest"] != one.digest or list(old["seen"]) != list(one.seen):
            others.append(one.name)
        changes += _changes(one, old)
    return Against(str(before["made"]), tuple(changes), tuple(others))


def _changes(now: Measured, old: Mapping[str, Any]) -> list[Change]:
    found = []
    for words, key, more_is_better in _SHARES:
        share, earlier = getattr(now.headline, key), old["headline"][key]
        if share.size and earlier["size"]:
            found.append(Change(now.name, words, share.value, float(earlier["value"]), more_is_better))
    errors = now.calibration.error.value, float(old["calibration"]["error"]["value"])
    found.append(Change(now.name, "calibration error", *errors, more_is_better=False))
    medians = now.times.median, float(old["times"]["median"])
    found.append(Change(now.name, "median time", *medians, more_is_better=False, is_time=True))
    return found


def _made(path: Path) -> str:
    try:
        return str(read(path)["made"])
    except (OSError, ValueError):
        return ""
