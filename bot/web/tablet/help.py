"""Help that works when nothing else does, the dull page to hide behind, and whether the app is well."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.responses import Response

from bot.web.tablet.context import Here
from bot.web.tablet.frame import Frame, frame


@dataclass(frozen=True)
class PlainPage:
    frame: Frame


def help_page(visit: Here) -> Response:
    return visit.parts.pages.answer("tablet/help.html", PlainPage(frame(visit, "page_help_title", "/help")))


def hide_page(visit: Here) -> Response:
    """Shows nothing of where the person was, and no tabs; one link leads back."""
    return visit.parts.pages.answer("tablet/hide.html", PlainPage(frame(visit, "page_dull_title", "/hide")))


def healthz(visit: Here) -> dict[str, str]:
    """Well means: the database answers."""
    with visit.product.database.reading() as work:
        work.outbox.count_dead(visit.product.prison.id)
    return {"status": "ok"}


def add_to(app: FastAPI) -> None:
    app.get("/help", include_in_schema=False)(help_page)
    app.get("/hide", include_in_schema=False)(hide_page)
    app.get("/healthz", summary="Whether the app and its database answer")(healthz)
