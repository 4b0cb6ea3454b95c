"""`signpost notify-test`: a test notice through each channel, and in words what became of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bot.bootstrap import Product
from bot.notices.build import channels_of
from bot.notices.limit import TimeLimit
from bot.notices.model import TEST, Channel, NotDelivered, Outgoing, Why


@dataclass(frozen=True)
class Trial:
    channel: str
    delivered: bool
    words: str


def try_channels(product: Product) -> Iterator[Trial]:
    """One after the other, each once. Nothing is stored. Raises BadSettings."""
    for channel in channels_of(product):
        began = time.monotonic()
        error = _try(product, channel)
        seconds = f"{time.monotonic() - began:.1f}"
        say = product.desk_texts.say
        if error is None:
            yield Trial(channel.name, delivered=True, words=say("trial_delivered", seconds=seconds))
        else:
            why = say(f"why_{error.why.value}")
            if error.code:
                why = say("notice_why_code", why=why, code=error.code)
            words = say("trial_failed", why=why, seconds=seconds)
            yield Trial(channel.name, delivered=False, words=words)


def _try(product: Product, channel: Channel) -> NotDelivered | None:
    now = product.now()
    outgoing = Outgoing(0, 1, TEST, product.prison.id, "", now)
    try:
        TimeLimit(product.settings.notify_seconds).call(lambda: channel.deliver(outgoing, now))
    except NotDelivered as error:
        return error
    except Exception:  # noqa: BLE001 - a library may raise anything, and its text may hold a secret
        return NotDelivered(Why.FAULT)
    return None
