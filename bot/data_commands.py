"""Commands about what is kept: bring the database up to date, and seal all under the newest key."""

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
