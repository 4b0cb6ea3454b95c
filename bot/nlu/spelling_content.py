"""Reads what the mender goes by: content/spelling.yml, the screen's slips, and a dictionary of English."""

import functools
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.content import read_yaml
from bot.nlu.sounds import Sound
from bot.safety_content import load_spelling

SPELLING: Final = "spelling.yml"
_DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"


def load_slips(content: Path) -> Mapping[str, str]:
    """Word for word, both in small letters without apostrophes. Raises BadContent."""
    file = read_yaml(content / SPELLING)
    file.only({"words", "sounds"})
    words = file.need("words", dict)
    for slip, word in words.items():
        if not isinstance(slip, str) or not isinstance(word, str):
            raise file.refuse(
                "words", f"{slip!r} should be a text for a text, in quotes where YAML reads more"
            )
    return {**words, **load_spelling(content).slips}


def load_sounds(content: Path) -> tuple[Sound, ...]:
    """Raises BadContent."""
    file = read_yaml(content / SPELLING)
    sounds = []
    for number, pair in enumerate(file.need("sounds", list)):
        match pair:
            case [str(written), str(meant)] if written.strip("$"):
                sounds.append(Sound(written.removesuffix("$"), meant, at_end=written.endswith("$")))
            case _:
                raise file.refuse(f"sounds.{number}", f"{pair!r} should be two texts")
    return tuple(sounds)


@functools.cache
def english_words() -> Mapping[str, int]:
    """82,765 English words, and how often each was met in books (the list that comes with symspellpy)."""
    text = (files("symspellpy") / _DICTIONARY).read_text("utf-8-sig")
    return {word: int(times) for word, times in (line.split() for line in text.splitlines())}
