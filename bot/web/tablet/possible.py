"""When no helper can be asked right now: said plainly, with what is possible now. Nothing is promised."""

from collections.abc import Iterable

from bot.directory.helpers import chaplaincy
from bot.queue.model import Request, State
from bot.web.tablet.context import Showing


def possible_now(showing: Showing, requests: Iterable[Request]) -> str:
    """Empty while every request that waits is on offer to somebody."""
    if not any(request.state is State.WAITING and request.nobody for request in requests):
        return ""
    chaplain = ["peer_chaplain"] if chaplaincy(showing.product.prison) else []
    keys = ["ask_nobody_now", "danger_samaritans", *chaplain, "peer_staff"]
    return " ".join(showing.say(key) for key in keys)
