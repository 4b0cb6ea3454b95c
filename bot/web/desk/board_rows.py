"""The requests on the board: rows in sections, the first of each, and never a late one hidden."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from bot.queue.model import Request, State, Urgency
from bot.safety.whereabouts import Spot, of_request
from bot.store.board import GROUPS, LateSpot, Look
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Actions, actions_for
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.matching_words import nobody_words
from bot.web.desk.own_word import OwnWord, own_word
from bot.web.desk.request_story import Came, came_of
from bot.web.desk.shell import Link

# So many stand on the board as whole rows; the section says how many there are, and leads to all of them.
_SHOWN = {"late": 40, "waiting": 30, "morning": 20, "under_way": 20}
# Of the late ones every further one has a word of its own; above this many the list of all has them.
_MOST_SPOTS = 1000
_NOBODY_THERE = frozenset({State.WAITING, State.ACCEPTED, State.ARRANGED})


@dataclass(frozen=True)
class Row:
    """A request on the board: never a word of what was typed. `closed` says that its wing is in no file,
    `nobody` why nobody can be asked.
    """

    id: str
    reference: str
    href: str
    kind: str
    cell: str
    own_word: str
    first_name: str
    waited: str
    asked: str
    state: str
    urgency: str
    tone: str
    closed: str
    came: Came
    actions: Actions
    nobody: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with the first of its rows; `tone` is also its place on the page.

    `spots` are the further late ones, a word each. `more` leads to all where not every one is here. What is
    `folded` lies behind its heading.
    """

    tone: str
    heading: str
    rows: tuple[Row, ...]
    count: int
    spots: tuple[Link, ...] = ()
    more: Link | None = None
    folded: bool = False


def sections_of(desk: Desk, caller: Caller, work: UnitOfWork, look: Look) -> tuple[Section, ...]:
    counts = work.board.counts(look)
    return tuple(_section(desk, caller, work, look, name, counts[name]) for name in GROUPS if counts[name])


def is_late(request: Request, now: datetime) -> bool:
    """Past its deadline, or past an earlier one that the worker has since recorded as missed."""
    return request.is_overdue(now) or (request.missed_at is not None and request.state in _NOBODY_THERE)


def row_of(desk: Desk, caller: Caller, request: Request, now: datetime, own: OwnWord, wing: str = "") -> Row:
    """`wing` is the board's filter, so that the board comes back as it was."""
    wording = desk.wording
    late = is_late(request, now)
    return Row(
        id=request.id,
        reference=request.reference,
        href=f"/requests/{request.id}",
        kind=wording.kind(request),
        cell=request.place.cell,
        own_word=own.about(of_request(request)),
        first_name=request.first_name,
        waited=wording.waited(now - request.asked_at),
        asked=wording.say("label_asked", at=wording.clock(request.asked_at, now)),
        state=wording.state(request),
        urgency=wording.urgency(request.urgency) if request.urgency > Urgency.NORMAL else "",
        tone="late" if late else "raised" if request.urgency > Urgency.NORMAL else "plain",
        closed=_closed(desk, request),
        came=came_of(wording, request, now),
        actions=actions_for(desk, caller, request, wing),
        nobody=nobody_words(desk, caller, request),
    )


def address_of_all(section: str, wing: str, page: int = 1) -> str:
    asked = {"section": section, "wing": wing, "page": page if page > 1 else ""}
    return f"/board/all?{urlencode({name: value for name, value in asked.items() if value})}"


def _section(desk: Desk, caller: Caller, work: UnitOfWork, look: Look, name: str, count: int) -> Section:
    say, shown = desk.wording.say, _SHOWN[name]
    requests = work.board.first(look, name, shown)
    left = count - len(requests)
    spots = work.board.late_spots(look, _MOST_SPOTS, shown) if name == "late" and left > 0 else []
    own = own_word(desk, work, [*map(of_request, requests), *map(_of_late, spots)])
    morning = desk.wording.clock(look.morning, look.now) if look.morning else ""
    return Section(
        tone=name,
        heading=say(f"section_{name}", at=morning) if name == "morning" else say(f"section_{name}"),
        rows=tuple(row_of(desk, caller, request, look.now, own, look.wing) for request in requests),
        count=count,
        spots=tuple(
            Link(
                f"{own.cell(_of_late(spot))} {desk.wording.waited(look.now - spot.asked_at)}",
                f"/requests/{spot.id}",
            )
            for spot in spots
        ),
        more=Link(say("board_more", count=count, left=left), address_of_all(name, look.wing))
        if left > 0
        else None,
        folded=name == "morning",
    )


def _of_late(late: LateSpot) -> Spot:
    return Spot(late.person_id, late.place, late.asked_at)


def _closed(desk: Desk, request: Request) -> str:
    """A wing that was closed: nobody's filter names it, and matching by wing finds nobody near it."""
    wing = request.place.wing
    return "" if wing in desk.product.prison.wings else desk.wording.say("wing_closed_words", wing=wing)
