"""One run of the danger evaluation, from the settings to the written report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.bootstrap import build_judge
from bot.content import BadContent
from bot.nlu.encoder import EncoderBroken
from bot.nlu.screen_data import Line, read_lines
from bot.nlu.screen_head import HeadBroken, TrainedHead
from bot.settings import ROOT, Settings
from evaluation.danger import making, misses
from evaluation.danger.asking import Clocks
from evaluation.danger.compare import Compared, compare
from evaluation.danger.peers import run as peers_run
from evaluation.danger.peers.results import Result, read, train_key
from evaluation.danger.peers.screens import our_head, scores_of
from evaluation.danger.sets import DangerSet, clinc, load, trained_texts
from evaluation.peers.benchmarks import CLINC150, NoSuchData
from evaluation.peers.recogniser import TrainingFailed
from evaluation.sets import SETS, BadSets

CLOCKS: Final = Clocks(time.perf_counter, time.process_time)
SAMPLE: Final = 10  # other systems are asked every tenth message of CLINC150


class ScreenBroken(Exception):
    """The screen judged with a part of it broken: those are not its figures."""


REFUSED: Final = (
    *(BadSets, BadContent, NoSuchData, EncoderBroken, HeadBroken, TrainingFailed),
    *(ScreenBroken, peers_run.PeerBroken, ValueError, OSError),
)


@dataclass(frozen=True)
class Wanted:
    """`systems` are the others to be measured now; `most` lines of each set, or 0 for all.

    The report goes into the first of the `folders` in any case, into the others when the screen is whole.
    """

    datasets: Path
    systems: tuple[str, ...]
    most: int
    folders: tuple[Path, ...]


def run(settings: Settings, results: Path, wanted: Wanted, machine: str, say: Callable[[str], None]) -> None:
    """Raises what is in REFUSED; ScreenBroken only when all that can be is written."""
    names = misses.read_names(SETS)  # refused before anything long is done
    trained = read_lines(ROOT / "data")
    sets = (*load(SETS, trained_texts(ROOT / "data")), clinc(wanted.datasets))
    sets = tuple(one.sliced(wanted.most) if wanted.most else one for one in sets)
    screen = build_judge(settings)
    head = _head(settings, say)
    scores = scores_of(head)
    if scores is None:
        say("The head gives no scores: there will be no curve.")
    asked = making.ask_all(screen, scores, sets, CLOCKS, say)
    others = _peers(settings, results, wanted, (trained, sets, head), say)
    report = making.make(
        asked,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        screen=str(getattr(screen, "version", "?")),
        machine=machine,
        only=wanted.most,
        peers=others,
    )
    broken = sum(one.measured.faults for one in asked)
    for folder in wanted.folders[:1] if broken else wanted.folders:
        making.write(report, asked, names, folder)
        say(f"Written: {folder / 'danger.md'}")
    if broken:
        raise ScreenBroken(f"Part of the screen was broken for {broken} messages: nothing is published.")


def _peers(
    settings: Settings,
    results: Path,
    wanted: Wanted,
    known: tuple[Sequence[Line], Sequence[DangerSet], TrainedHead | None],
    say: Callable[[str], None],
) -> tuple[Compared, ...]:
    """Those wanted measured now, of the others what was measured before."""
    trained, sets, head = known
    sampled = [
        one.sliced(len(one.lines) // SAMPLE) if one.name == CLINC150 and not wanted.most else one
        for one in sets
    ]
    places = peers_run.Places(results, settings.var_dir / "evaluation" / "minilm", settings.content_dir)
    bench = peers_run.Peers(
        places=places,
        trained=trained[:: max(1, len(trained) // (wanted.most * SAMPLE))] if wanted.most else trained,
        sets=sampled,
        head=head,
        clocks=CLOCKS,
        now=lambda: datetime.now(UTC),
        say=say,
    )
    found: list[Result | None] = []
    for system in peers_run.NAMES:
        found.append(bench.measure(system) if system in wanted.systems else read(results, system))
    return compare([one for one in found if one is not None], sampled, train_key(bench.trained))


def _head(settings: Settings, say: Callable[[str], None]) -> TrainedHead | None:
    try:
        return our_head(settings.screen_dir, settings.encoder_dir)
    except HeadBroken as error:
        say(f"The head is broken, and the screen goes on without it: {error}")
        return None
