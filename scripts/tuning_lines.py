"""The lines that the encoder is tuned on, as they are shown to it: mended, as typed, with slips, joined."""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from typing_noise import noisy

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))

from bot.nlu import spelling_content  # noqa: E402 - after the path
from bot.nlu.held_out import is_held_out  # noqa: E402
from bot.nlu.mending import Mender  # noqa: E402
from bot.nlu.screen_data import Line, read_intents, read_lines  # noqa: E402
from bot.safety.model import Level, Risk  # noqa: E402

NONE = -1
LEVELS, RISKS = tuple(Level), tuple(Risk)


@dataclass(frozen=True)
class Recipe:
    """Every number that the result depends on, besides the lines."""

    epochs: int = 4
    frozen_layers: int = 2  # the lowest, which know letters and languages
    rate: float = 2e-4
    rate_falls_by_layer: float = 0.9
    heads_rate: float = 2e-3
    batch: int = 64
    sharpness: float = 20.0
    smoothing: float = 0.05
    danger_weight: float = 4.0
    risk_weight: float = 0.5
    joined: float = 0.15  # lines about danger read with an ordinary one before or after them
    intents_each_epoch: float = 0.5  # the share of examples without danger that one epoch sees
    seed: int = 1


@dataclass(frozen=True)
class Example:
    text: str
    mended: str
    intent: int  # or NONE
    level: int
    risk: int  # or NONE

    @property
    def is_ordinary(self) -> bool:
        return LEVELS[self.level] is Level.NONE


def read_examples() -> tuple[list[Example], list[str]]:
    """All lines of danger but those held out, and all examples of an intent; each text once."""
    content, data = ROOT / "content", ROOT / "data"
    lines = {line.text.casefold(): line for line in read_lines(data) if not is_held_out(line.text)}
    intent_of = {text.casefold(): (intent, text) for intent, text in read_intents(data / "nlu")}
    intents = sorted({intent for intent, _ in intent_of.values()})
    texts = {key: line.text for key, line in lines.items()} | {
        key: text for key, (_, text) in intent_of.items()
    }
    mender = Mender.learn(
        list(texts.values()),
        spelling_content.load_slips(content),
        spelling_content.load_sounds(content),
        spelling_content.english_words(),
    )
    ordinary = Line("", Level.NONE, None)
    return [
        Example(
            text=text,
            mended=mender.mend(text),
            intent=intents.index(intent_of[key][0]) if key in intent_of else NONE,
            level=LEVELS.index(lines.get(key, ordinary).level),
            risk=NONE if (risk := lines.get(key, ordinary).risk) is None else RISKS.index(risk),
        )
        for key, text in texts.items()
    ], intents


def written(example: Example, ordinary: Sequence[Example], recipe: Recipe, chance: random.Random) -> str:
    """Now and then with something harmless beside it, so that neither hides the other nor adds to it."""
    text = _varied(example, chance)
    if example.intent != NONE or chance.random() >= recipe.joined:
        return text
    both = [text, _varied(chance.choice(ordinary), chance)]
    chance.shuffle(both)
    return chance.choice(("\n", ". ", ", ", " ")).join(both)


def _varied(example: Example, chance: random.Random) -> str:
    """As the product will read it, as it was typed, or with slips of our making."""
    draw = chance.random()
    if draw < 0.5:
        return example.mended
    if draw < 0.65:
        return noisy(example.mended, chance)
    return noisy(example.text, chance) if draw < 0.85 else example.text


def share(examples: Sequence[Example], recipe: Recipe, chance: random.Random) -> list[Example]:
    """Every line about danger, and some of the examples of intents."""
    return [
        example
        for example in examples
        if example.intent == NONE or chance.random() < recipe.intents_each_epoch
    ]


def batches(examples: Sequence[Example], size: int, chance: random.Random) -> Iterator[list[Example]]:
    """Every example once; those of like length together, so that little of a batch is padding."""
    mixed = chance.sample(list(examples), len(examples))
    batches: list[list[Example]] = []
    for start in range(0, len(mixed), size * 20):
        near = sorted(mixed[start : start + size * 20], key=lambda example: len(example.text))
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    chance.shuffle(batches)
    yield from batches
