"""Keeps what reports are drawn from up to the requests and their histories, a short transaction at a time."""

import time
from datetime import timedelta
from typing import Final

from bot.bootstrap import Product
from bot.prison import Prison
from bot.reports.counting import Local
from bot.reports.facts import Part

_PARTS: Final = {part.name.lower(): part for part in Part}
_PATIENCE: Final = timedelta(seconds=1)


def local_of(prison: Prison) -> Local:
    return Local(prison.zone, lambda at: _PARTS[prison.time_of_day(at).value], prison.help.rest)


def catch_up(product: Product, patience: timedelta = _PATIENCE) -> bool:
    """Counts until all is counted, or patience ends: then it goes on the next time. Says whether all is."""
    with product.database.reading() as work:
        if not work.report_figures.is_behind():
            return True
    until = time.monotonic() + patience.total_seconds()
    local = local_of(product.prison)
    while True:
        with product.database.writing() as work:
            if not work.report_figures.follow(local):
                return True
        if time.monotonic() >= until:
            return False


def sweep(product: Product) -> None:
    """Counts one day anew, where it is time for that: corrects what came late, or under older rules."""
    now, local = product.now(), local_of(product.prison)
    with product.database.reading() as work:
        if not work.report_figures.may_sweep(now):
            return
    with product.database.writing() as work:
        work.report_figures.sweep(local, now)
