"""Added messages as a file that Rasa trains on."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.learning.scrub import PLACEHOLDERS

# Rasa reads an entity out of these, and a slash in front as a command.
_MARKS = re.compile(r"[\[\](){}|<>`]")
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))
_HEAD = """# Written by the command `signpost examples`, from messages that a content owner added at the desk.
version: "3.1"

nlu:
"""


class NotAnExample(Exception):
    """These words cannot stand in training data: they hold a mark that Rasa would read, or no word at all."""


def tidy_example(text: str) -> str:
    """The words on one line, placeholders as plain words. Raises NotAnExample."""
    seen = "".join(char if char.isprintable() else " " for char in text)
    plain = _PLACEHOLDER.sub(lambda match: match.group()[1:-1], " ".join(seen.split()))
    plain = plain.lstrip("/-# ").strip()
    if _MARKS.search(plain) or not any(char.isalpha() for char in plain):
        raise NotAnExample(text)
    return plain


def same(text: str) -> str:
    """Equal for examples that differ only in marks and capitals."""
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split()) or text


def merge(
    added: Iterable[tuple[str, str]], existing: Mapping[str, str], earlier: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Examples by intent: the earlier ones of this file, then what is new.

    `added` are pairs of intent and text, `existing` the intents of all other examples by `same`. What is an
    example already, under whichever intent, is left out: one sentence must not teach two things.
    """
    found: dict[str, list[str]] = {}
    taken = set(existing)
    pairs = [(intent, text) for intent, texts in earlier.items() for text in texts]
    for intent, text in (*pairs, *added):
        key = same(text)
        if key not in taken:
            taken.add(key)
            found.setdefault(intent, []).append(text)
    return found


def as_yaml(examples: Mapping[str, Sequence[str]]) -> str:
    """A Rasa training file. In a literal block nothing needs quoting, and no text holds a line end."""
    parts = [_HEAD if examples else f"{_HEAD.rstrip()} []\n"]
    for intent in sorted(examples):
        parts.append(f"  - intent: {intent}\n    examples: |\n")
        parts += [f"      - {text}\n" for text in examples[intent]]
    return "".join(parts)
