"""`signpost notify-test`: one test notice through each channel, and what became of it."""

import typer

from bot.settings import load_settings


def notify_test() -> None:
    """Send a test notice through each channel outside the product, and say what happened."""
    from bot.bootstrap import build
    from bot.notices.trial import try_channels

    product, failed, count = build(load_settings()), 0, 0
    for trial in try_channels(product):
        typer.echo(f"{trial.channel}: {trial.words}")
        failed, count = failed + (not trial.delivered), count + 1
    if not count:
        typer.echo(product.desk_texts.say("trial_none"))
    if failed:
        raise typer.Exit(1)
