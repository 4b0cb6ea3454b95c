"""The supporter's week: turns to come, a turn that somebody else takes, and what others ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.directory.model import DAYS
from bot.people import rota, swaps
from bot.people.model import Supporter
from bot.people.rota import BadSpans, Rota, Span
from bot.people.swaps import Swap, SwapState
from bot.store.unit_of_work import UnitOfWork
from bot.web.forms import StaleForm
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame
from bot.web.tablet.helping_places import ROTA, Stop, shell, stops

Id = Annotated[str, PathParam(pattern=r"^[a-z0-9]{1,32}$")]
_Text = Annotated[str, Form()]
_AN_ID = re.compile(r"[a-z0-9]{1,32}")
# How far ahead the page looks, and for how long it says how a swap ended.
_DAYS_AHEAD = 14
_ENDED_FOR = timedelta(days=7)
_NOTICES = {
    "asked": ("page_swap_asked", True),
    "agreed": ("page_swap_agreed", True),
    "declined": ("page_swap_declined", True),
    "withdrawn": ("page_swap_withdrawn", True),
    "gone": ("page_swap_gone", False),
    "late": ("page_swap_late", False),
    "no_turn": ("page_swap_no_turn", False),
    "already": ("page_swap_already", False),
    "cannot": ("page_swap_cannot", False),
    "expired": ("page_expired", False),
}
_REFUSED: dict[type[Exception], str] = {
    swaps.NotOpen: "gone",
    swaps.TooLate: "late",
    swaps.NoSuchTurn: "no_turn",
    swaps.AlreadyAsked: "already",
    swaps.CannotTake: "cannot",
}


@dataclass(frozen=True)
class Helper:
    """Somebody who may be asked: a first name, and nothing else."""

    id: str
    first_name: str


@dataclass(frozen=True)
class TurnRow:
    """`state` says how far asking has come; `swap_id` is set while it is open. `may_ask`: not begun yet."""

    day: str
    date: str
    span: str
    when: str
    state: str
    swap_id: str
    helpers: tuple[Helper, ...]
    may_ask: bool


@dataclass(frozen=True)
class Wanted:
    """Another's turn that this supporter could take. `by_name`: it was asked of this one alone."""

    id: str
    words: str
    by_name: bool


@dataclass(frozen=True)
class RotaPage:
    frame: Frame
    stops: tuple[Stop, ...]
    has_rota: bool
    turns: tuple[TurnRow, ...]
    wanted: tuple[Wanted, ...]
    ended: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    """What the page is made from, read in one transaction."""

    me: Supporter
    plan: Rota
    others: Sequence[tuple[Supporter, Rota]]
    names: Mapping[str, str]
    open_swaps: Sequence[Swap]
    ended: Sequence[Swap]


def rota_page(visit: Here, said: str = "") -> Response:
    with visit.product.database.reading() as work:
        known = _read(work, visit)
    page = RotaPage(
        frame=shell(visit, "page_rota_title", said, _NOTICES),
        stops=stops(visit, ROTA),
        has_rota=known is not None,
        turns=_turns(visit, known) if known else (),
        wanted=_wanted(visit, known) if known else (),
        ended=tuple(_ended(visit, known, swap) for swap in known.ended) if known else (),
    )
    return visit.parts.pages.answer("tablet/helping_rota.html", page)


def ask(visit: Here, form: _Text = "", day: _Text = "", turn: _Text = "", of: _Text = "") -> Response:
    """`of` is a helper's id, or empty: anybody of the role."""
    if of and not _AN_ID.fullmatch(of):
        # No page offers it, and PostgreSQL refuses a NUL among others.
        return _to("cannot")
    product = visit.product
    try:
        visit.form_key(form)
        when, (span,) = _near(visit, date.fromisoformat(day)), rota.read_spans(turn)
        with product.database.writing() as work:
            zone, now = product.prison.zone, product.now()
            swaps.ask(work, zone, visit.person.id, when, span, asked_of=of or None, now=now)
    except StaleForm:
        return _to("expired")
    except (ValueError, BadSpans):
        return _to("no_turn")
    except tuple(_REFUSED) as error:
        return _to(_REFUSED[type(error)])
    return _to("asked")


def change(visit: Here, swap_id: Id, change: str, form: _Text = "") -> Response:
    me, product = visit.person.id, visit.product
    now, zone = product.now(), product.prison.zone
    try:
        visit.form_key(form)
        with product.database.writing() as work:
            match change:
                case "agree":
                    swaps.agree(work, zone, swap_id, me, now=now)
                case "decline":
                    swaps.decline(work, swap_id, me, now=now)
                case "withdraw":
                    swaps.withdraw(work, swap_id, me, now=now)
                case _:
                    raise HTTPException(404)
    except StaleForm:
        return _to("expired")
    except tuple(_REFUSED) as error:
        return _to(_REFUSED[type(error)])
    return _to({"agree": "agreed", "decline": "declined", "withdraw": "withdrawn"}[change])


def add_to(app: FastAPI) -> None:
    app.get("/supporter/rota", include_in_schema=False)(rota_page)
    app.post("/supporter/rota/ask", include_in_schema=False)(ask)
    app.post("/supporter/swaps/{swap_id}/{change}", include_in_schema=False)(change)


def next_words(visit: Visit, plan: Rota | None) -> str:
    """The next turn, for the page of now; empty where the rota has none."""
    product = visit.product
    coming = rota.next_turn(plan, product.prison.zone, product.now()) if plan else None
    if coming is None or coming[0] <= product.now():
        return ""
    begins, ends = coming
    when = f"{_day(visit, begins.date())}, {begins:%H:%M}-{ends:%H:%M}"
    return visit.say("page_rota_next", when=when)


def _read(work: UnitOfWork, visit: Visit) -> _Known | None:
    product, me = visit.product, visit.supporter
    now = product.now()
    plans = {plan.person_id: plan for plan in work.rotas.list_of(me.prison_id, _today(visit))}
    if me.person_id not in plans:
        return None
    others = [
        (each, plans[each.person_id])
        for each in work.supporters.list_of(me.prison_id)
        if each.person_id in plans and each.person_id != me.person_id and each.suspended_at is None
    ]
    ended = work.swaps.settled_since(me.person_id, now - _ENDED_FOR)
    open_swaps = work.swaps.open_in(me.prison_id)
    involved = {each.person_id for each, _ in others} | {swap.asker_id for swap in open_swaps}
    # Who was asked may have no rota any more, and is named all the same.
    involved |= {each or "" for swap in (*open_swaps, *ended) for each in (swap.asked_of, swap.taken_by)}
    names = work.persons.first_names_of(involved)
    return _Known(me, plans[me.person_id], others, names, open_swaps, ended)


def _turns(visit: Visit, known: _Known) -> tuple[TurnRow, ...]:
    today = _today(visit)
    days = [today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
    return tuple(
        _turn(visit, known, day, span)
        for day in days
        for span in known.plan.on(day)
        if rota.moment(visit.product.prison.zone, day, span.ends, last=True) > visit.product.now()
    )


def _turn(visit: Visit, known: _Known, day: date, span: Span) -> TurnRow:
    mine = [s for s in known.open_swaps if s.asker_id == known.me.person_id]
    swap = next((s for s in mine if (s.day, s.begins) == (day, span.begins)), None)
    ahead = rota.moment(visit.product.prison.zone, day, span.begins) > visit.product.now()
    return TurnRow(
        day=_day(visit, day),
        date=day.isoformat(),
        span=str(span),
        when=f"{_day(visit, day)}, {span}",
        state=_state(visit, known, swap) if swap else "",
        swap_id=swap.id if swap else "",
        helpers=_helpers(visit, known, day, span) if ahead and swap is None else (),
        may_ask=ahead and swap is None,
    )


def _state(visit: Visit, known: _Known, swap: Swap) -> str:
    if swap.state is SwapState.AGREED:
        return visit.say("page_swap_state_agreed", name=known.names.get(swap.taken_by or "", ""))
    if swap.asked_of is not None:
        return visit.say("page_swap_state_asked", name=known.names.get(swap.asked_of, ""))
    return visit.say("page_swap_state_anybody")


def _helpers(visit: Visit, known: _Known, day: date, span: Span) -> tuple[Helper, ...]:
    would = _would_be(visit, known.me, day, span)
    able = [each.person_id for each, plan in known.others if swaps.may_take(each, plan, would)]
    return tuple(sorted((Helper(each, known.names.get(each, "")) for each in able), key=_by_name))


def _by_name(helper: Helper) -> tuple[str, str]:
    return helper.first_name, helper.id


def _would_be(visit: Visit, me: Supporter, day: date, span: Span) -> Swap:
    now = visit.product.now()
    role, state = swaps.role_of(me), SwapState.ASKED
    place = (day, span.begins, span.ends)
    return Swap("", me.prison_id, me.person_id, role, *place, None, state, now, now)


def _wanted(visit: Visit, known: _Known) -> tuple[Wanted, ...]:
    me, zone, now = known.me, visit.product.prison.zone, visit.product.now()
    return tuple(
        Wanted(swap.id, _asks(visit, known, swap), swap.asked_of == me.person_id)
        for swap in known.open_swaps
        if swap.state is SwapState.ASKED
        and swap.asked_of in (None, me.person_id)
        and swap.starts(zone) > now
        and swaps.may_take(me, known.plan, swap)
    )


def _asks(visit: Visit, known: _Known, swap: Swap) -> str:
    key = "page_swap_wanted_name" if swap.asked_of else "page_swap_wanted"
    return visit.say(key, name=known.names.get(swap.asker_id, ""), when=_when(visit, swap))


def _ended(visit: Visit, known: _Known, swap: Swap) -> str:
    name = known.names.get(swap.taken_by or "", "")
    return visit.say(f"page_swap_ended_{swap.state.value}", when=_when(visit, swap), name=name)


def _when(visit: Visit, swap: Swap) -> str:
    return f"{_day(visit, swap.day)}, {swap.turn}"


def _day(visit: Visit, day: date) -> str:
    """Tuesday 24 November, in the visitor's language."""
    name, month = visit.say(f"day_{DAYS[day.weekday()]}"), visit.say(f"month_{day.month}")
    return f"{name} {visit.say('page_days_date', day=day.day, month=month)}"


def _near(visit: Visit, day: date) -> date:
    """Raises ValueError for a day that no page offers."""
    if not timedelta() <= day - _today(visit) <= timedelta(days=_DAYS_AHEAD):
        raise ValueError(day)
    return day


def _today(visit: Visit) -> date:
    now: datetime = visit.product.now()
    return now.astimezone(visit.product.prison.zone).date()


def _to(said: str) -> Response:
    return RedirectResponse(f"{ROTA}?said={said}", status_code=303)
