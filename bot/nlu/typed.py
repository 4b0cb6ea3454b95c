"""What a person typed, made fit for the parts that read it."""

from typing import Final

_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), " ")


def whole(text: str) -> str:
    """The text without control characters and halves of characters, which break libraries and terminals."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_CONTROLS)


def plain(text: str) -> str:
    """As `whole`, without slashes in front: Rasa takes "/deny" for a command, and logs what it cannot parse.

    Whatever a person typed goes through here before it goes to Rasa.
    """
    return whole(text).lstrip(" /\u00a0").rstrip()
