"""Slips as fingers and ears make them, so that the encoder learns to see through them."""

import random
import re

# What is written for what: by ear, and by phone.
_WRITTEN = (
    "ough:uff tion:shun ight:ite ph:f th:f ea:ee you:u are:r to:2 for:4 ck:k ing:in er:a ie:ei ll:l tt:t"
)
_BY_EAR = tuple(pair.split(":") for pair in f"{_WRITTEN} ss:s wh:w kn:n e:".split())
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _ROWS for at, key in enumerate(row)
}
_SLIPPED, _JOINED, _CAPITALS, _SMALL, _BARE = 0.15, 0.08, 0.1, 0.3, 0.2


def noisy(text: str, chance: random.Random) -> str:
    """The text with slips in about one word of seven, now and then in capitals or without its stops."""
    words = [_slip(word, chance) if chance.random() < _SLIPPED else word for word in text.split(" ")]
    if len(words) > 2 and chance.random() < _JOINED:
        at = chance.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    typed = " ".join(words)
    manner = chance.random()
    if manner < _CAPITALS:
        typed = typed.upper()
    elif manner < _CAPITALS + _SMALL:
        typed = typed.lower()
    return re.sub(r"[.,?!']", "", typed) if chance.random() < _BARE else typed


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    at = chance.randrange(len(word) - 1)
    beside = _BESIDE.get(word[at].lower()) or word[at]
    meant, written = chance.choice(_BY_EAR)
    slips = (
        (0.25, word[:at] + word[at + 1] + word[at] + word[at + 2 :]),  # two letters swapped
        (0.5, word[: at + 1] + word[at + 2 :]),  # one missing
        (0.6, word[:at] + chance.choice(beside) + word[at + 1 :]),  # the key beside
        (0.7, word[:at] + word[at] + word[at:]),  # one doubled
        (0.8, word[0] + re.sub("[aeiou]", "", word[1:])),  # no vowels, as on a phone
        (1.0, word.replace(meant, written, 1)),
    )
    manner = chance.random()
    return next(slip for limit, slip in slips if manner < limit) or word
