"""Editing at the desk as a browser does it: opens the form, types, presses a button."""

from typing import Any

import httpx
import sqlalchemy as sa

from bot.editions.model import ContentKind, Edition, Piece
from bot.store import tables as t
from tests.support.desk import PRISON, DeskKit
from tests.support.html_form import Fields, fields_of

VISITS = "/content/answers/visits"
KIT = "/content/services/kit_change"
HARD = "Immediate notification of residential administration is unavoidable."


def opened(kit: DeskKit, address: str, who: str = "manager") -> Fields:
    """The form as the browser has it."""
    page = kit.signed_in(who).get(address)
    assert page.status_code == 200, page.text
    return fields_of(page.text, "edit")


def send(
    kit: DeskKit, address: str, step: str, form: Fields | None = None, who: str = "manager", **typed: Any
) -> httpx.Response:
    """Types into the form and presses a button. A field with dots in its name is typed with __."""
    form = form or opened(kit, address, who)
    named = {name.replace("__", "."): value for name, value in typed.items()}
    return kit.signed_in(who).post(f"{address}/{step}", data={**form, **named})


def editions(kit: DeskKit, kind: ContentKind = ContentKind.ANSWER, key: str = "visits") -> list[Edition]:
    with kit.product.database.reading() as work:
        return list(work.editions.history(Piece(PRISON, kind, key)))


def audit(kit: DeskKit) -> list[tuple[str, str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(
            sa.select(t.audit.c.staff_id, t.audit.c.action, t.audit.c.ref).order_by(t.audit.c.seq)
        ).all()
    return [(row[0], row[1], row[2]) for row in rows if row[1].startswith("content_")]
