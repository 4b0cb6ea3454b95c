"""Tablets: a one-time code for a cell's tablet, the tablets in use, and taking one out of use."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import tablets
from bot.people.single_sign_on import ENROLLED_BY
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.places import landings, place_of
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class TabletRow:
    id: str
    place: str
    cell: str
    since: str
    by: str


@dataclass(frozen=True)
class NewCode:
    """Shown on this one page and never again: only its hash is kept."""

    code: str
    heading: str
    until: str


@dataclass(frozen=True, kw_only=True)
class TabletsPage(Page):
    landings: tuple[Choice, ...]
    landing: str
    cell: str
    new: NewCode | None
    rows: tuple[TabletRow, ...]
    drafts: str


@router.get("/tablets")
def show(desk: DeskHere, caller: SignedIn) -> Response:
    return _answer(desk, caller, 200)


@router.post("/tablets")
def make_code(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    landing, cell = sent.text("landing", 64), sent.text("cell", 64)
    place = place_of(desk, caller, landing, cell)
    if place is None:
        return _answer(desk, caller, 400, notice=desk.wording.say("error_place"), landing=landing, cell=cell)
    now = desk.product.now()
    with desk.product.database.writing() as work:
        code = tablets.make_code(work, caller.staff.prison_id, place, caller.staff.id, now=now)
    log.info("tablet.code_made", staff_id=caller.staff.id)
    return _answer(desk, caller, 200, new=_new_code(desk, code, place.cell, now))


@router.post("/tablets/{device_id}/revoke")
def revoke(desk: DeskHere, caller: SignedIn, device_id: Id, _sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()
    with desk.product.database.writing() as work:
        device = work.devices.get(device_id)
        if device is None or not caller.sees(device.prison_id, device.place.wing):
            raise NotFound
        tablets.revoke(work, device_id, staff.id, prison_id=staff.prison_id, now=now)
    log.info("tablet.revoked", device_id=device_id, staff_id=staff.id)
    return RedirectResponse("/tablets", status_code=303)


def _new_code(desk: Desk, code: str, cell: str, now: datetime) -> NewCode:
    until = desk.wording.clock(now + tablets.CODE_LIVES, now)
    minutes = int(tablets.CODE_LIVES.total_seconds() // 60)
    say = desk.wording.say
    return NewCode(code, say("code_heading", cell=cell), say("code_until", until=until, minutes=minutes))


def _answer(
    desk: Desk,
    caller: Caller,
    status: int,
    *,
    notice: str = "",
    new: NewCode | None = None,
    landing: str = "",
    cell: str = "",
) -> Response:
    now, wording = desk.product.now(), desk.wording
    with desk.product.database.reading() as work:
        names = work.staff.names(caller.staff.prison_id)
        rows = tuple(
            TabletRow(
                id=device.id,
                place=wording.say("landing_choice", wing=device.place.wing, landing=device.place.landing),
                cell=device.place.cell,
                since=wording.clock(device.enrolled_at, now),
                by=wording.say("tablets_by_person")
                if device.enrolled_by == ENROLLED_BY
                else names.get(device.enrolled_by, ""),
            )
            for device in work.devices.list_of(caller.staff.prison_id)
            if caller.sees(device.prison_id, device.place.wing)
        )
        page = TabletsPage(
            desk=desk,
            shell=shell_for(desk, caller, "tablets", work=work),
            notice=notice,
            landings=landings(desk, caller),
            landing=landing,
            cell=cell,
            new=new,
            rows=rows,
            drafts=_drafts(desk),
        )
    return desk.pages.answer("desk/tablets.html", page, status)


def _drafts(desk: Desk) -> str:
    """Which of the prison's languages no speaker has reviewed yet, in words; empty when there are none."""
    languages = desk.product.texts.languages
    names = [
        languages[code].name
        for code in desk.product.prison.languages
        if code in languages and not languages[code].reviewed
    ]
    return desk.wording.say("tablets_drafts", names=", ".join(names)) if names else ""
