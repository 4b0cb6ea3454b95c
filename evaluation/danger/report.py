"""The report on the danger screen as data."""

from dataclasses import dataclass
from typing import Any, Final

from evaluation.danger.compare import Compared
from evaluation.danger.measuring import Measured
from evaluation.danger.sets import ENGLISH_DEVELOPMENT, ENGLISH_TEST
from evaluation.danger.timing import Timed
from evaluation.promises import Promise
from evaluation.report import plain

FORMAT: Final = 1
MAIN: Final = (ENGLISH_TEST, ENGLISH_DEVELOPMENT)


@dataclass(frozen=True)
class Report:
    """`made` is in UTC; `screen` names the phrases and the head; `machine` is what the times hold for.

    `only` is how many lines of each set were taken when it was only tried out, else 0. `expected` are the
    promises on the development sets.
    """

    made: str
    screen: str
    machine: str
    only: int
    sets: tuple[Measured, ...]
    promises: tuple[Promise, ...]
    expected: tuple[Promise, ...]
    times: tuple[Timed, ...]
    peers: tuple[Compared, ...]

    @property
    def main(self) -> Measured | None:
        found = {one.name: one for one in self.sets}
        return next((found[name] for name in MAIN if name in found), None)

    def to_json(self) -> dict[str, Any]:
        data = plain(self)
        assert isinstance(data, dict)
        return {"format": FORMAT, **data}
