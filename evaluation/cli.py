"""The commands: the report, the peers, the danger screen, the sets."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer

from bot.running.training import MODEL, rasa_environment
from bot.settings import ROOT, load_settings
from bot.taxonomy import load_taxonomy
from evaluation.sets import SETS, BadSets, LabelledSet, load
from evaluation.training import Example, examples

PUBLISHED: Final = ROOT / "docs" / "evaluation"
# Before anything that calculates is loaded: the danger screen is measured on one thread.
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

app = typer.Typer(add_completion=False, help=__doc__)


@dataclass(frozen=True)
class Place:
    """Where everything that is measured is kept."""

    var: Path

    @property
    def peers(self) -> Path:
        return self.var / "peers"


def _place() -> Place:
    return Place(load_settings().var_dir / "evaluation")


@app.callback(invoke_without_command=True)
def report(
    context: typer.Context,
    publish: Annotated[bool, typer.Option(help="Also write it into docs/evaluation.")] = False,
    against: Annotated[Path | None, typer.Option(help="The report.json to compare with.")] = None,
    model: Annotated[Path | None, typer.Option(help="Another model than the one in use.")] = None,
    sets: Annotated[Path, typer.Option(help="The folder of the sets.")] = SETS,
) -> None:
    """Measure the trained model on every set, and write the report."""
    if context.invoked_subcommand is not None:
        return
    os.environ.update(rasa_environment())
    from bot.nlu.understand import ModelMissing
    from evaluation import making

    place, now, machine = _place(), datetime.now(UTC), _machine()
    file = model or load_settings().models_dir / f"{MODEL}.tar.gz"
    loaded = _sets(sets, examples())
    try:
        before = making.earlier(against, (place.var, PUBLISHED))
        answered = making.ask_all(file, loaded, perf_counter, typer.echo)
    except (ModelMissing, ValueError, OSError) as error:
        raise _stop(str(error)) from error
    made = making.make(
        answered,
        made=now.isoformat(timespec="seconds"),
        model=hashlib.sha256(file.read_bytes()).hexdigest()[:16],
        machine=machine,
        peers=making.known_peers(place.peers),
        before=before,
    )
    folders = [place.var / f"{now:%Y-%m-%d}", *([PUBLISHED] if publish else [])]
    for folder in folders:
        making.write(made, folder)
        typer.echo(f"Written: {folder / 'report.md'}")


@app.command()
def peers(
    datasets: Annotated[Path | None, typer.Option(help="The folder of CLINC150 and BANKING77.")] = None,
    encoder_for: Annotated[
        list[str] | None, typer.Option(help="NAME=FOLDER: our encoder tuned on that set, for it alone.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only these systems.")] = None,
    on: Annotated[list[str] | None, typer.Option(help="Only these sets.")] = None,
    most: Annotated[int, typer.Option("--slice", help="Try it out: so many of each label.")] = 0,
) -> None:
    """Train and measure ours, Rasa's default and MiniLM on the same sets. Goes on where it stopped."""
    os.environ.update(rasa_environment())
    from evaluation.peers import all_pairs
    from evaluation.peers.benchmarks import DATASETS, NoSuchData
    from evaluation.peers.recogniser import TrainingFailed
    from evaluation.peers.run import Bench

    folder = _place().peers
    trained = examples()
    bench = Bench(folder, perf_counter, lambda: datetime.now(UTC), typer.echo)
    try:
        wanted = all_pairs.Wanted.parse(only or (), on or (), encoder_for or ())
        pairs = all_pairs.pairs(wanted, datasets or DATASETS, trained, _sets(SETS, trained), most)
        all_pairs.prepare_minilm(pairs, load_settings().var_dir)
        results = [bench.measure(pair) for pair in pairs]
    except (NoSuchData, TrainingFailed, all_pairs.BadWish, OSError) as error:
        raise _stop(str(error)) from error
    typer.echo("\n".join(all_pairs.in_words(results)))


@app.command()
def danger(
    publish: Annotated[bool, typer.Option(help="Also write it into docs/evaluation.")] = False,
    datasets: Annotated[Path | None, typer.Option(help="The folder of CLINC150.")] = None,
    peers: Annotated[bool, typer.Option(help="Train and measure the other systems too; long.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="With --peers: only these systems.")] = None,
    most: Annotated[int, typer.Option("--slice", help="Try it out: so many lines of each set.")] = 0,
) -> None:
    """Measure the danger screen: what it misses, what it flags for nothing, how fast it is."""
    os.environ.update(rasa_environment() | ONE_THREAD)
    from evaluation.danger import run
    from evaluation.danger.peers.run import NAMES
    from evaluation.peers.benchmarks import DATASETS

    systems = tuple(only or NAMES) if peers else ()
    if strange := set(systems) - set(NAMES):
        raise _stop(f"{sorted(strange)[0]} is not known; there are {', '.join(NAMES)}.")
    if publish and most:
        raise _stop("What was only tried out is not published.")
    place, machine = _place(), _machine()
    tried = place.var / "tried" if most else None
    folders = [tried or place.var / f"{datetime.now(UTC):%Y-%m-%d}", *([PUBLISHED] if publish else [])]
    wanted = run.Wanted(datasets or DATASETS, systems, most, tuple(folders))
    results = (tried or place.var) / "danger_peers"
    try:
        run.run(load_settings(threads=1), results, wanted, machine, typer.echo)
    except run.REFUSED as error:
        raise _stop(str(error)) from error


@app.command()
def check() -> None:
    """Read the sets as the report does, and say what is refused or left out."""
    from evaluation.danger import sets as danger_sets

    for one in _sets(SETS, examples()):
        left = (
            f"; left out, seen in training or tuning: lines {', '.join(map(str, one.seen))}"
            if one.seen
            else ""
        )
        typer.echo(f"{one.name}: {len(one.lines)} messages{left}")
    try:
        found = danger_sets.load(SETS, danger_sets.trained_texts(ROOT / "data"))
    except BadSets as error:
        raise _stop(str(error)) from error
    for each in found:
        typer.echo(danger_sets.in_words(each))


def _sets(folder: Path, trained: tuple[Example, ...]) -> tuple[LabelledSet, ...]:
    known = set(load_taxonomy(load_settings().content_dir).intents)
    try:
        return load(folder, known, [example.text for example in trained])
    except BadSets as error:
        raise _stop(str(error)) from error


def _machine() -> str:
    """How much of it others were using matters as much as what it is."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began"


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
