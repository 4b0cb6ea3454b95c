"""What the assistant was trained on, read as Rasa reads it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import ROOT

EXAMPLES: Final = ROOT / "data" / "nlu"


@dataclass(frozen=True)
class Example:
    text: str
    label: str


def examples(folder: Path = EXAMPLES) -> tuple[Example, ...]:
    """Every training example with its intent, in the order of the files."""
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.loading import load_data

    found = load_data(str(folder)).intent_examples
    return tuple(Example(str(one.get(TEXT)), str(one.get(INTENT))) for one in found if one.get(TEXT))
