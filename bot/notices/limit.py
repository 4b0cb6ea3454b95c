"""A time limit that holds whatever the other side does: who waits stops waiting."""

import threading
from collections.abc import Callable
from typing import Final

from bot.notices.model import NotDelivered, Why

# A thread cannot be killed. One that hangs ends by its own socket's limit, and so many may hang at once.
MOST_HANGING: Final = 4


class TimeLimit:
    """Calls made one after the other, each in a thread of its own. A server that sends a byte now and then
    keeps every socket limit from striking; it does not keep this one.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._hanging: list[threading.Thread] = []

    def call(self, work: Callable[[], None]) -> None:
        """Raises what `work` raised, or NotDelivered when time is over: what was sent may still arrive."""
        self._hanging = [thread for thread in self._hanging if thread.is_alive()]
        if len(self._hanging) >= MOST_HANGING:
            raise NotDelivered(Why.BUSY)
        raised: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - carried over to the thread that waits
                raised.append(error)

        thread = threading.Thread(target=run, name="notice", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if thread.is_alive():
            self._hanging.append(thread)
            raise NotDelivered(Why.TIME_LIMIT)
        if raised:
            raise raised[0]
