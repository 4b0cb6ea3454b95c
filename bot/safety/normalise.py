"""A message as the phrases read it: plain words with single spaces, one clause a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.safety.fold import fold, unmask
from bot.safety.spelling import Spelling, mend, reveal

_BREAKS = re.compile(r"[.,!?;:…\n\"()\[\]“”„«»。，！？、；：،؛؟۔।]+")
# The marks of Bengali and its neighbours belong to their letters, though they are no word characters.
_NOT_WORDS = re.compile(r"[^\w\n\u0900-\u0fff]|_")
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[a-z0-9@$!][ .\-_*]{1,2}){2,}[a-z0-9@$](?![^\W_])")
_GAPS = re.compile(r"[ .\-_*]")


@dataclass(frozen=True)
class Normalised:
    """`variants` are readings of one message, the likeliest first; danger in any of them counts.

    They are: mended; mended and read across its full stops, since many people put those anywhere; and only
    folded (`raw`), so that a wrong mend hides nothing and other languages stay whole.
    """

    original: str
    variants: tuple[str, ...]
    raw: str = ""

    @property
    def plain(self) -> str:
        return self.variants[0]


def normalise(text: str, spelling: Spelling) -> Normalised:
    """Takes time in proportion to the length of the text, whatever is in it."""
    folded = _without_pictures(fold(text), spelling)
    joined = _join_spaced_out(unmask(folded), spelling)
    words = " ".join(_mended(joined, spelling))
    plain = _mend_pairs(_tidy(words), spelling)
    flat = _mend_pairs(plain.replace("\n", " "), spelling)
    raw = _tidy(_words_of(folded))
    return Normalised(original=text, variants=tuple(dict.fromkeys((plain, flat, raw))), raw=raw)


def _without_pictures(text: str, spelling: Spelling) -> str:
    if text.isascii():
        return text
    for picture in spelling.pictures:
        text = text.replace(picture, f" {spelling.pictures[picture]} ")
    return text


def _mended(text: str, spelling: Spelling) -> Iterator[str]:
    known: dict[str, str] = {}
    for chunk in text.replace("\n", " \n ").split(" "):
        hidden = reveal(chunk, spelling)
        for word in (hidden or _words_of(chunk)).split(" "):
            bare = word.strip("\n")
            if bare and bare not in known:
                known[bare] = mend(bare, spelling)
            yield word.replace(bare, known[bare], 1) if bare else word


def _words_of(text: str) -> str:
    return _NOT_WORDS.sub(" ", _BREAKS.sub(" \n ", text))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _join_spaced_out(text: str, spelling: Spelling) -> str:
    """`s u i c i d e` to one word, where that word is a grave one or several run together."""

    def joined(match: re.Match[str]) -> str:
        letters = _GAPS.sub("", match.group())
        for skipped in range(min(3, len(letters) - 2)):  # `2 d i e`, `i k i l l`
            whole = letters[skipped:]
            found = reveal(whole, spelling) or mend(whole, spelling)
            if spelling.knows(whole) or found != whole:
                return " ".join((*letters[:skipped], found))
        return match.group()

    return _SPACED_OUT.sub(joined, text)


def _mend_pairs(text: str, spelling: Spelling) -> str:
    """Several words to the one form that the phrases use: `i am` to `im`, `can not` to `cant`."""
    if not spelling.pairs:
        return text
    either = "|".join(sorted(map(re.escape, spelling.pairs), key=len, reverse=True))
    pattern = re.compile(rf"(?<!\S)(?:{either})(?!\S)")  # the re module keeps the compiled form
    return pattern.sub(lambda match: spelling.pairs[match.group()], text)
