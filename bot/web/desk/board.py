"""What the board shows, in the order in which it needs somebody: alerts, late, waiting, under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.people.rights import Right
from bot.queue.model import Request, State, Urgency
from bot.safety.record import SafetyRecord
from bot.safety.review import UNCHECKED
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Actions, actions_for
from bot.web.desk.alert_groups import AlertGroup, LevelOfCells, by_level
from bot.web.desk.board_alerts import AlertRow, Alerts, build_alerts
from bot.web.desk.desk import Caller, Desk, wings_of
from bot.web.desk.keep_apart import together
from bot.web.desk.matching_words import nobody_words
from bot.web.desk.notice_words import unheard
from bot.web.desk.shell import Link, Page, shell_for
from bot.web.desk.steps import is_at_top, is_late_to_check
from bot.web.desk.wording import Wording

_NOBODY_THERE = frozenset({State.WAITING, State.ACCEPTED, State.ARRANGED})


@dataclass(frozen=True)
class Row:
    """A request on the board: never a word of what was typed."""

    id: str
    reference: str
    href: str
    kind: str
    cell: str
    first_name: str
    waited: str
    asked: str
    state: str
    urgency: str
    tone: str
    actions: Actions
    nobody: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its rows; `tone` is also its place on the page."""

    tone: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Board(Page):
    wing: str
    wings: tuple[Link, ...]
    counts: tuple[Link, ...]
    sounding: tuple[AlertGroup, ...]
    dense: tuple[LevelOfCells, ...]
    going: tuple[AlertRow, ...]
    sections: tuple[Section, ...]
    quiet: bool
    undelivered: str
    unheard: tuple[Link, ...]
    as_of: str
    may_answer: bool


@dataclass(frozen=True)
class Sounding:
    """What the page's script needs to sound an alert.

    `times` grows with each further message, and `told` is the role that it climbed to: with either it sounds
    anew. `unanswered`: the whole chain was told, and nobody has answered. One that somebody took and nobody
    checked in time has the level UNCHECKED: it sounds once at each step up the chain.
    """

    id: str
    level: str
    times: int
    told: str
    unanswered: bool


def build_board(desk: Desk, caller: Caller, work: UnitOfWork, wing: str, notice: str = "") -> Board:
    """`wing` narrows the requests. Alerts of every wing that the account sees always stand on the board."""
    now = desk.product.now()
    staff = caller.staff
    alerts = work.safety.alerts_in(staff.prison_id, staff.wings)
    requests = _without_alerts(work.requests.open_in(staff.prison_id, staff.wings), alerts)
    requests = [request for request in requests if wing in ("", request.place.wing)]
    shown = build_alerts(desk, caller, work, alerts)
    sections = _sections(desk, caller, requests, wing, now)
    dead = work.outbox.count_dead(staff.prison_id)
    dead += work.deliveries.count_dead(staff.prison_id, staff.wings)
    return Board(
        desk=desk,
        shell=shell_for(desk, caller, "board", work=work),
        notice=notice,
        wing=wing,
        wings=_wing_links(desk, caller, wing),
        counts=_counts(desk.wording, shown, sections),
        sounding=shown.groups,
        dense=by_level(shown.groups),
        going=shown.going,
        sections=sections,
        quiet=not alerts and not requests,
        undelivered=desk.wording.say("undelivered", count=dead) if dead else "",
        unheard=(*together(desk, caller, work), *unheard(desk, caller, work, now)),
        as_of=desk.wording.say("as_of", at=desk.wording.clock(now, now)),
        may_answer=caller.may(Right.ANSWER_ALERTS),
    )


def soundings(desk: Desk, alerts: Sequence[SafetyRecord]) -> list[Sounding]:
    return [
        Sounding(
            alert.id,
            alert.level.value if alert.is_sounding else UNCHECKED,
            alert.times,
            alert.climbed_to,
            is_at_top(desk, alert),
        )
        for alert in alerts
        if alert.is_sounding or is_late_to_check(alert)
    ]


def is_late(request: Request, now: datetime) -> bool:
    """Past its deadline, or past an earlier one that the worker has since recorded as missed."""
    return request.is_overdue(now) or (request.missed_at is not None and request.state in _NOBODY_THERE)


def row_of(desk: Desk, caller: Caller, request: Request, now: datetime, wing: str = "") -> Row:
    wording = desk.wording
    late = is_late(request, now)
    return Row(
        id=request.id,
        reference=request.reference,
        href=f"/requests/{request.id}",
        kind=wording.kind(request),
        cell=request.place.cell,
        first_name=request.first_name,
        waited=wording.waited(now - request.asked_at),
        asked=wording.say("label_asked", at=wording.clock(request.asked_at, now)),
        state=wording.state(request),
        urgency=wording.urgency(request.urgency) if request.urgency > Urgency.NORMAL else "",
        tone="late" if late else "raised" if request.urgency > Urgency.NORMAL else "plain",
        actions=actions_for(desk, caller, request, wing),
        nobody=nobody_words(desk, request),
    )


def _without_alerts(requests: Sequence[Request], alerts: Sequence[SafetyRecord]) -> list[Request]:
    """The request that an alert raised is one matter with it: it shows on the alert while that stands."""
    shown = {alert.id for alert in alerts}
    return [request for request in requests if request.record_id not in shown]


def _sections(
    desk: Desk, caller: Caller, requests: Sequence[Request], wing: str, now: datetime
) -> tuple[Section, ...]:
    late = [request for request in requests if is_late(request, now)]
    rest = [request for request in requests if not is_late(request, now)]
    waiting = [request for request in rest if request.state is State.WAITING]
    under_way = [request for request in rest if request.state is not State.WAITING]
    groups = (("late", late), ("waiting", waiting), ("under_way", under_way))
    return tuple(
        Section(
            tone,
            desk.wording.say(f"section_{tone}"),
            tuple(row_of(desk, caller, request, now, wing) for request in group),
        )
        for tone, group in groups
        if group
    )


def _counts(wording: Wording, alerts: Alerts, sections: Sequence[Section]) -> tuple[Link, ...]:
    groups = [("sounding", alerts.count), ("going", len(alerts.going))]
    by_tone = {section.tone: len(section.rows) for section in sections}
    groups += [(tone, by_tone.get(tone, 0)) for tone in ("late", "waiting", "under_way")]
    return tuple(
        Link(wording.say(f"count_{tone}", count=count), f"#{tone}") for tone, count in groups if count
    )


def _wing_links(desk: Desk, caller: Caller, wing: str) -> tuple[Link, ...]:
    seen = wings_of(caller, desk.product)
    if len(seen) < 2:
        return ()
    every = Link(desk.wording.say("wings_all"), "/board", current=not wing)
    named = (
        Link(desk.wording.say("wing_named", wing=name), f"/board?wing={name}", current=name == wing)
        for name in seen
    )
    return (every, *named)
