"""Help that works when nothing else does, the dull page to hide behind, and whether the app is well."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, Response

from bot.web.tablet.buttons import languages_of
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, Words, frame

_NO_LINK = Path(__file__).parent.parent / "static" / "no-link.js"


@dataclass(frozen=True)
class PlainPage:
    frame: Frame


@dataclass(frozen=True)
class InOneLanguage:
    language: str
    direction: str
    name: str
    words: Words


@dataclass(frozen=True)
class NoLinkPage:
    frame: Frame
    parts: tuple[InOneLanguage, ...]


def help_page(visit: Here) -> Response:
    return visit.parts.pages.answer("tablet/help.html", PlainPage(frame(visit, "page_help_title", "/help")))


def hide_page(visit: Here) -> Response:
    """Shows nothing of where the person was, and no tabs; one link leads back."""
    return visit.parts.pages.answer("tablet/hide.html", PlainPage(frame(visit, "page_dull_title", "/hide")))


def no_link_page(visit: Here) -> Response:
    """What the tablet keeps and shows when it cannot reach us: in every language, with nothing of anybody."""
    page = NoLinkPage(frame(visit, "page_no_link_title", ""), tuple(_in_each_language(visit)))
    return visit.parts.pages.answer("tablet/no_link.html", page)


def no_link_script() -> Response:
    """At the top of the site, because a service worker sees only the pages below its own address."""
    return FileResponse(_NO_LINK, media_type="text/javascript")


def _in_each_language(visit: Visit) -> Iterator[InOneLanguage]:
    texts = visit.product.texts
    codes = languages_of(visit.product)
    for code in (visit.language, *(each for each in codes if each != visit.language)):
        words = Words(partial(_say, visit, code))
        yield InOneLanguage(code, texts.direction(code), texts.languages[code].name, words)


def _say(visit: Visit, language: str, key: str) -> str:
    return visit.product.texts.say(key, language)


def healthz(visit: Here) -> dict[str, str]:
    """Well means: the database answers."""
    with visit.product.database.reading() as work:
        work.outbox.count_dead(visit.product.prison.id)
    return {"status": "ok"}


def add_to(app: FastAPI) -> None:
    app.get("/help", include_in_schema=False)(help_page)
    app.get("/hide", include_in_schema=False)(hide_page)
    app.get("/no-link", include_in_schema=False)(no_link_page)
    app.get("/no-link.js", include_in_schema=False)(no_link_script)
    app.get("/healthz", summary="Whether the app and its database answer")(healthz)
