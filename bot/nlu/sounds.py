"""Words that are written otherwise and sound the same: "fone", "nite", "offisa"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sound:
    """`written` stands for `meant`, anywhere or only at the end of a word."""

    written: str
    meant: str
    at_end: bool = False


def sounding_like(word: str, sounds: tuple[Sound, ...]) -> set[str]:
    """Every spelling that is one sound away."""
    found: set[str] = set()
    for sound in sounds:
        if sound.at_end:
            if word.endswith(sound.written):
                found.add(word.removesuffix(sound.written) + sound.meant)
            continue
        at = word.find(sound.written)
        while at >= 0:
            found.add(word[:at] + sound.meant + word[at + len(sound.written) :])
            at = word.find(sound.written, at + 1)
    return found
