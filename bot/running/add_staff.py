"""`signpost add-staff`: the first account of a prison, made by whoever has the machine."""

from typing import Annotated

import typer

from bot.people.model import Staff, StaffRole
from bot.settings import load_settings


def add_staff(
    username: Annotated[str, typer.Argument(help="Small letters, figures, dots and dashes.")],
    name: Annotated[str, typer.Option(help="The name that others see.")],
    role: Annotated[StaffRole, typer.Option(help="The role.")] = StaffRole.ADMIN,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="It gets in with a password when single sign-on is down.")
    ] = False,
) -> None:
    """Make an account for the whole prison, and print the code with which its owner sets a password."""
    from dataclasses import replace

    from bot.bootstrap import build
    from bot.people import accounts

    product = build(load_settings())
    # The machine itself: whoever types here can read the database too. The audit says so by naming nobody.
    machine = Staff("", product.prison.id, "", "", "", (StaffRole.ADMIN,))
    now = product.now()
    try:
        with product.database.writing() as work:
            staff, code = accounts.add(work, machine, username, name, (role,), (), now=now)
            if emergency:
                work.locks.put(replace(work.locks.get(staff.id), emergency=True))
    except accounts.NameTaken as error:
        typer.echo(f"There is an account with the user name {username!r} already.", err=True)
        raise typer.Exit(1) from error
    except accounts.AccountError as error:
        typer.echo("That user name or name cannot be used. Nothing was stored.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{staff.username}: set a password at the desk, under Sign in, with the code {code}")
    typer.echo(f"It works once, for {accounts.CODE_LIVES.total_seconds() / 3600:.0f} hours.")
