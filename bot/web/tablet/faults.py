"""Tells the desk that the screen is damaged, or works again. Never keeps a message from being answered."""

import structlog
from starlette.concurrency import run_in_threadpool

from bot.bootstrap import Product
from bot.safety.faults import FaultWatch
from bot.safety.model import Verdict

log = structlog.get_logger()


class FaultTeller:
    def __init__(self, product: Product) -> None:
        self._product = product
        self._watch = FaultWatch()

    async def tell(self, prison_id: str, verdict: Verdict) -> None:
        """After the message is stored, in a transaction of its own: a fault here must not undo that."""
        if self._watch.is_news(verdict, self._product.now()):
            await run_in_threadpool(self._write, prison_id, verdict)

    def _write(self, prison_id: str, verdict: Verdict) -> None:
        try:
            with self._product.database.writing() as work:
                self._watch.tell(work.screen_state, prison_id, verdict, self._product.now())
        except Exception as error:  # noqa: BLE001 - the next message tries again
            log.error("screen.fault_not_told", error=type(error).__name__)
