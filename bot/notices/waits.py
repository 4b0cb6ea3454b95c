"""How often a notice is tried and how long it waits: the graver, the sooner a human hears that it fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

# With the waits below an emergency is given up after about a minute, an urgent one after four, the rest after
# twenty-five. Giving up is not the worst: then a human sees it and uses the telephone.
_TRIES: Final = {"emergency": 6, "urgent": 8}
_TRIES_ELSE: Final = 12
_LONGEST: Final = 300.0


def tries_for(level: str) -> int:
    return _TRIES.get(level, _TRIES_ELSE)


def wait_after(tries: int, jitter: Callable[[], float]) -> timedelta:
    """Doubles with each try, up to five minutes, and a quarter more or less by `jitter` (0 to 1).

    Without the jitter everything that failed when a server went down would come back at the same moment.
    """
    return timedelta(seconds=min(2.0**tries, _LONGEST) * (0.75 + 0.5 * jitter()))
