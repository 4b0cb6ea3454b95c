"""Ticks: delivers notices, records missed deadlines, lets alerts climb, forgets what is past its time."""

import signal
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog

from bot.bootstrap import Product
from bot.learning import service as learning
from bot.notify import Channel, Desk, NotDelivered, Webhook
from bot.queue import service as queue
from bot.safety import review

log = structlog.get_logger()

# A notice whose worker died is taken up by another one after this.
_LEASE = timedelta(seconds=30)
HEARTBEAT = "worker.alive"


class Worker:
    """Any number may run: rows are claimed, and a claim that was not kept comes round again."""

    def __init__(self, product: Product, channels: Sequence[Channel]) -> None:
        self._product = product
        self._channels = channels
        self._steps = (self.deliver, self.miss_deadlines, self.climb, self.forget)

    def tick(self) -> None:
        """One round. A step that fails does not keep the others from running."""
        for step in self._steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - the next tick tries again; the log says what failed
                log.error("worker.step_failed", step=step.__name__, error=type(error).__name__)

    def deliver(self) -> int:
        """Sends what the outbox holds. Returns how many were delivered."""
        with self._product.database.writing() as work:
            notices = work.outbox.claim(self._product.now(), _LEASE)
        done = 0
        for notice in notices:
            try:
                for channel in self._channels:
                    channel.deliver(notice)
            except Exception as error:  # noqa: BLE001 - one notice that cannot be sent must not hold up the rest
                with self._product.database.writing() as work:
                    dead = work.outbox.failed(notice, self._product.now())
                log.warning("notice.failed", seq=notice.seq, why=_why(error), dead=dead)
                continue
            with self._product.database.writing() as work:
                work.outbox.delivered(notice.seq, self._product.now())
            done += 1
        return done

    def miss_deadlines(self) -> int:
        with self._product.database.writing() as work:
            missed = queue.miss_deadlines(work, self._product.prison, now=self._product.now())
        if missed:
            log.info("deadlines.missed", count=missed)
        return missed

    def climb(self) -> int:
        with self._product.database.writing() as work:
            climbed = review.climb(work, self._product.prison, now=self._product.now())
        if climbed:
            log.warning("alerts.climbed", count=climbed)
        return climbed

    def forget(self) -> int:
        """Delivered notices, used codes and messages not understood go when their time is over."""
        now = self._product.now()
        before = now - timedelta(days=self._product.settings.outbox_days)
        today = now.astimezone(self._product.prison.zone).date()
        with self._product.database.writing() as work:
            gone = work.outbox.forget(before) + work.devices.forget_codes(before)
            gone += learning.forget(work, today=today)
        if gone:
            log.info("forgotten", count=gone)
        return gone


def _why(error: Exception) -> str:
    """What a channel says of itself; of anything else only the class, since its text may hold anything."""
    return str(error) if isinstance(error, NotDelivered) else type(error).__name__


def channels_of(product: Product) -> tuple[Channel, ...]:
    settings = product.settings
    if settings.notify_webhook:
        return (Desk(), Webhook(settings.notify_webhook, settings.notify_secret))
    return (Desk(),)


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
    while not stop.is_set():
        worker.tick()
        alive.touch()
        stop.wait(product.settings.worker_seconds)


def heartbeat_path(var_dir: Path) -> Path:
    return var_dir / "run" / HEARTBEAT
