"""Writes down what an account was refused, so that somebody who tries doors is seen."""

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.web.desk.desk import Caller, Desk

log = structlog.get_logger()
ACTION: Final = "page_refused"
# The same page refused to the same account again within this time is the same row: nobody fills the audit.
_AGAIN: Final = timedelta(minutes=10)
_KEPT: Final = 2_000


class Refusals:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lately: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, caller: Caller, page: str) -> None:
        """`page` is a method and the path as the access table writes it: no id that somebody typed."""
        now, staff = self._desk.product.now(), caller.staff
        if not self._is_new((staff.id, page), now):
            return
        log.warning("desk.refused", staff_id=staff.id, page=page)
        try:
            with self._desk.product.database.writing() as work:
                work.audit.put(staff.prison_id, staff.id, ACTION, page, now)
        except Exception:
            # The next time it is written, then.
            self._lately.pop((staff.id, page), None)
            raise

    def _is_new(self, key: tuple[str, str], now: datetime) -> bool:
        with self._lock:
            last = self._lately.get(key)
            if last is not None and abs(now - last) < _AGAIN:
                return False
            if len(self._lately) >= _KEPT:
                self._lately.clear()
            self._lately[key] = now
            return True
