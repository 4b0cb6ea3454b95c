"""The hand-over sheet's pages: on the screen, and as PDF. Both hold names, so both are written down."""

from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from fastapi.responses import Response

from bot.shifts import Shift, latest_shifts, period, typed
from bot.web.desk.desk import Desk, DeskHere, SignedIn, only_wings
from bot.web.desk.handover_parts import Part, parts_of
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class HandoverPage(Page):
    """`start` and `end` are as the form writes them. `shifts` are the latest, to choose with one press."""

    subtitle: str
    opened: str
    start: str
    end: str
    shifts: tuple[Link, ...]
    parts: tuple[Part, ...]
    print_at: str


@router.get("/handover")
def show(desk: DeskHere, caller: SignedIn, start: str = "", end: str = "") -> Response:
    shift = _chosen(desk, start, end)
    wrong = shift is None
    shift = shift or latest_shifts(desk.product.prison, desk.product.now())[0]
    staff, now = caller.staff, desk.product.now()
    # A browser prints what is on its screen and says so to nobody: the look itself is what is written down.
    with desk.product.database.writing() as work:
        work.audit.put(staff.prison_id, staff.id, "handover_viewed", _subtitle(desk, shift)[:64], now)
    with desk.product.database.reading() as work:
        page = HandoverPage(
            desk=desk,
            shell=shell_for(desk, caller, "handover", work=work),
            notice=desk.wording.say("error_handover_times") if wrong else "",
            subtitle=", ".join(filter(None, (_subtitle(desk, shift), only_wings(caller, desk)))),
            opened=desk.wording.say("handover_opened", at=desk.wording.exact(now), who=staff.name),
            start=typed(desk.product.prison, shift.start),
            end=typed(desk.product.prison, shift.end),
            shifts=_links(desk, shift),
            parts=parts_of(desk, caller, work, shift),
            print_at=f"/handover.pdf?{_query(desk, shift)}",
        )
    return desk.pages.answer("desk/handover.html", page, 400 if wrong else 200)


@router.get("/handover.pdf")
def print_it(desk: DeskHere, caller: SignedIn, start: str = "", end: str = "") -> Response:
    """Leaves the system on paper: who took it out, and for which time, is written down first."""
    from bot.web.pdf import Sheet

    shift = _chosen(desk, start, end)
    if shift is None:
        return show(desk, caller, start, end)
    say, now, staff, prison = desk.wording.say, desk.product.now(), caller.staff, desk.product.prison
    with desk.product.database.writing() as work:
        work.audit.put(staff.prison_id, staff.id, "handover_printed", _subtitle(desk, shift)[:64], now)
        parts = parts_of(desk, caller, work, shift)
    sheet = Sheet(
        title=", ".join(filter(None, (say("title_handover"), prison.name, only_wings(caller, desk)))),
        printed=say("handover_printed", at=desk.wording.exact(now), who=staff.name),
        made_at=now,
        subtitle=_subtitle(desk, shift),
        page_words=say("handover_page", page="{page}", pages="{pages}"),
        landscape=True,
    )
    sheet.words(say("handover_paper"))
    for part in parts:
        sheet.heading(part.heading)
        if part.rows:
            sheet.table(part.columns, part.rows, widths=part.widths)
        if part.words:
            sheet.words(part.words)
    log.info("handover.printed", staff_id=staff.id)
    headers = {"Content-Disposition": 'inline; filename="handover.pdf"', "Cache-Control": "no-store"}
    return Response(sheet.finish(), media_type="application/pdf", headers=headers)


def _chosen(desk: Desk, start: str, end: str) -> Shift | None:
    if not start and not end:
        return latest_shifts(desk.product.prison, desk.product.now())[0]
    return period(desk.product.prison, start[:20], end[:20])


def _links(desk: Desk, chosen: Shift) -> tuple[Link, ...]:
    return tuple(
        Link(_name(desk, shift), f"/handover?{_query(desk, shift)}", current=shift == chosen)
        for shift in latest_shifts(desk.product.prison, desk.product.now())
    )


def _query(desk: Desk, shift: Shift) -> str:
    prison = desk.product.prison
    return f"start={typed(prison, shift.start)}&end={typed(prison, shift.end)}"


def _name(desk: Desk, shift: Shift) -> str:
    now, clock = desk.product.now(), desk.wording.clock
    key = "shift_day" if shift.is_day else "shift_night"
    return desk.wording.say(key, start=clock(shift.start, now), end=clock(shift.end, now))


def _subtitle(desk: Desk, shift: Shift) -> str:
    zone = desk.product.prison.zone
    form = "%a %-d %b %Y, %H:%M"
    start, end = (at.astimezone(zone).strftime(form) for at in (shift.start, shift.end))
    return desk.wording.say("handover_period", start=start, end=end)
