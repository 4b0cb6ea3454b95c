"""How fast one caller may go: so many at once, refilled with time. Kept in memory, for each process."""

from datetime import datetime

_MOST_CALLERS = 10_000


class Pace:
    """A bucket for each caller: `size` at once, refilled over `seconds`. Forgets the longest quiet."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._rate = size / seconds
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def allows(self, caller: str, now: datetime) -> bool:
        """True when the caller may go on; that uses one up."""
        left, since = self._buckets.pop(caller, (float(self._size), now))
        left = min(self._size, left + self._rate * max(0.0, (now - since).total_seconds()))
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_CALLERS:
            del self._buckets[next(iter(self._buckets))]
        return allowed
