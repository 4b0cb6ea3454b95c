"""A message with the parts marked that made the screen speak. Not one letter of it is changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Between two words of a part there may stand this much that the screen left out: stops, a "but".
_GAP = 12
# Beyond this a part is looked for at no further place: words that repeat for ever cost no time.
_TRIES = 200


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def marked(words: str, parts: Iterable[str]) -> tuple[Piece, ...]:
    """The words in pieces that add up to them. A part that is not found in them marks nothing."""
    found = sorted(place for part in set(parts) if (place := _place(words, part)) is not None)
    return tuple(_cut(words, found))


def _cut(words: str, places: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in _merged(places):
        if start > at:
            yield Piece(words[at:start])
        yield Piece(words[start:end], marked=True)
        at = end
    if at < len(words) or not words:
        yield Piece(words[at:])


def _merged(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in places:
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _place(words: str, part: str) -> tuple[int, int] | None:
    """Where the part stands: its words in order, with no more than a gap between each and the next."""
    tokens = part.split()
    if not tokens or len(part) >= len(words.strip()):
        # All of it speaks: then a mark would tell nothing.
        return None
    start = words.find(tokens[0])
    for _ in range(_TRIES):
        if start < 0:
            break
        end = _end_of(words, tokens, start)
        if end is not None:
            return start, end
        start = words.find(tokens[0], start + 1)
    return None


def _end_of(words: str, tokens: list[str], start: int) -> int | None:
    end = start + len(tokens[0])
    for token in tokens[1:]:
        following = words.find(token, end, end + _GAP + len(token))
        if following < 0:
            return None
        end = following + len(token)
    return end
