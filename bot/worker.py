"""Ticks: hands out notices, records missed deadlines, lets alerts climb, forgets what is past its time."""

import signal
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import structlog

from bot.bootstrap import Product
from bot.keeping import Keeper, proof_of
from bot.learning import danger, votes
from bot.learning import service as learning
from bot.lock_keeping import forget_locks
from bot.log_heads import HeadKeeper
from bot.month_report import MonthKeeper
from bot.notices.build import channels_of
from bot.notices.model import Channel
from bot.notices.post import Post
from bot.people import duty, swaps
from bot.people.forgetting import forget_about_supporters
from bot.people.rota import LOOK_BACK
from bot.queue import clocks, keep_apart, offers
from bot.queue import service as queue
from bot.report_counting import catch_up, sweep
from bot.retention import DataKind
from bot.safety import clocks as safety_clocks
from bot.safety import review, reviews

log = structlog.get_logger()

# At the end, so long for tries under way to be written down.
_LAST_SECONDS = 3.0
_FORGET_EVERY = timedelta(minutes=10)
HEARTBEAT = "worker.alive"


class Worker:
    """Any number may run: rows are claimed, and a claim that was not kept comes round again.

    Nothing here waits for anything outside: what leaves the house is carried by threads of the post.
    """

    def __init__(self, product: Product, channels: Sequence[Channel] = ()) -> None:
        self._product = product
        self.post = Post(product, channels)
        self._steps = (
            # Alerts before all that may take long.
            *(self.hand_out, self.bury, self.set_right, self.climb, self.miss_deadlines, self.keep_rotas),
            *(self.look_after_offers, self.count_figures, self.forget_in_time, self.expire_swaps),
            *(self.keep_limits, self.review_in_time, self.sign_heads, self.report_month),
        )
        self._rota_minute = -1
        self._keeper = Keeper(product)
        self._heads = HeadKeeper(product)
        self._month = MonthKeeper(product)
        self._forgot_at: datetime | None = None

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

    def set_right(self) -> int:
        """After the clock was set back: nothing waits for a time that was never meant."""
        prison, now = self._product.prison, self._product.now()
        with self._product.database.writing() as work:
            mended = safety_clocks.set_right(work, prison, now=now)
            mended += clocks.set_right(work, prison, now=now)
        mended += self.post.set_right()
        if mended:
            log.warning("clock.was_ahead", count=mended)
        return mended

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

    def review_in_time(self) -> int:
        with self._product.database.writing() as work:
            late = reviews.climb(work, self._product.prison, now=self._product.now())
        if late:
            log.info("reviews.overdue", count=late)
        return late

    def keep_rotas(self) -> int:
        """Duty by rota. Boundaries are at full minutes, so one look a minute is enough; and the look writes
        nothing, so that on most days nobody waits for it."""
        now, prison = self._product.now(), self._product.prison
        minute = int(now.timestamp() // 60)
        if minute == self._rota_minute:
            return 0
        with self._product.database.reading() as work:
            known = {each.person_id: each for each in work.supporters.list_of(prison.id)}
            plans = work.rotas.list_of(prison.id, now.astimezone(prison.zone).date() - LOOK_BACK)
        due = [
            plan.person_id
            for plan in plans
            if plan.person_id in known
            and duty.is_due(known[plan.person_id], plan, prison.zone, now) is not None
        ]
        kept = sum(self._keep_rota(person_id) for person_id in due)
        # Last, so that after a failure the next tick tries again.
        self._rota_minute = minute
        if kept:
            log.info("rotas.kept", count=kept)
        return kept

    def _keep_rota(self, person_id: str) -> bool:
        """In a transaction of its own, decided anew under the lock: somebody may have pressed meanwhile."""
        with self._product.database.writing() as work:
            work.supporters.get(person_id)
            plan, now, prison = work.rotas.get(person_id), self._product.now(), self._product.prison
            if plan is None or not duty.keep_rota(work, plan, prison.zone, now=now):
                return False
            # Who waits with no offer, or urgently, is offered to whoever comes on duty.
            work.requests.look_again(prison.id, now)
            return True

    def expire_swaps(self) -> int:
        prison, now = self._product.prison, self._product.now()
        with self._product.database.reading() as work:
            open_ones = work.swaps.open_in(prison.id)
        if not any(swap.starts(prison.zone) <= now for swap in open_ones):
            return 0
        with self._product.database.writing() as work:
            gone = swaps.expire(work, prison.zone, prison.id, now=now)
        log.info("swaps.expired", count=gone)
        return gone

    def count_figures(self) -> None:
        """What reports are drawn from follows the history, for a second at most: an alert must not wait."""
        if catch_up(self._product):
            sweep(self._product)

    def sign_heads(self) -> int:
        """The logs' heads, every hour as the settings stand, and out of the house with them."""
        return self._heads.keep()

    def report_month(self) -> bool:
        """Once a month: the report of the month before is ready."""
        return self._month.keep()

    def forget_in_time(self) -> int:
        """`forget`, and then not for some minutes: what is counted in days can wait for them."""
        now = self._product.now()
        # A time ahead is of a clock that was put back.
        if self._forgot_at is not None and timedelta() <= now - self._forgot_at < _FORGET_EVERY:
            return 0
        gone = self.forget()
        self._forgot_at = now
        return gone

    def forget(self) -> int:
        """Delivered notices, used codes, messages not understood, votes and what is settled about supporters
        go when their time is over; the audit says how many of each, and up to when."""
        now, prison = self._product.now(), self._product.prison
        before = now - timedelta(days=self._product.settings.outbox_days)
        today, kept = now.astimezone(prison.zone).date(), prison.retention
        with self._product.database.writing() as work:
            answers, settled, pressed = forget_about_supporters(
                work,
                now,
                today,
                answers=kept[DataKind.CONTACT_ANSWERS],
                settled=kept[DataKind.SETTLED],
                reports=kept[DataKind.PRESSURE],
            )
            gone = (
                ("notices", work.outbox.forget(before) + work.deliveries.forget(before), before.date()),
                ("codes", work.devices.forget_codes(before), before.date()),
                ("sign_in_tries", forget_locks(work, now), today),
                ("not_understood", learning.forget(work, today=today), today - learning.KEPT_FOR),
                ("danger_lines", danger.forget(work, today=today), today - danger.KEPT_FOR),
                ("votes", votes.forget(work, today=today), today),
                (DataKind.CONTACT_ANSWERS, answers, today - kept[DataKind.CONTACT_ANSWERS]),
                (DataKind.SETTLED, settled, today - kept[DataKind.SETTLED]),
                (DataKind.PRESSURE, pressed, today - kept[DataKind.PRESSURE]),
            )
            for kind, count, upto in gone:
                if count:
                    work.audit.put(prison.id, "", f"deleted_{kind}", proof_of(count, upto), now)
        total = sum(count for _, count, _ in gone)
        if total:
            log.info("forgotten", count=total)
        return total

    def keep_limits(self) -> int:
        """Messages, requests, words of records and the rest of bot/retention.py, a little each time."""
        return self._keeper.round()


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
