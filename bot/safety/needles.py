"""Words without which a pattern cannot match, so that most patterns need not be tried on a message."""

from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

Needles = frozenset[str]

_REPEATS: Final = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def needles_of(pattern: str) -> Needles:
    """At least one of them stands in every text that matches; none at all where nothing can be said."""
    return _needed(parser.parse(pattern))


def _needed(sequence: Iterable[tuple[Any, Any]]) -> Needles:
    """Of all that a sequence needs, what is rarest: the set whose shortest word is longest."""
    found: list[Needles] = []
    letters = ""
    for kind, what in sequence:
        if kind is op.LITERAL:
            letters += chr(what)
            continue
        found += [frozenset((letters,)), _part(kind, what)]
        letters = ""
    found.append(frozenset((letters,)))
    return max(found, key=_rarity, default=frozenset())


def _rarity(needles: Needles) -> tuple[int, int]:
    """Nothing, and a mere space, tell nothing: then the first number is 0."""
    return min((len(needle.strip()) for needle in needles), default=0), -len(needles)


def _part(kind: Any, what: Any) -> Needles:
    if kind is op.SUBPATTERN:
        return _needed(what[-1])
    if kind is op.ATOMIC_GROUP:
        return _needed(what)
    if kind in _REPEATS and what[0] > 0:
        return _needed(what[2])
    if kind is op.BRANCH:
        ways = [_needed(branch) for branch in what[1]]
        # One way through that needs nothing makes the others tell nothing.
        if all(_rarity(needles)[0] > 0 for needles in ways):
            return frozenset().union(*ways)
    return frozenset()
