"""A person's own copy of what is stored about him or her, as PDF to read and JSON to take along."""

import json
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import APIRouter
from fastapi.responses import Response

from bot.web.desk.desk import Caller, Desk, DeskHere, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.own_data_parts import WITHHELD, OwnData, own_data
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_FORMS: Final = ("pdf", "json")


@dataclass(frozen=True, kw_only=True)
class OwnDataPage(Page):
    number: str
    withheld: tuple[str, ...]


@router.get("/own-data")
def show(desk: DeskHere, caller: SignedIn) -> Response:
    return _page(desk, caller)


@router.post("/own-data")
def export(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    """A form and not a link: each copy is written down, and no browser fetches one by itself."""
    number, form = sent.text("number", 64).upper(), sent.text("form", 8)
    if form not in _FORMS:
        return _page(desk, caller, desk.wording.say("error_own_data_form"), 400, number)
    now = desk.product.now()
    with desk.product.database.writing() as work:
        person = work.persons.find_by_number(caller.staff.prison_id, number) if number else None
        if person is None or not caller.sees(person.prison_id, person.place.wing):
            return _page(desk, caller, desk.wording.say("error_no_such_person"), 404, number)
        # First, so that the copy shows that it was made.
        work.audit.put(person.prison_id, caller.staff.id, "own_data_exported", person.id, now)
    with desk.product.database.reading() as work:
        made = own_data(desk, work, person)
    log.info("own_data.exported", person_id=person.id, staff_id=caller.staff.id, form=form)
    body, kind = (
        (_json(made), "application/json") if form == "json" else (_pdf(desk, caller, made), "application/pdf")
    )
    name = f"own-data-{person.id[:8]}-{now:%Y%m%d}.{form}"
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(desk: Desk, caller: Caller, notice: str = "", status: int = 200, number: str = "") -> Response:
    with desk.product.database.reading() as work:
        page = OwnDataPage(
            desk=desk,
            shell=shell_for(desk, caller, "own_data", work=work),
            notice=notice,
            number=number,
            withheld=tuple(desk.wording.say(f"own_data_withheld_{each}") for each in WITHHELD),
        )
    return desk.pages.answer("desk/own_data.html", page, status)


def _json(made: OwnData) -> bytes:
    parts: dict[str, Any] = {
        part.id: [dict(zip(part.columns, row, strict=True)) for row in part.rows] for part in made.parts
    }
    whole = {
        "title": made.title,
        "person": made.person,
        **parts,
        "withheld": list(made.withheld),
        "notes_withheld": made.withheld_notes,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def _pdf(desk: Desk, caller: Caller, made: OwnData) -> bytes:
    from bot.web.pdf import Sheet

    say, now = desk.wording.say, desk.product.now()
    sheet = Sheet(
        title=made.title,
        subtitle=made.person,
        printed=say("reports_printed", at=desk.wording.exact(now), who=caller.staff.name),
        made_at=now,
        page_words=say("reports_page", page="{page}", pages="{pages}"),
    )
    sheet.words(say("own_data_first_words"))
    for part in made.parts:
        sheet.heading(part.heading)
        if not part.rows:
            sheet.words(part.none)
        wide = {2: (1.0, 3.2), 3: (1.0, 0.8, 2.6)}[len(part.columns)]
        sheet.table(part.columns, part.rows, widths=wide)
    sheet.heading(say("own_data_withheld"))
    for sentence in made.withheld:
        sheet.words(sentence)
    sheet.words(say("own_data_withheld_count", count=made.withheld_notes))
    return sheet.finish()
