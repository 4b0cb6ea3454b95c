"""Nobody reads the same words a third time in a row: they are said in another way, or as said before."""

from collections.abc import Sequence
from dataclasses import replace

from actions.turn import Reply

# The same words once more can be meant well: "say that again". A third time they are a wall.
MOST_TIMES = 2


def fresh(replies: Sequence[Reply], said: Sequence[str], openers: Sequence[str]) -> tuple[Reply, ...]:
    """Each reply in the way that was said least often before. `said` is everything so far.

    When every way was said twice, it begins with one of the openers ("Once more:").
    """
    told = list(said)
    chosen: list[Reply] = []
    for reply in replies:
        best = reply if reply.is_fixed else _least_said(reply, told, openers)
        told.append(best.text)
        chosen.append(best)
    return tuple(chosen)


def bare(text: str, openers: Sequence[str]) -> str:
    """The text without an opener, so that no second one is put before it."""
    for opener in openers:
        text = text.removeprefix(opener).lstrip()
    return text


def _least_said(reply: Reply, said: Sequence[str], openers: Sequence[str]) -> Reply:
    plain = (reply, *(replace(other, topic=other.topic or reply.topic) for other in reply.others))
    best = min(plain, key=lambda way: said.count(way.text))
    if said.count(best.text) < MOST_TIMES:
        return best
    opened = [replace(way, text=f"{opener}\n{way.text}") for opener in openers for way in plain]
    return min((*opened, *plain), key=lambda way: said.count(way.text))
