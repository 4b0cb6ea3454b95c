"""When something is not there, not allowed or broken: plain words, the help card, nothing of the cause."""

import secrets
from dataclasses import dataclass

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.headers import BodyTooLong
from bot.web.tablet.context import visit_of
from bot.web.tablet.frame import Frame, frame

log = structlog.get_logger()

_WORDS = {
    403: "page_not_for_you",
    404: "not_found",
    405: "not_found",
    413: "message_too_long",
    429: "slow_down",
}


@dataclass(frozen=True)
class FailurePage:
    frame: Frame
    says: str
    way_back: str


def answer(request: Request, status: int, key: str) -> Response:
    """The page for a person, or the same words as JSON for a script."""
    visit = visit_of(request)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"notice": visit.say(key)}, status_code=status)
    page = FailurePage(frame(visit, "page_failure_title", "", calm=False), visit.say(key), "/")
    return visit.parts.pages.answer("tablet/failure.html", page, status)


class LastResort:
    """ASGI middleware round everything: what nobody caught ends here, and its text reaches no log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except BodyTooLong:
            if not begun:
                await answer(Request(scope), 413, "message_too_long")(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - an error's text may hold what a person typed
            log.error("page.failed", error=type(error).__name__, id=secrets.token_hex(4))
            if not begun:
                await answer(Request(scope), 500, "page_broke")(scope, receive, send)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    if isinstance(error.__cause__, BodyTooLong):
        status = 413
    return answer(request, status, _WORDS.get(status, "page_bad_form"))


async def _invalid(request: Request, error: Exception) -> Response:
    # FastAPI's own answer would repeat what was typed.
    return answer(request, 400, "page_bad_form")


def add_to(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
