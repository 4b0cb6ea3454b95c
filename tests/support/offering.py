"""Puts a request on offer to supporters for a test, by the door that staff use."""

from datetime import datetime
from typing import Any

from bot.queue import offers
from bot.queue.telling import Words
from tests.support.builders import NOW, STAFF, PlainPrison


def offered(work: Any, request_id: str, *who: str, now: datetime = NOW, prison: Any = None) -> None:
    """To each of these, whatever speaks against it that staff may decide against."""
    for name in who:
        words = Words(note="for the test")
        offers.offer_to(work, request_id, name, STAFF, prison=prison or PlainPrison(), now=now, words=words)
