"""`signpost bench`: what is wanted, in which form it is shown, and whether all of it could be measured."""

import contextlib
import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import structlog
import typer
from rich.console import Console

from benchmarks.report import show
from benchmarks.run import ALL, Opens, run
from bot.settings import Settings

WIDEST: Final = 120  # where the output is no terminal


def bench(settings: Settings, only: Sequence[str], *, quick: bool, as_json: bool) -> bool:
    """Writes the report; False when something could not be measured. Raises BadParameter."""
    wanted = chosen(only)
    out = sys.stdout
    with _quiet():
        report = run(settings, wanted, quick=quick, say=lambda words: print(words, file=sys.stderr))  # noqa: T201
    if as_json:
        out.write(json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n")
        for one in report.left_out:
            sys.stderr.write(f"Not measured: {one}\n")
    else:
        show(report, Console(file=out) if out.isatty() else Console(file=out, width=WIDEST))
    return report.is_whole


def chosen(only: Sequence[str]) -> Mapping[str, Opens]:
    """All of them where none is named."""
    if strange := [name for name in only if name not in ALL]:
        raise typer.BadParameter(f"there is no {strange[0]}; there are {', '.join(ALL)}", param_hint="--only")
    return {name: opens for name, opens in ALL.items() if not only or name in only}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Only the report goes to the output, also when a library prints; and no log has a message in it."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Rasa and TensorFlow warn hundreds of times, none of them of ours.
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings(record=True):
        yield
