"""The danger report's names of things."""

from typing import Final

SIGNPOST: Final = "signpost"
SYSTEMS: Final = {
    SIGNPOST: "Signpost",
    "keywords": "A list of keywords",
    "phrases": "Signpost's phrases alone",
    "head": "Signpost's head alone",
    "minilm": "all-MiniLM-L6-v2 under Signpost's head",
    "rasa_default": "Rasa's default",
}


def name_of(group: str) -> str:
    """A kind, level or risk as a person says it."""
    return group.replace("_", " ")
