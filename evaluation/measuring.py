"""All that is measured on one set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.asking import Answer
from evaluation.calibration import Calibration, Covered, calibration, coverage
from evaluation.confusion import Confusion, confusions
from evaluation.figures import Headline, Times, headline, times
from evaluation.groups import Group, grouped
from evaluation.sets import LabelledSet


@dataclass(frozen=True)
class Measured:
    """`outside` is how many of the `size` messages are out of scope; `seen` are line numbers left out."""

    name: str
    is_open: bool
    digest: str
    size: int
    outside: int
    seen: tuple[int, ...]
    headline: Headline
    groups: Mapping[str, tuple[Group, ...]]
    confusions: tuple[Confusion, ...]
    calibration: Calibration
    coverage: tuple[Covered, ...]
    times: Times


def measure(found: LabelledSet, answers: Sequence[Answer]) -> Measured:
    """Texts get into it only from a set that may be read."""
    return Measured(
        name=found.name,
        is_open=found.is_open,
        digest=found.digest,
        size=len(answers),
        outside=sum(not answer.line.is_in_scope for answer in answers),
        seen=found.seen,
        headline=headline(answers),
        groups=grouped(answers),
        confusions=confusions(answers, with_texts=found.is_open),
        calibration=calibration(answers),
        coverage=coverage(answers),
        times=times([answer.seconds for answer in answers]),
    )
