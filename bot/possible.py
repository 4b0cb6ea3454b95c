"""When no helper can be asked right now: said plainly, with what is possible now. Nothing is promised."""

from collections.abc import Iterable

from bot.content import Texts
from bot.directory.helpers import chaplaincy
from bot.prison import Prison
from bot.queue.model import Request, State


def possible_now(texts: Texts, prison: Prison, requests: Iterable[Request], language: str) -> str:
    """The same words on the page and in the chat. Empty while every request that waits is on offer."""
    if not any(request.state is State.WAITING and request.nobody for request in requests):
        return ""
    chaplain = ["peer_chaplain"] if chaplaincy(prison) else []
    keys = ["ask_nobody_now", "danger_samaritans", *chaplain, "peer_staff"]
    return " ".join(texts.say(key, language) for key in keys)
