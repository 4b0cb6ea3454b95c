"""Legal holds: who is under one and why, one more in one step, and lifting by a second person."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.bundle import NoSuchHold, make_bundle
from bot.people import hold
from bot.people.hold import (
    AlreadyLifted,
    BadPeriod,
    Hold,
    HoldError,
    ReasonMissing,
    SecondPersonNeeded,
    UnknownHeldPerson,
    UnknownHold,
)
from bot.proving import NotProvable
from bot.reports.periods import day_begins
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
# One at a time in this process: each takes seconds of a core, and boards must be served beside it.
_making = threading.Lock()

_SENTENCES: dict[type[HoldError], tuple[str, int]] = {
    UnknownHeldPerson: ("error_no_such_person", 404),
    UnknownHold: ("error_hold_gone", 404),
    AlreadyLifted: ("error_hold_lifted", 409),
    SecondPersonNeeded: ("error_hold_second", 403),
    ReasonMissing: ("error_hold_reason", 400),
    BadPeriod: ("error_hold_period", 400),
}
_DONE = frozenset({"placed", "lifted"})


@dataclass(frozen=True)
class Standing:
    """One hold in words. `mine` says that this account placed it, so that another must lift it."""

    id: str
    person: str
    period: str
    reason: str
    placed: str
    lifted: str
    lift_reason: str
    mine: bool


@dataclass(frozen=True)
class Typed:
    number: str = ""
    reason: str = ""
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldsPage(Page):
    standing: tuple[Standing, ...]
    over: tuple[Standing, ...]
    done: str
    typed: Typed


@router.get("/holds")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    return answer(desk, caller, done=desk.wording.say(f"hold_done_{done}") if done in _DONE else "")


@router.post("/holds")
def place(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    typed = Typed(
        sent.text("number", 64).upper(),
        sent.text("reason", hold.LONGEST_REASON),
        sent.text("begins", 32),
        sent.text("ends", 32),
    )
    staff, now = caller.staff, desk.product.now()
    try:
        begins, ends = _days(desk, typed)
        with desk.product.database.writing() as work:
            person = work.persons.find_by_number(staff.prison_id, typed.number)
            if person is None or not caller.sees(person.prison_id, person.place.wing):
                raise UnknownHeldPerson(typed.number)
            placed = hold.place(
                work,
                staff.prison_id,
                typed.number,
                typed.reason,
                staff.id,
                now=now,
                begins_at=begins,
                ends_at=ends,
            )
    except HoldError as error:
        return _refused(desk, caller, error, typed)
    log.info("hold.placed", hold_id=placed.id, staff_id=staff.id)
    return RedirectResponse("/holds?done=placed", status_code=303)


@router.post("/holds/{hold_id}/lift")
def lift(desk: DeskHere, caller: SignedIn, hold_id: Id, sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()
    reason = sent.text("reason", hold.LONGEST_REASON)
    try:
        with desk.product.database.writing() as work:
            _check_sees(caller, work, work.holds.get(hold_id))
            hold.lift(work, hold_id, reason, staff.id, prison_id=staff.prison_id, now=now)
    except HoldError as error:
        return _refused(desk, caller, error)
    log.info("hold.lifted", hold_id=hold_id, staff_id=staff.id)
    return RedirectResponse("/holds?done=lifted", status_code=303)


@router.post("/holds/{hold_id}/bundle")
def bundle(desk: DeskHere, caller: SignedIn, hold_id: Id, sent: CheckedForm) -> Response:
    """A form and not a link: each bundle is written down, and no browser fetches one by itself."""
    if not _making.acquire(blocking=False):
        return answer(desk, caller, desk.wording.say("error_hold_bundle_busy"), 409)
    try:
        with desk.product.database.reading() as work:
            _check_sees(caller, work, work.holds.get(hold_id))
        made = make_bundle(desk.product, hold_id, caller.staff.id, caller.staff.prison_id)
    except NoSuchHold:
        return answer(desk, caller, desk.wording.say("error_hold_gone"), 404)
    except NotProvable:
        return answer(desk, caller, desk.wording.say("error_hold_bundle"), 409)
    finally:
        _making.release()
    log.info("hold.bundle_made", hold_id=hold_id, staff_id=caller.staff.id)
    disposition = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.data, media_type="application/zip", headers=disposition)


def answer(
    desk: Desk,
    caller: Caller,
    notice: str = "",
    status: int = 200,
    *,
    done: str = "",
    typed: Typed | None = None,
) -> Response:
    """Every showing of the page shows reasons, and so it is in the audit."""
    with desk.product.database.writing() as work:
        prison_id = caller.staff.prison_id
        found = [each for each in work.holds.list_of(prison_id) if _sees(caller, work, each)]
        shown = tuple(_standing(desk, caller, work, found))
        work.audit.put(prison_id, caller.staff.id, "holds_viewed", "", desk.product.now())
        page = HoldsPage(
            desk=desk,
            shell=shell_for(desk, caller, "holds", work=work),
            notice=notice,
            standing=tuple(each for each in shown if not each.lifted),
            over=tuple(each for each in shown if each.lifted),
            done=done,
            typed=typed or Typed(),
        )
    return desk.pages.answer("desk/holds.html", page, status)


def _sees(caller: Caller, work: UnitOfWork, held: Hold) -> bool:
    """As for placing one: of some wings, only people of those wings."""
    person = work.persons.get(held.person_id) if caller.staff.wings else None
    return not caller.staff.wings or (person is not None and caller.sees(person.prison_id, person.place.wing))


def _check_sees(caller: Caller, work: UnitOfWork, held: Hold | None) -> None:
    """Raises NotFound. A hold that is not there, or of another prison, is refused further on."""
    if held is not None and not _sees(caller, work, held):
        raise NotFound


def _refused(desk: Desk, caller: Caller, error: HoldError, typed: Typed | None = None) -> Response:
    key, status = _SENTENCES[type(error)]
    return answer(desk, caller, desk.wording.say(key), status, typed=typed)


def _days(desk: Desk, typed: Typed) -> tuple[datetime | None, datetime | None]:
    """The last day is held whole. Raises BadPeriod for what is no day."""
    zone = desk.product.prison.zone
    try:
        first = date.fromisoformat(typed.begins) if typed.begins else None
        last = date.fromisoformat(typed.ends) if typed.ends else None
        ends = day_begins(last + timedelta(days=1), zone) if last else None
    except (ValueError, OverflowError) as error:
        raise BadPeriod(typed.number) from error
    return day_begins(first, zone) if first else None, ends


def _standing(desk: Desk, caller: Caller, work: UnitOfWork, found: Iterable[Hold]) -> Iterable[Standing]:
    say, wording, prison_id = desk.wording.say, desk.wording, caller.staff.prison_id
    staff = work.staff.names(prison_id)
    for each in found:
        person = work.persons.get(each.person_id)
        name = person.first_name if person else ""
        lifted = ""
        if each.lifted_at is not None:
            who = staff.get(each.lifted_by or "", say("who_staff"))
            lifted = say("hold_lifted", at=wording.exact(each.lifted_at), who=who)
        who = staff.get(each.placed_by, say("who_staff"))
        yield Standing(
            id=each.id,
            person=f"{name}, {each.number}" if name else each.number,
            period=period_words(desk, each),
            reason=each.reason,
            placed=say("hold_placed", at=wording.exact(each.placed_at), who=who),
            lifted=lifted,
            lift_reason=each.lift_reason,
            mine=each.placed_by == caller.staff.id,
        )


def period_words(desk: Desk, each: Hold) -> str:
    say, zone = desk.wording.say, desk.product.prison.zone
    first = f"{each.begins_at.astimezone(zone):%-d %B %Y}" if each.begins_at else ""
    last = f"{each.ends_at.astimezone(zone) - timedelta(days=1):%-d %B %Y}" if each.ends_at else ""
    if first and last:
        return say("hold_period", first=first, last=last)
    if first:
        return say("hold_period_from", first=first)
    return say("hold_period_to", last=last) if last else say("hold_period_all")
