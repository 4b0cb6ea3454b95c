"""The pages of a supporter: now, rota, record, card. One thing a page, for a small screen."""

from dataclasses import dataclass

from bot.web.tablet.context import Visit
from bot.web.tablet.frame import Frame, frame

NOW, ROTA, RECORD, CARD = "/supporter", "/supporter/rota", "/supporter/record", "/supporter/card"
_PLACES = (
    (NOW, "page_helping_place_now"),
    (ROTA, "page_helping_place_rota"),
    (RECORD, "page_helping_place_record"),
    (CARD, "page_helping_place_card"),
)


@dataclass(frozen=True)
class Stop:
    href: str
    title: str
    current: bool


def stops(visit: Visit, here: str) -> tuple[Stop, ...]:
    return tuple(Stop(href, visit.say(key), href == here) for href, key in _PLACES)


def shell(visit: Visit, title: str, said: str, notices: dict[str, tuple[str, bool]]) -> Frame:
    """The frame with what a redirect may have it say: the sentence's id, and whether it is good news."""
    key, calm = notices.get(said, ("", True))
    return frame(visit, title, NOW, notice=visit.say(key) if key else "", calm=calm)
