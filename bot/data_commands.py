"""Commands about what is kept: bring the database up to date, and seal all under the newest key."""

from pathlib import Path
from typing import Annotated

import typer

from bot.settings import load_settings

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape, and seal words that were stored before words were sealed."""
    from bot.bootstrap import build
    from bot.store.migrate import upgrade
    from bot.store.sealing import seal_again as seal

    database = build(load_settings()).database
    upgrade(database.engine)
    sealed = sum(counts.sealed_first for counts in seal(database, anew=False))
    if sealed:
        typer.echo(f"{sealed} rows of words were sealed.")


@app.command("seal-again")
def seal_again() -> None:
    """Seal all words under the first of SIGNPOST_SEAL_KEYS, while the product runs. When it is done, the keys
    behind the first can go; exit status 1 where a key is missing."""
    from bot.bootstrap import build
    from bot.store.sealing import seal_again as seal

    unopened = 0
    for counts in seal(build(load_settings()).database):
        unopened += counts.unopened
        typer.echo(
            f"{counts.name}: {counts.seen} rows, {counts.sealed_again} sealed again, "
            f"{counts.sealed_first} for the first time, {counts.unopened} not opened"
        )
    if unopened:
        typer.echo("Some words are under a key that is not in SIGNPOST_SEAL_KEYS. Put it back.", err=True)
        raise typer.Exit(1)
    typer.echo("All words are under the first key.")


@app.command()
def bundle(
    hold: Annotated[str, typer.Argument(help="The id of a legal hold, as `signpost holds` shows it.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("."),
) -> None:
    """Write the sealed bundle of a hold: all that is stored about the person and period, as a zip."""
    from bot.bootstrap import build
    from bot.bundle import NoSuchHold, make_bundle
    from bot.proving import NotProvable

    product = build(load_settings())
    try:
        made = make_bundle(product, hold, "", product.prison.id)
    except NoSuchHold as error:
        typer.echo(f"There is no hold {hold} in {product.prison.name}.", err=True)
        raise typer.Exit(1) from error
    except NotProvable as error:
        typer.echo(f"The bundle cannot be proven: {error}.", err=True)
        raise typer.Exit(1) from error
    # Readable by its owner only: it holds everything about somebody.
    path = out / made.name
    path.touch(mode=0o600)
    path.write_bytes(made.data)
    typer.echo(f"{len(made.manifest['files'])} files written to {path.resolve()}.")


@app.command()
def holds() -> None:
    """List legal holds: id, whether it stands, and since when. No names and no reasons."""
    from bot.bootstrap import build

    product = build(load_settings())
    with product.database.reading() as work:
        found = work.holds.list_of(product.prison.id)
    for each in found:
        typer.echo(f"{each.id} {'stands' if each.is_in_force else 'lifted'} {each.placed_at:%Y-%m-%d %H:%M}")
    if not found:
        typer.echo("There is no hold.")
