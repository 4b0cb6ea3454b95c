"""The live feed: one task per process watches the store and rings every open board."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import anyio.to_thread
import structlog

log = structlog.get_logger()

Happening = dict[str, str]


@dataclass(frozen=True)
class Pace:
    """Seconds, but `pings_to_check`: after so many pings the account is looked at again.

    Longer than `stale` without a good look at the store, and the feed is not live any more.
    """

    look: float = 0.2
    ping: float = 2.0
    pings_to_check: int = 5
    stale: float = 5.0


class Feed:
    """Says "changed" within a fraction of a second of a commit, by whichever process.

    A ping says that the store was read just now. When it cannot be read there are no pings, so that
    every board notices and says so.
    """

    def __init__(
        self, read_pulse: Callable[[], str], now: Callable[[], datetime], pace: Pace | None = None
    ) -> None:
        self._pace = pace or Pace()
        self._read_pulse = read_pulse
        self._now = now
        self._bells: set[asyncio.Event] = set()
        self._pulse: str | None = None
        self._looked_at = float("-inf")

    async def watch(self) -> None:
        """Runs until it is cancelled."""
        # A thread of its own: a burst of page requests must not delay an alert.
        limiter = anyio.CapacityLimiter(1)
        while True:
            try:
                pulse = await anyio.to_thread.run_sync(self._read_pulse, limiter=limiter)
            except Exception as error:  # noqa: BLE001  whatever it is, a feed that gave up would be worse
                log.error("feed.cannot_read", error=type(error).__name__)
                await asyncio.sleep(self._pace.ping)
                continue
            self._looked_at = _clock()
            if pulse != self._pulse:
                self._pulse = pulse
                for bell in self._bells:
                    bell.set()
            await asyncio.sleep(self._pace.look)

    @property
    def is_live(self) -> bool:
        return _clock() - self._looked_at < self._pace.stale

    async def happenings(self, still_signed_in: Callable[[], Awaitable[bool]]) -> AsyncIterator[Happening]:
        """Events for one board: `changed`, `ping` with the time, and `ended` when its session is over."""
        with self._bell() as bell:
            yield self._ping()
            pings, next_ping = 0, _clock() + self._pace.ping
            while True:
                if await _rings(bell, next_ping - _clock()):
                    bell.clear()
                    yield {"event": "changed", "data": self._now().isoformat()}
                if _clock() < next_ping:
                    continue
                pings, next_ping = pings + 1, _clock() + self._pace.ping
                if pings % self._pace.pings_to_check == 0 and not await still_signed_in():
                    yield {"event": "ended", "data": ""}
                    return
                if self.is_live:
                    yield self._ping()

    def _ping(self) -> Happening:
        return {"event": "ping", "data": self._now().isoformat()}

    @contextmanager
    def _bell(self) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)


async def _rings(bell: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(bell.wait(), max(seconds, 0))
    except TimeoutError:
        return False
    return True


def _clock() -> float:
    return asyncio.get_running_loop().time()
