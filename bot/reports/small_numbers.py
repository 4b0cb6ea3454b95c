"""Which small numbers a report leaves out, so that nobody can be picked out, not even by taking away.

A number from one to four is not shown. Where the whole is shown beside its parts, one hidden part could be
worked out from the rest: so the smallest of the others are hidden with it, until what is hidden is five or
more and stands in at least two places. A part of a row ("reached") is treated so too, and what is left of it.
"""

from collections.abc import Callable, Sequence
from typing import Final

FEWEST_SHOWN: Final = 5


def is_small(count: int) -> bool:
    return 0 < count < FEWEST_SHOWN


def hidden_among(counts: Sequence[int]) -> frozenset[int]:
    """Which places of a column are hidden when its whole is shown. All of them where the whole is small."""
    return _complete(
        {at for at, count in enumerate(counts) if is_small(count)}, counts, _sum_is_small(counts)
    )


def hidden_parts(parts: Sequence[int], wholes: Sequence[int]) -> frozenset[int]:
    """Which places of a column are hidden when each is a part of the whole beside it, and both columns are
    summed up below. What is hidden of the wholes is hidden here as well."""
    return hidden_rows([(part, whole - part) for part, whole in zip(parts, wholes, strict=True)])


def hidden_rows(rows: Sequence[Sequence[int]]) -> frozenset[int]:
    """The same for rows of several parts: hidden where the row as a whole is, or any part of it is small."""
    wholes = [sum(row) for row in rows]
    hidden = set(hidden_among(wholes)) | {at for at, row in enumerate(rows) if any(map(is_small, row))}
    tests = [_sum_is_small(column) for column in zip(*rows, strict=True)]
    return _complete(hidden, wholes, lambda chosen: any(test(chosen) for test in tests))


def hides_part(part: int, whole: int) -> bool:
    """A part of a whole that both stand alone, such as the sums under a table."""
    return is_small(whole) or is_small(part) or is_small(whole - part)


def _complete(hidden: set[int], sizes: Sequence[int], unsafe: Callable[[set[int]], bool]) -> frozenset[int]:
    others = sorted(
        (at for at in range(len(sizes)) if at not in hidden and sizes[at]), key=lambda at: sizes[at]
    )
    while hidden and others and (len(hidden) < 2 or unsafe(hidden)):
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _sum_is_small(counts: Sequence[int]) -> Callable[[set[int]], bool]:
    """Whether the sum of what is hidden would itself give a small number away."""
    return lambda chosen: is_small(sum(counts[at] for at in chosen))
