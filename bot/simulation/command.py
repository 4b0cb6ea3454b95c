"""`signpost simulate`: every plan of the year, and the page that comes of them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.settings import ROOT
from bot.simulation.matching_cost import measure
from bot.simulation.report import line_of, write
from bot.simulation.world import plans
from bot.simulation.year import run


def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same year.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the page and its pictures go.")] = ROOT / "docs",
) -> None:
    """Simulate a year of a made-up prison: what caps, rest, reach and rota do to waiting."""
    lines = []
    for plan in plans():
        line = line_of(run(plan, seed))
        lines.append(line)
        typer.echo(f"{line.name}: half within {line.half} min, nine in ten within {line.nine_in_ten} min")
    write(out, lines, measure(), seed)
    typer.echo(f"The page is {out.resolve() / 'simulation.md'}.")
