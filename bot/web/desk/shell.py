"""What stands around every page of the desk: who is signed in, where one can go, what is unanswered."""

from dataclasses import dataclass, field

from fastapi.responses import HTMLResponse

from bot.people.rights import Right
from bot.safety.faults import ALL, PART
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.menu import Group, Link, menu_of
from bot.web.desk.steps import is_late_to_check

# Made in menu.py, and used by most pages.
__all__ = ["Group", "Link", "Page", "PlainPage", "Shell", "home_of", "plain_page", "shell_for"]

# In the order in which a landing page is looked for; the bar puts them in groups (menu.py).
_PLACES = (
    ("board", "/board", Right.SEE_BOARD),
    ("reviews", "/reviews", Right.READ_SAFETY_LOG),
    ("safety", "/safety", Right.READ_SAFETY_LOG),
    ("tablets", "/tablets", Right.ENROL_TABLETS),
    ("people", "/people", Right.MANAGE_PEOPLE),
    ("supporters", "/supporters", Right.MANAGE_SUPPORTERS),
    ("coordinator", "/coordinator", Right.MANAGE_SUPPORTERS),
    ("keep_apart", "/keep-apart", Right.KEEP_APART),
    ("notices", "/notices", Right.SEE_TO_NOTICES),
    ("not_understood", "/not-understood", Right.TEACH_ASSISTANT),
    ("danger_examples", "/danger-examples", Right.TEACH_SCREEN),
    ("alarms", "/alarms", Right.SEE_ALARM_FIGURES),
    ("reports", "/reports", Right.SEE_REPORTS),
    ("content", "/content", Right.EDIT_CONTENT),
    ("reading", "/reading", Right.SEE_READING),
    ("accounts", "/accounts", Right.MANAGE_ACCOUNTS),
    ("emergency", "/emergency", Right.REVIEW_EMERGENCY),
    ("holds", "/holds", Right.HOLD_DATA),
    ("own_data", "/own-data", Right.EXPORT_DATA),
)


@dataclass(frozen=True)
class Shell:
    """`sounding` counts alerts that nobody acknowledged; `feed` is empty for who may not see the board.

    `damaged` is the line that the danger screen is broken, while it is.
    `rings` says whether this account can answer alerts: only then do they sound again and again.
    `emergency` is the board's line on emergency access of others, `emergency_own` that of the account itself.
    """

    title: str
    prison: str
    zone: str
    who: str
    menu: tuple[Group, ...]
    sounding: str
    damaged: str
    feed: str
    rings: bool
    token: str
    assets: dict[str, str]
    emergency: str = ""
    emergency_own: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has. `notice` is one plain sentence about what was just tried."""

    desk: Desk = field(repr=False)
    shell: Shell
    notice: str = ""

    def say(self, key: str) -> str:
        return self.desk.wording.say(key)


@dataclass(frozen=True, kw_only=True)
class PlainPage(Page):
    """A heading, a sentence, one way on."""

    heading: str
    words: str
    way: Link


def home_of(rights: frozenset[Right]) -> str:
    """Where an account lands: the first page that it may see."""
    return next((href for _, href, right in _PLACES if right in rights), "/sign-in")


def shell_for(desk: Desk, caller: Caller | None, place: str, *, work: UnitOfWork | None = None) -> Shell:
    """`work` lets the bar count unanswered alerts; without it the page's script does that alone."""
    say = desk.wording.say
    sees_board = caller is not None and caller.may(Right.SEE_BOARD)
    return Shell(
        title=say(f"title_{place}"),
        prison=desk.product.prison.name,
        zone=str(desk.product.prison.zone),
        who=caller.staff.name if caller else "",
        menu=menu_of(desk, caller, place, _places(caller), work) if caller else (),
        sounding=_sounding(desk, caller, work) if caller and work and sees_board else "",
        damaged=_damaged(desk, caller, work) if caller and work and sees_board else "",
        feed="/board/feed" if sees_board else "",
        rings=caller is not None and caller.may(Right.ANSWER_ALERTS),
        token=desk.tokens.make(caller.session.id) if caller else "",
        assets=dict(desk.assets),
        emergency=_emergency(desk, caller, work) if caller and work and sees_board else "",
        emergency_own=_own_emergency(desk, caller),
    )


def plain_page(desk: Desk, caller: Caller | None, key: str, status: int) -> HTMLResponse:
    """A page that only says what happened; its words are `<key>_heading` and `<key>_words`."""
    say = desk.wording.say
    page = PlainPage(
        desk=desk,
        shell=shell_for(desk, caller, "plain"),
        heading=say(f"{key}_heading"),
        words=say(f"{key}_words"),
        # To the first page of the account, or to sign-in.
        way=Link(say("way_back"), "/"),
    )
    return desk.pages.answer("desk/plain.html", page, status)


def _places(caller: Caller) -> list[tuple[str, str]]:
    return [(name, href) for name, href, right in _PLACES if caller.may(right)]


def _sounding(desk: Desk, caller: Caller, work: UnitOfWork) -> str:
    alerts = work.safety.alerts_in(caller.staff.prison_id, caller.staff.wings)
    sounding = sum(alert.is_sounding for alert in alerts)
    late = sum(is_late_to_check(alert) for alert in alerts)
    said = (("alerts_sounding", sounding), ("alerts_unchecked", late))
    return " ".join(desk.wording.say(key, count=count) for key, count in said if count)


def _damaged(desk: Desk, caller: Caller, work: UnitOfWork) -> str:
    """What is wrong with the screen, the worst alone."""
    known = work.screen_state.latest(caller.staff.prison_id)
    broken = next((known[kind] for kind in (ALL, PART) if kind in known and known[kind].damaged), None)
    if broken is None:
        return ""
    since = desk.wording.clock(broken.since, desk.product.now())
    return desk.wording.say(f"screen_{broken.kind}", since=since)


def _emergency(desk: Desk, caller: Caller, work: UnitOfWork) -> str:
    """What lasts, for everybody; what nobody has looked at, for who may."""
    lasting, waiting = work.emergencies.count_open(caller.staff.prison_id, desk.product.now())
    said = [("emergency_line", lasting)]
    if caller.may(Right.REVIEW_EMERGENCY):
        said.append(("emergency_waiting", waiting))
    return " ".join(desk.wording.say(key, count=count) for key, count in said if count)


def _own_emergency(desk: Desk, caller: Caller | None) -> str:
    if caller is None or caller.emergency is None:
        return ""
    until = desk.wording.clock(caller.emergency.ends_at, desk.product.now())
    return desk.wording.say("emergency_own", until=until)
