"""A supporter as matching sees one: with cell, load and who must not meet."""

from dataclasses import dataclass

from bot.people.model import Place, Supporter


@dataclass(frozen=True)
class Candidate:
    """A supporter as he or she stands now. `place` is the supporter's own cell; `held` counts requests that
    are accepted and not done, `offered` those that are on offer to him or her and not answered yet."""

    supporter: Supporter
    place: Place
    held: int = 0
    offered: int = 0
    kept_apart: bool = False
    active: bool = True
