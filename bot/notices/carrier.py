"""Carries what is due through one channel, try by try. Each channel has its own: none waits for another."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.bootstrap import Product
from bot.notices.delivery import Delivery
from bot.notices.limit import TimeLimit
from bot.notices.model import ALERT, DEAD_LETTER, Channel, NotDelivered, Outgoing, Refused, Why
from bot.notices.waits import wait_after
from bot.safety.whereabouts import Beside, Spot, of_record, whereabouts
from bot.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

_LEASE_BEYOND = timedelta(seconds=20)


def lease_of(product: Product) -> timedelta:
    """Longer than any try: while one is under way, no other worker begins the same."""
    return timedelta(seconds=product.settings.notify_seconds) + _LEASE_BEYOND


class Carrier:
    """Any number of workers may carry for the same channel: a delivery is claimed by one of them at a time.

    A notice can still arrive twice: when a worker dies between the other side's yes and writing it down, or
    when the yes comes after the time limit. It is at least once, never at most once.
    """

    def __init__(
        self, product: Product, channel: Channel, jitter: Callable[[], float] = random.random
    ) -> None:
        self._product = product
        self._channel = channel
        self._jitter = jitter
        self._limit = TimeLimit(product.settings.notify_seconds)
        self._lease = lease_of(product)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Until `stop`; looks again at once when `wake` is set, and else as often as the worker does."""
        while not stop.is_set():
            wake.clear()
            try:
                while not stop.is_set() and self.carry_one():
                    pass
            except Exception as error:  # noqa: BLE001 - the store may be away; the next round tries again
                log.error("channel.failed", channel=self._channel.name, error=type(error).__name__)
                stop.wait(self._product.settings.worker_seconds)
            wake.wait(self._product.settings.worker_seconds)

    def carry_one(self) -> bool:
        """One try of the gravest that is due. False when nothing is."""
        product, name = self._product, self._channel.name
        with product.database.reading() as work:
            if not work.deliveries.has_due(product.prison.id, name, product.now()):
                return False
        with product.database.writing() as work:
            mine = work.deliveries.claim(product.prison.id, name, product.now(), self._lease)
            spot = self._spot(work, mine) if mine is not None else None
            beside = whereabouts(work, [spot]).beside(spot) if spot is not None else Beside()
        if mine is None:
            return False
        outgoing = Outgoing(
            seq=mine.seq,
            number=mine.attempts,
            topic=mine.topic,
            prison_id=mine.prison_id,
            ref=mine.ref,
            happened_at=mine.happened_at,
            facts=mine.facts,
            level=mine.level,
            role=mine.role,
            place=spot.place if spot is not None else None,
            beside=beside,
        )
        began = time.monotonic()
        error = self._try(outgoing)
        self._write_down(mine, error, timedelta(seconds=time.monotonic() - began))
        return True

    def _spot(self, work: UnitOfWork, mine: Delivery) -> Spot | None:
        """The place of an alert, where the prison lets it go out by this channel."""
        if mine.topic != ALERT or not self._channel.route.place:
            return None
        record = work.safety.get(mine.ref)
        return of_record(record) if record is not None else None

    def _try(self, outgoing: Outgoing) -> NotDelivered | None:
        try:
            # The lock of no row is held meanwhile.
            self._limit.call(lambda: self._channel.deliver(outgoing, self._product.now()))
        except NotDelivered as error:
            return error
        except Exception as error:  # noqa: BLE001 - a library may raise anything, and its text may hold anything
            log.error("channel.fault", channel=self._channel.name, error=type(error).__name__)
            return NotDelivered(Why.FAULT)
        return None

    def _write_down(self, mine: Delivery, error: NotDelivered | None, took: timedelta) -> None:
        product, name = self._product, self._channel.name
        now = product.now()
        if error is None:
            with product.database.writing() as work:
                work.deliveries.delivered(mine, now, took)
            log.info("notice.delivered", seq=mine.seq, channel=name, number=mine.attempts)
            return
        over = isinstance(error, Refused) or mine.is_last_try
        wait = None if over else wait_after(mine.tries, self._jitter)
        with product.database.writing() as work:
            still_mine = work.deliveries.failed(mine, error, now, took, wait)
            if over and still_mine:
                # In the outbox, so that every open board hears of it within the second.
                work.outbox.put(DEAD_LETTER, mine.prison_id, mine.id, now, {"level": mine.level})
        log.warning(
            "notice.failed", seq=mine.seq, channel=name, why=error.why.value, code=error.code, dead=over
        )
