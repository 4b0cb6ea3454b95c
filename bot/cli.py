"""The `signpost` command: run everything, train, serve one part, judge lines, measure, verify the log."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.data_commands import app as data_commands
from bot.log_commands import app as log_commands
from bot.notices.command import notify_test
from bot.running.add_staff import add_staff
from bot.running.vulnerabilities import check_vulnerabilities
from bot.settings import ROOT, BadSettings, load_settings
from bot.simulation.command import simulate

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(simulate)
app.add_typer(data_commands)
app.command("notify-test")(notify_test)
app.command("add-staff")(add_staff)
app.add_typer(log_commands)
app.command("check-vulnerabilities")(check_vulnerabilities)


def main() -> None:
    """Every failure ends in one sentence and exit status 1; one that nobody foresaw repeats no words."""
    from bot.content import BadContent
    from bot.running.checks import CannotStart
    from bot.running.logs import broken_off

    # Settings and content are the project's, wherever the command was typed.
    os.chdir(ROOT)
    try:
        app()
    except (BadSettings, BadContent, CannotStart) as error:
        typer.echo(f"Cannot start: {error}", err=True)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - its text may hold anything, and a trace shows it
        broken_off(error)
        sys.exit(1)


@app.command()
def run() -> None:
    """Set up and start every part on this machine."""
    from bot.running.start import run as run_all

    run_all(load_settings())


@app.command()
def train(again: Annotated[bool, typer.Option(help="Make every part anew.")] = False) -> None:
    """Prepare the encoder, train the danger screen and the assistant, where they are out of date."""
    from bot.running.training import prepare

    made = prepare(load_settings(), again=again)
    typer.echo(f"{made} made." if made else "Everything is up to date.")


@app.command("serve-tablet")
def serve_tablet() -> None:
    """Serve the tablet and supporter pages."""
    from bot.running.logs import logged
    from bot.web.tablet.main import run as serve

    serve(logged())


@app.command("serve-desk")
def serve_desk() -> None:
    """Serve the staff desk."""
    from bot.running.logs import logged
    from bot.web.desk.main import run as serve

    serve(logged())


@app.command()
def worker() -> None:
    """Deliver notices, watch deadlines, forget what is past its time."""
    from bot.bootstrap import build
    from bot.running.logs import logged
    from bot.worker import run as work

    work(build(logged()))


@app.command()
def screen() -> None:
    """JSON lines in ({"text": ...}), JSON lines out: text, level, risks, reasons, language."""
    from bot.bootstrap import build_judge

    judge = build_judge(load_settings())

    def answer(text: str) -> dict[str, Any]:
        verdict = judge.judge(text).to_json()
        return {"text": text} | {key: verdict[key] for key in ("level", "risks", "reasons", "language")}

    _answer_lines(answer)


@app.command()
def replay(record: Annotated[str, typer.Argument(help="The safety record's id, as in its address.")]) -> None:
    """Judge a record's messages again, by the screen that judged them; exit status 1 if one differs."""
    from bot.bootstrap import build, screen_of_version
    from bot.safety.replay import replay as judge_again

    product = build(load_settings())
    with product.database.reading() as work:
        entries = work.safety.entries_of(record)
    told = [
        (again.entry_id, again.then.version, "not judged again" if again.now is None else again.is_same)
        for again in judge_again(entries, screen_of_version(product.settings))
    ]
    for entry_id, version, same in told:
        typer.echo(
            f"{entry_id} {version}: {same if isinstance(same, str) else 'same' if same else 'DIFFERS'}"
        )
    if not told or any(same is False for _, _, same in told):
        typer.echo("There is no verdict in this record." if not told else "A verdict differs.", err=True)
        raise typer.Exit(1)


@app.command()
def understand() -> None:
    """JSON lines in ({"text": ...}), JSON lines out: text, intent, confidence, ranking, language."""
    from bot.nlu.understand import Understander
    from bot.running.training import MODEL, rasa_environment

    os.environ.update(rasa_environment())
    understander = Understander.load(load_settings().models_dir / f"{MODEL}.tar.gz")
    _answer_lines(understander.understand)


@app.command()
def examples(
    folder: Annotated[Path, typer.Option(help="Where the training data lies.")] = ROOT / "data" / "nlu",
) -> None:
    """Write the messages that were added at the desk to added.yml, for the next training."""
    from bot.bootstrap import build
    from bot.learning.files import ADDED, write_examples
    from bot.learning.model import Fate

    product = build(load_settings())
    with product.database.writing() as work:
        lines = work.not_understood.list_of(product.prison.id, Fate.ADDED, limit=10_000)
        written = write_examples(folder, [(line.intent, line.text) for line in lines])
        work.audit.put(product.prison.id, "", "examples_written", str(written.new), product.now())
    typer.echo(f"{written.new} new in {ADDED}, {written.left_out} were examples already.")


@app.command("danger-examples")
def danger_examples(
    folder: Annotated[Path, typer.Option(help="Where the training text lies.")] = ROOT / "data",
) -> None:
    """Write the lines that two members of staff judged to added.yml, for the next danger screen."""
    from bot.bootstrap import build
    from bot.learning.danger_files import ADDED, Lesson, lesson_of, write_lessons
    from bot.learning.danger_model import Standing
    from bot.nlu.screen_data import read_lines

    product = build(load_settings())
    lines = read_lines(folder)
    existing = {line.text.casefold(): line.level for line in lines if line.hand != ADDED}
    earlier = [
        Lesson(line.text, line.level, line.risk.value if line.risk else "", line.language, line.kind)
        for line in lines
        if line.hand == ADDED
    ]
    with product.database.writing() as work:
        accepted = work.danger_examples.list_of(product.prison.id, Standing.ACCEPTED, limit=10_000)
        lessons = map(lesson_of, reversed(accepted))
        written = write_lessons(folder / "screen", lessons, existing, earlier)
        work.audit.put(product.prison.id, "", "danger_examples_written", str(written.new), product.now())
    typer.echo(f"{written.new} new in {ADDED}.yml, {written.left_out} were in the training text already.")


@app.command("check-content")
def check_content() -> None:
    """Check all content: what must be mended, and what is past its review date."""
    from datetime import UTC, datetime

    from bot.content_check import check_content as check

    found = check(load_settings().content_dir, datetime.now(UTC).date())
    for line in found.past_review:
        typer.echo(f"Past its review date: {line}")
    for line in found.refused:
        typer.echo(f"Refused: {line}", err=True)
    if found.refused:
        raise typer.Exit(1)
    typer.echo(f"Content is whole: {found.prisons} prisons with {found.services} services.")


@app.command("export-content")
def export_content(
    out: Annotated[Path, typer.Option(help="The folder to write to, such as content.")],
    force: Annotated[bool, typer.Option(help="Write over files that changed since the edit.")] = False,
) -> None:
    """Write what staff published at the desk as content files."""
    from bot.bootstrap import build
    from bot.editions.files import FilesChanged, write_editions
    from bot.editions.prison_text import CannotWrite

    product = build(load_settings())
    with product.database.reading() as work:
        editions = work.editions.newest_of_all(product.prison.id)
    try:
        content_dir = product.settings.content_dir
        written = write_editions(out, content_dir, product.live.rules, editions, force=force)
    except (FilesChanged, CannotWrite) as error:
        typer.echo(f"Nothing was exported: {error}", err=True)
        raise typer.Exit(1) from error
    with product.database.writing() as work:
        work.audit.put(product.prison.id, "", "content_exported", str(len(written.names)), product.now())
    for edition in written.left_out:
        typer.echo(f"Left out, in an older form: {edition.kind} {edition.key}, version {edition.version}")
    typer.echo(f"{len(written.names)} files written to {out.resolve()}.")


@app.command()
def bench(
    only: Annotated[list[str] | None, typer.Option(help="Only this one; may be given again.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs: under a minute.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of the table.")] = False,
) -> None:
    """Measure each part beside a named peer in the same run; exit status 1 if something could not be."""
    from bot.running.training import rasa_environment

    # Before anything that calculates is loaded: all is measured on one thread.
    os.environ.update(rasa_environment())
    from benchmarks.command import bench as measure

    if not measure(load_settings(threads=1), only or (), quick=quick, as_json=as_json):
        raise typer.Exit(1)


def _answer_lines(answer: Callable[[str], dict[str, Any]]) -> None:
    """One line out for each line in, in order. A line that is no such object gets a line that says so."""
    # A pipe that carries odd bytes must not stop the whole run.
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in sys.stdin:
        try:
            data = json.loads(line)
            text = data["text"]
        except (ValueError, KeyError, TypeError):
            text = None
        result = answer(text) if isinstance(text, str) else {"error": 'not an object with a "text"'}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
