"""How long to wait after wrong PINs or passwords: longer each time, never for ever."""

from datetime import timedelta

_LONGEST = timedelta(minutes=15)


def next_wait(failed: int, free: int) -> timedelta | None:
    """No wait for the first `free` tries; then 15 s, doubled each time, up to 15 minutes."""
    if failed <= free:
        return None
    doublings = min(failed - free - 1, 10)
    return min(timedelta(seconds=15 << doublings), _LONGEST)
