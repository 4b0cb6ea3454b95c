"""How often a notice is tried and how long it waits: the graver, the sooner a human hears that it fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

# With the waits below an emergency is given up after about a minute, an urgent one after four, the rest after
# twenty-five. Giving up is not the worst: then a human sees it and uses the telephone.
_TRIES: Final = {"emergency": 6, "urgent": 8}
_TRIES_ELSE: Final = 12
_LONGEST: Final = 300.0
_LEAST_JITTER: Final = 0.75
_MOST_JITTER: Final = 1.25


def tries_for(level: str) -> int:
    return _TRIES.get(level, _TRIES_ELSE)


def longest_waits(lease: timedelta) -> list[timedelta]:
    """How far ahead the next try may lie, by the tries there were; the last is for all further ones. While a
    try is under way that is its lease."""
    longest, waits = timedelta(seconds=_LONGEST * _MOST_JITTER), [timedelta()]
    while waits[-1] < longest:
        waits.append(max(lease, min(longest, timedelta(seconds=2.0 ** len(waits) * _MOST_JITTER))))
    return waits


def wait_after(tries: int, jitter: Callable[[], float]) -> timedelta:
    """Doubles with each try, up to five minutes, and a quarter more or less by `jitter` (0 to 1).

    Without the jitter everything that failed when a server went down would come back at the same moment.
    """
    by = _LEAST_JITTER + (_MOST_JITTER - _LEAST_JITTER) * jitter()
    return timedelta(seconds=min(2.0**tries, _LONGEST) * by)
