"""The report of the month before: that it is ready is told once, and who opened it is kept."""

from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot.bootstrap import Product
from bot.notices.model import MONTH_REPORT
from bot.reports.periods import Period
from bot.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

# In the audit, each with the month as `ref`.
READY: Final = "month_report_ready"
OPENED: Final = "month_report_opened"
# Who asked in the last night of the month has been met, or has not, by then.
_FROM_DAY: Final = 2
_YEAR: Final = timedelta(days=365)


def month_before(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def name_of(month: Period) -> str:
    """As `2026-11`."""
    return f"{month.first:%Y-%m}"


class MonthKeeper:
    """The worker's. Any number may run: of two the second finds the row of the first."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._told = ""

    def keep(self) -> bool:
        """Whether it was told now. A worker that was down tells it later in the month."""
        product = self._product
        now = product.now()
        today = now.astimezone(product.prison.zone).date()
        month = month_before(today)
        if today.day < _FROM_DAY or name_of(month) == self._told:
            return False
        with product.database.reading() as work:
            known = bool(work.month_reports.staff_of(product.prison.id, READY, name_of(month)))
            # Looked at before anything is locked: the head of the audit is everybody's.
            if not known and not _is_to_tell(work, product.prison.id, month):
                return False
        if known:
            self._told = name_of(month)
            return False
        with product.database.writing() as work:
            told = _tell(work, product.prison.id, month, now)
        # Last, so that after a failure the next tick tries again. The row is there, whoever wrote it.
        self._told = name_of(month)
        if told:
            log.info("month_report.ready", month=name_of(month))
        return told


def note_opened(product: Product, staff_id: str, month: Period, now: datetime) -> None:
    """The first time that this account opens it."""
    prison_id, name = product.prison.id, name_of(month)
    with product.database.reading() as work:
        if staff_id in work.month_reports.staff_of(prison_id, OPENED, name):
            return
    with product.database.writing() as work:
        work.month_reports.lock()
        if staff_id not in work.month_reports.staff_of(prison_id, OPENED, name):
            work.audit.put(prison_id, staff_id, OPENED, name, now)


def _is_to_tell(work: UnitOfWork, prison_id: str, month: Period) -> bool:
    """Also of a month in which nobody asked: that is a finding. Not while figures are being counted: a report
    that is called ready is whole. Not where nobody has asked for a year: then the product has just been set
    up, or is not used."""
    if work.report_figures.is_behind():
        return False
    return bool(work.report_figures.days(prison_id, Period(month.last - _YEAR, month.last)))


def _tell(work: UnitOfWork, prison_id: str, month: Period, now: datetime) -> bool:
    """Whether it was told by this one: of two at once the second finds the row of the first."""
    work.month_reports.lock()
    if work.month_reports.staff_of(prison_id, READY, name_of(month)):
        return False
    work.audit.put(prison_id, "", READY, name_of(month), now)
    work.outbox.put(MONTH_REPORT, prison_id, name_of(month), now, {})
    return True
