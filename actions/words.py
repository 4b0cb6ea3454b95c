"""A sentence from content as a reply, with the other ways to say it."""

from actions.turn import Reply
from bot.bootstrap import Product
from bot.safety.message import Button


def say(
    key: str, product: Product, language: str, buttons: tuple[Button, ...] = (), **fields: object
) -> Reply:
    """The first way to say it; the others come when it was said before."""
    first, *others = product.texts.ways(key, language, **fields)
    return Reply(first, buttons, tuple(Reply(other, buttons) for other in others))
