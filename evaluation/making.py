"""Makes the report: asks about every set, puts the figures together, writes the folder."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation import previous
from evaluation.asking import ask
from evaluation.markdown import to_markdown
from evaluation.measuring import Measured, measure
from evaluation.peers import results
from evaluation.peers.compare import Compared, compare, in_order
from evaluation.peers.run import is_current
from evaluation.pictures import draw
from evaluation.promises import promises
from evaluation.report import Report, write_json
from evaluation.sets import DANGER, LabelledSet


def ask_all(
    model: Path, sets: Sequence[LabelledSet], clock: Callable[[], float], say: Callable[[str], None]
) -> tuple[Measured, ...]:
    """Raises ModelMissing."""
    from bot.nlu.understand import Understander

    understander = Understander.load(model)
    measured = []
    for one in sets:
        say(f"{one.name}: {len(one.lines)} messages")
        measured.append(measure(one, ask(understander, one.lines, clock)))
    return tuple(measured)


def earlier(named: Path | None, folders: Sequence[Path]) -> Mapping[str, Any] | None:
    """The report named, else the last one made. Raises OSError or ValueError for one that is no report."""
    path = named or previous.find(folders)
    return None if path is None else previous.read(path)


def known_peers(folder: Path) -> tuple[Compared, ...]:
    """What was measured of other recognisers, each with whether it still holds."""
    return in_order([compare(one, is_current=is_current(one, folder)) for one in results.newest(folder)])


def make(
    sets: Sequence[Measured],
    *,
    made: str,
    model: str,
    machine: str,
    peers: Sequence[Compared],
    before: Mapping[str, Any] | None,
) -> Report:
    return Report(
        made=made,
        model=model,
        machine=machine,
        sets=tuple(sets),
        promises=promises(sets, peers),
        peers=tuple(peers),
        against=None if before is None else previous.against(sets, before),
    )


def write(report: Report, folder: Path) -> None:
    """Markdown, JSON and pictures, over what an earlier run left there."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.svg"), *folder.glob("report.*")):
        if not old.name.startswith(DANGER):  # those are of the other report
            old.unlink()
    pictures = draw(report, folder)
    (folder / "report.md").write_text(to_markdown(report, pictures), "utf-8")
    write_json(report, folder)
