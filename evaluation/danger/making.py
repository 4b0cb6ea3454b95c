"""Makes the danger report: asks about every set, puts the figures together, writes the folder."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.safety.ports import Judge
from evaluation.danger.asking import Clocks, Judged, ask
from evaluation.danger.compare import Compared
from evaluation.danger.markdown import to_markdown
from evaluation.danger.measuring import Measured, measure
from evaluation.danger.misses import FILE
from evaluation.danger.misses import to_markdown as misses_to_markdown
from evaluation.danger.peers.screens import Scores
from evaluation.danger.pictures import draw
from evaluation.danger.promises import promises
from evaluation.danger.report import Report
from evaluation.danger.sets import DangerSet, without_before
from evaluation.danger.timing import Timed, timed
from evaluation.danger.words import SIGNPOST
from evaluation.figures import times
from evaluation.peers.benchmarks import CLINC150

NAME: Final = "danger"


@dataclass(frozen=True)
class Asked:
    """One set with what was made of it. Its texts go no further, but for those that may be read."""

    found: DangerSet
    judged: tuple[Judged, ...]
    measured: Measured


def ask_all(
    screen: Judge,
    scores: Scores | None,
    sets: Sequence[DangerSet],
    clocks: Clocks,
    say: Callable[[str], None],
) -> tuple[Asked, ...]:
    """`scores` are the head's for the curve, None where it has none."""
    asked = []
    for one in sets:
        say(f"{one.name}: {len(one.lines)} messages")
        judged = ask(screen, one.lines, clocks, say)
        has_before = any(line.before for line in one.lines)
        alone = ask(screen, without_before(one).lines, clocks) if has_before else None
        # The curve is of single messages with both kinds of line.
        has_curve = scores is not None and not has_before and one.name != CLINC150
        found = (
            scores.danger_scores([line.text for line in one.lines])
            if scores is not None and has_curve
            else None
        )
        asked.append(Asked(one, judged, measure(one, judged, found, alone)))
    return tuple(asked)


def make(
    asked: Sequence[Asked],
    *,
    made: str,
    screen: str,
    machine: str,
    only: int,
    peers: Sequence[Compared],
) -> Report:
    sets = [one.measured for one in asked]
    took = times_of(asked)
    return Report(
        made=made,
        screen=screen,
        machine=machine,
        only=only,
        sets=tuple(sets),
        promises=promises(sets, took),
        expected=promises(sets, took, on_test=False),
        times=took,
        peers=(*(_ours(one, made) for one in asked), *peers),
    )


def times_of(asked: Sequence[Asked]) -> tuple[Timed, ...]:
    """Of our own sets: CLINC150's short and harmless messages would make any screen look fast."""
    return timed([each for one in asked if one.found.name != CLINC150 for each in one.judged])


def write(report: Report, asked: Sequence[Asked], names: dict[str, str], folder: Path) -> None:
    """Markdown, JSON, pictures and the errors that may be read, over what an earlier run left there."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob(f"{NAME}*.svg"), *folder.glob(f"{NAME}*.md"), *folder.glob(f"{NAME}.json")):
        old.unlink()
    pictures = draw(report, folder)
    (folder / f"{NAME}.md").write_text(to_markdown(report, pictures), "utf-8")
    (folder / f"{NAME}.json").write_text(
        json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    errors = misses_to_markdown([(one.found, one.judged) for one in asked], names)
    (folder / FILE).write_text(errors, "utf-8")


def _ours(one: Asked, made: str) -> Compared:
    return Compared(
        system=SIGNPOST,
        set=one.found.name,
        made=made,
        is_current=True,
        trained_on=0,
        training_seconds=0.0,
        headline=one.measured.headline,
        curve=one.measured.curve,
        milliseconds=times([each.seconds for each in one.judged]),
    )
