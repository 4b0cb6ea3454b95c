"""Ticks: hands out notices, records missed deadlines, lets alerts climb, forgets what is past its time."""

import signal
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog

from bot.bootstrap import Product
from bot.learning import danger, votes
from bot.learning import service as learning
from bot.notices.build import channels_of
from bot.notices.model import Channel
from bot.notices.post import Post
from bot.queue import keep_apart, offers
from bot.queue import service as queue
from bot.report_counting import catch_up, sweep
from bot.safety import review

log = structlog.get_logger()

# At the end, so long for tries under way to be written down.
_LAST_SECONDS = 3.0
HEARTBEAT = "worker.alive"


class Worker:
    """Any number may run: rows are claimed, and a claim that was not kept comes round again.

    Nothing here waits for anything outside: what leaves the house is carried by threads of the post.
    """

    def __init__(self, product: Product, channels: Sequence[Channel] = ()) -> None:
        self._product = product
        self.post = Post(product, channels)
        self._steps = (
            self.hand_out,
            self.bury,
            self.miss_deadlines,
            self.look_after_offers,
            self.climb,
            self.count_figures,
            self.forget,
        )

    def tick(self) -> None:
        """One round. A step that fails does not keep the others from running."""
        for step in self._steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - the next tick tries again; the log says what failed
                log.error("worker.step_failed", step=step.__name__, error=type(error).__name__)

    def hand_out(self) -> int:
        """Returns how many notices went to the channels that want them."""
        return self.post.hand_out()

    def bury(self) -> int:
        return self.post.bury()

    def miss_deadlines(self) -> int:
        with self._product.database.writing() as work:
            missed = queue.miss_deadlines(work, self._product.prison, now=self._product.now())
        if missed:
            log.info("deadlines.missed", count=missed)
        return missed

    def look_after_offers(self) -> int:
        """Offers that ran out, or whose supporter left; requests that nobody was asked for; and what two
        have together who must be kept apart."""
        now = self._product.now()
        with self._product.database.writing() as work:
            parted = keep_apart.part_all(work, now=now)
            return parted + offers.look_after_due(work, self._product.prison, now=now)

    def climb(self) -> int:
        with self._product.database.writing() as work:
            climbed = review.climb(work, self._product.prison, now=self._product.now())
        if climbed:
            log.warning("alerts.climbed", count=climbed)
        return climbed

    def count_figures(self) -> None:
        """What reports are drawn from follows the history, for a second at most: an alert must not wait."""
        if catch_up(self._product):
            sweep(self._product)

    def forget(self) -> int:
        """Delivered notices, used codes, messages not understood and votes go when their time is over."""
        now = self._product.now()
        before = now - timedelta(days=self._product.settings.outbox_days)
        today = now.astimezone(self._product.prison.zone).date()
        with self._product.database.writing() as work:
            gone = work.outbox.forget(before) + work.deliveries.forget(before)
            gone += work.devices.forget_codes(before)
            gone += learning.forget(work, today=today) + danger.forget(work, today=today)
            gone += votes.forget(work, today=today)
        if gone:
            log.info("forgotten", count=gone)
        return gone


def run(product: Product) -> None:
    """Ticks until SIGTERM or SIGINT, and touches a file each time so that others see it is alive."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    worker = Worker(product, channels_of(product))
    alive = heartbeat_path(product.settings.var_dir)
    alive.parent.mkdir(parents=True, exist_ok=True)
    worker.post.start(stop)
    while not stop.is_set():
        worker.tick()
        if not worker.post.is_alive and not stop.is_set():
            # Never seen, and not to be lived with: who keeps the parts running starts this one anew.
            raise RuntimeError("a thread of the post has ended")
        alive.touch()
        stop.wait(product.settings.worker_seconds)
    worker.post.join(_LAST_SECONDS)


def heartbeat_path(var_dir: Path) -> Path:
    return var_dir / "run" / HEARTBEAT
