"""Wing and landing in one choice, so that no form can name a landing of another wing."""

from bot.people.model import Place
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, wings_of


def landings(desk: Desk, caller: Caller) -> tuple[Choice, ...]:
    """Every landing that this account sees."""
    say, wings = desk.wording.say, desk.product.prison.wings
    return tuple(
        Choice(f"{wing}/{landing}", say("landing_choice", wing=wing, landing=landing))
        for wing in wings_of(caller, desk.product)
        for landing in wings[wing]
    )


def place_of(desk: Desk, caller: Caller, landing: str, cell: str) -> Place | None:
    """None for a landing that is not on the list, or for no cell."""
    if landing not in {choice.value for choice in landings(desk, caller)}:
        return None
    wing, _, name = landing.partition("/")
    try:
        return desk.product.prison.place(wing, name, cell)
    except ValueError:
        return None
