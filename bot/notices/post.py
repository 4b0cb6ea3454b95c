"""The post: hands out what lies in the outbox, and keeps one carrier a channel at work."""

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.bootstrap import Product
from bot.notices import clocks
from bot.notices.carrier import Carrier, lease_of
from bot.notices.handing_out import hand_out
from bot.notices.model import DEAD_LETTER, Channel
from bot.store.outbox import Notice

log = structlog.get_logger()

# An alert should be on its way within the second: as often as the boards look.
_LOOK = 0.2
# A notice whose worker died is taken up by another one after this.
_LEASE = timedelta(seconds=30)
# So long something may wait for a channel that this worker does not know: another one may know it still.
_GONE_AFTER = timedelta(minutes=5)


class Post:
    def __init__(self, product: Product, channels: Sequence[Channel]) -> None:
        self._product = product
        self._channels = channels
        self._threads: list[threading.Thread] = []
        self._wakes = [threading.Event() for _ in channels]

    @property
    def is_alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def start(self, stop: threading.Event) -> None:
        """A thread that hands out and one for each channel. Daemons: no call that hangs holds up the end."""
        self._threads = [threading.Thread(target=self._watch, args=(stop,), name="post", daemon=True)]
        for channel, wake in zip(self._channels, self._wakes, strict=True):
            carrier = Carrier(self._product, channel)
            self._threads.append(
                threading.Thread(target=carrier.run, args=(stop, wake), name=channel.name, daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Waits that long, all in all, for the threads to end after `stop`."""
        for wake in self._wakes:
            wake.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(_LOOK):
            try:
                if self._has_due():
                    self.hand_out()
            except Exception as error:  # noqa: BLE001 - the store may be away; the next look tries again
                log.error("post.failed", error=type(error).__name__)
                stop.wait(self._product.settings.worker_seconds)

    def _has_due(self) -> bool:
        with self._product.database.reading() as work:
            return work.outbox.has_due(self._product.prison.id, self._product.now())

    def hand_out(self) -> int:
        """Gives each notice of this prison to the channels that want it. Returns how many it was."""
        product = self._product
        with product.database.writing() as work:
            notices = work.outbox.claim(product.now(), _LEASE, prison_id=product.prison.id)
        done = sum(self._hand_out_one(notice) for notice in notices)
        if done:
            for wake in self._wakes:
                wake.set()
        return done

    def _hand_out_one(self, notice: Notice) -> bool:
        product = self._product
        try:
            # In one transaction: a notice is off the outbox when it lies with its channels, and not before.
            with product.database.writing() as work:
                hand_out(work, notice, self._channels, product.prison)
                work.outbox.delivered(notice.seq, product.now())
        except Exception as error:  # noqa: BLE001 - one notice that cannot be read must not hold up the rest
            with product.database.writing() as work:
                dead = work.outbox.failed(notice, product.now())
            log.warning("notice.not_handed_out", seq=notice.seq, why=type(error).__name__, dead=dead)
            return False
        return True

    def set_right(self) -> int:
        """After the clock was set back: notices come in their time. Returns how many waited for another."""
        product = self._product
        lease = max(_LEASE, lease_of(product))
        with product.database.writing() as work:
            return clocks.set_right(work, product.prison.id, lease, now=product.now())

    def bury(self) -> int:
        """Dead letters of what waits for a channel that was taken out of the settings. Returns how many."""
        product, now = self._product, self._product.now()
        known = [channel.name for channel in self._channels]
        with product.database.writing() as work:
            lost = work.deliveries.bury(product.prison.id, known, now, now - _GONE_AFTER)
            for one in lost:
                work.outbox.put(DEAD_LETTER, one.prison_id, one.id, now, {"level": one.level})
        if lost:
            log.warning("notices.channel_gone", count=len(lost))
        return len(lost)
