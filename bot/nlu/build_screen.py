"""Puts the danger screen together; without its trained head it works on phrases and says so."""

from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.nlu.language import detect
from bot.nlu.screen_head import Encodes, HeadBroken, TrainedHead
from bot.safety.clauses import Span
from bot.safety.screen import Head, HeadVerdict, Piece, Screen
from bot.safety_content import load_phrases

log = structlog.get_logger()


class BrokenHead:
    """Stands where the head should be, so that every verdict carries the fault."""

    version = "broken"

    def judge(self, asked: Sequence[Piece]) -> list[HeadVerdict]:
        raise HeadBroken("the trained head could not be loaded")

    def where(self, text: str, spans: Sequence[Span]) -> int | None:
        raise HeadBroken("the trained head could not be loaded")


def build_screen(content_dir: Path, screen_dir: Path, encoder: Encodes) -> Screen:
    """Raises BadContent for phrases that cannot be read; a head that cannot be loaded is a fault instead."""
    head: Head
    try:
        head = TrainedHead.load(screen_dir, encoder)
    except HeadBroken as error:
        log.error("screen.head_broken", why=str(error))
        head = BrokenHead()
    return Screen(load_phrases(content_dir), head, detect)
