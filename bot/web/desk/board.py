"""What the board shows, in the order in which it needs somebody: alerts, late, waiting, under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.people.rights import Right
from bot.prison import Prison, TimeOfDay
from bot.safety.record import SafetyRecord
from bot.safety.steps import UNCHECKED
from bot.store.board import GROUPS, Look
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.alert_groups import AlertGroup, LevelOfCells, by_level
from bot.web.desk.board_alerts import AlertRow, Alerts, build_alerts
from bot.web.desk.board_rows import Section, address_of_all, sections_of
from bot.web.desk.desk import Caller, Desk, wings_of
from bot.web.desk.keep_apart import together
from bot.web.desk.notice_words import unheard
from bot.web.desk.shell import Link, Page, shell_for
from bot.web.desk.steps import is_at_top, is_late_to_check
from bot.web.desk.wording import Wording

VIEWS = ("plain", "large", "night")
# An unanswered "Did somebody come?" shows from an hour after it could be answered, for a week.
_ASKED_SINCE, _ASKED_UNTIL = timedelta(days=7), timedelta(hours=1)
# So many who are on duty have a line of their own.
_MOST_ON_DUTY = 40


@dataclass(frozen=True, kw_only=True)
class Board(Page):
    view: str
    views: tuple[Choice, ...]
    tools: tuple[Link, ...]
    wing: str
    wings: tuple[Link, ...]
    counts: tuple[Link, ...]
    sounding: tuple[AlertGroup, ...]
    dense: tuple[LevelOfCells, ...]
    going: tuple[AlertRow, ...]
    sections: tuple[Section, ...]
    questions: Link | None
    on_duty: tuple[str, ...]
    duty: str
    quiet: str
    undelivered: str
    unheard: tuple[Link, ...]
    as_of: str
    may_answer: bool


@dataclass(frozen=True)
class Sounding:
    """What the page's script needs to sound an alert.

    `times` grows with each further message, and `told` is the role that it climbed to: with either, and with
    another level, it sounds anew. `unanswered`: the whole chain was told, and nobody has answered. What was
    taken and not checked in time has the level UNCHECKED: it sounds once at each step up the chain.
    """

    id: str
    level: str
    times: int
    told: str
    unanswered: bool


def build_board(
    desk: Desk, caller: Caller, work: UnitOfWork, wing: str, notice: str = "", view: str = "plain"
) -> Board:
    """`wing` narrows the requests. Alerts of every wing that the account sees always stand on the board."""
    now, say = desk.product.now(), desk.wording.say
    staff = caller.staff
    view = view if view in VIEWS else VIEWS[0]
    closed = _closed_wings(desk, caller, work)
    # An unknown wing, or one that is not this account's to see, is no filter at all.
    wing = wing if wing in (*wings_of(caller, desk.product), *closed) else ""
    morning = doors_open(desk.product.prison, now) if view == "night" else None
    look = Look(staff.prison_id, now, staff.wings, wing, morning)
    alerts = work.safety.alerts_in(staff.prison_id, staff.wings)
    shown = build_alerts(desk, caller, work, alerts)
    sections = sections_of(desk, caller, work, look)
    dead = work.outbox.count_dead(staff.prison_id)
    dead += work.deliveries.count_dead(staff.prison_id, staff.wings)
    questions = _questions(desk, work, look)
    warnings = (*together(desk, caller, work), *unheard(desk, caller, work, now))
    calm = not (alerts or sections or dead or questions or warnings)
    on_duty, duty = _on_duty(desk, work, staff.prison_id) if view == "night" else ((), "")
    return Board(
        desk=desk,
        shell=shell_for(desk, caller, "board", work=work),
        notice=notice,
        view=view,
        views=tuple(Choice(name, say(f"view_{name}")) for name in VIEWS),
        tools=_tools(desk, caller),
        wing=wing,
        wings=_wing_links(desk, caller, wing, closed),
        counts=_counts(desk.wording, shown, sections),
        sounding=shown.groups,
        dense=by_level(shown.groups),
        going=shown.going,
        sections=sections,
        questions=questions,
        on_duty=on_duty,
        duty=duty,
        quiet=(say("quiet_wing", wing=wing) if wing else say("quiet")) if calm else "",
        undelivered=say("undelivered", count=dead) if dead else "",
        unheard=warnings,
        as_of=say("as_of", at=desk.wording.clock(now, now)),
        may_answer=caller.may(Right.ANSWER_ALERTS),
    )


def asked_between(now: datetime) -> tuple[datetime, datetime]:
    """From when to when a request was done whose "Did somebody come?" is shown to staff as unanswered."""
    return now - _ASKED_SINCE, now - _ASKED_UNTIL


def doors_open(prison: Prison, now: datetime) -> datetime | None:
    """When the next night ends: the first quarter of an hour after a night that is none."""
    at, was_night = now, False
    for _ in range(4 * 48):
        if prison.time_of_day(at) is TimeOfDay.NIGHT:
            was_night = True
        elif was_night:
            return at
        # To the full quarter first, then from one to the next.
        at += timedelta(minutes=15) - timedelta(minutes=at.minute % 15, seconds=at.second)
    return None


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


def _counts(wording: Wording, alerts: Alerts, sections: Sequence[Section]) -> tuple[Link, ...]:
    groups = [("sounding", alerts.count), ("going", len(alerts.going))]
    by_tone = {section.tone: section.count for section in sections}
    groups += [(tone, by_tone.get(tone, 0)) for tone in GROUPS]
    return tuple(
        Link(wording.say(f"count_{tone}", count=count), f"#{tone}") for tone, count in groups if count
    )


def _tools(desk: Desk, caller: Caller) -> tuple[Link, ...]:
    say = desk.wording.say
    on_behalf = (Link(say("title_on_behalf"), "/on-behalf"),) if caller.may(Right.CHANGE_REQUESTS) else ()
    return (*on_behalf, Link(say("title_handover"), "/handover"))


def _questions(desk: Desk, work: UnitOfWork, look: Look) -> Link | None:
    if not (count := work.board.count_unanswered(look, *asked_between(look.now))):
        return None
    return Link(desk.wording.say("board_questions", count=count), address_of_all("unanswered", look.wing))


def _on_duty(desk: Desk, work: UnitOfWork, prison_id: str) -> tuple[tuple[str, ...], str]:
    """Who is on, a line each, and how many that is."""
    say, found = desk.wording.say, work.board.on_duty(prison_id)
    lines = tuple(
        f"{one.cell} {one.first_name}: {', '.join(desk.wording.role(role) for role in one.roles)}"
        for one in found[:_MOST_ON_DUTY]
    )
    return lines, say("board_on_duty", count=len(found)) if found else say("board_nobody_on_duty")


def _closed_wings(desk: Desk, caller: Caller, work: UnitOfWork) -> tuple[str, ...]:
    """Wings that are not in the prison's file any more, and have something open."""
    open_in = work.board.wings_with_open(caller.staff.prison_id, caller.staff.wings)
    return tuple(wing for wing in open_in if wing not in desk.product.prison.wings)


def _wing_links(desk: Desk, caller: Caller, wing: str, closed: Sequence[str]) -> tuple[Link, ...]:
    seen = [*wings_of(caller, desk.product), *closed]
    if len(seen) < 2:
        return ()
    every = Link(desk.wording.say("wings_all"), "/board", current=not wing)
    named = (
        Link(
            desk.wording.say("wing_closed" if name in closed else "wing_named", wing=name),
            f"/board?{urlencode({'wing': name})}",
            current=name == wing,
        )
        for name in seen
    )
    return (every, *named)
