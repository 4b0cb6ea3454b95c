"""Whatever goes wrong becomes a page in words, and a log line without any."""

from pathlib import Path
from traceback import extract_tb

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.queue.model import UnknownRequest
from bot.safety.review import UnknownRecord
from bot.web.desk.desk import Caller, Desk, NotFound
from bot.web.desk.forms import TooLong
from bot.web.desk.shell import plain_page
from bot.web.forms import ExpiredForm, StaleForm
from bot.web.headers import BodyTooLong

log = structlog.get_logger()

_PAGES: dict[type[Exception], tuple[str, int]] = {
    NotFound: ("not_found", 404),
    UnknownRequest: ("not_found", 404),
    UnknownRecord: ("not_found", 404),
    # Only addresses are validated by the framework: a malformed one names nothing.
    RequestValidationError: ("not_found", 404),
    StaleForm: ("stale", 403),
    ExpiredForm: ("stale", 403),
    TooLong: ("too_long", 413),
    BodyTooLong: ("too_long", 413),
}
_STATUSES = {404: "not_found", 405: "not_found", 413: "too_long"}


def handle_failures(app: FastAPI) -> None:
    for kind in _PAGES:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(HTTPException, _http)


async def _known(request: Request, error: Exception) -> Response:
    key, status = _PAGES[type(error)]
    return _answer(request, key, status)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(request, _STATUSES.get(status, "bad_request"), status)


def _answer(request: Request, key: str, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": key}, status_code=status)
    desk: Desk = request.app.state.desk
    caller: Caller | None = getattr(request.state, "caller", None)
    return plain_page(desk, caller, key, status)


class LastResort:
    """ASGI middleware. An error that nobody expected is logged by class and place, never by its message.

    A message or a trace could hold what somebody typed.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http":
                raise
            note_failure(error)
            if not started:
                await plain_page(self._desk, None, "broken", 500)(scope, receive, send)


def note_failure(error: Exception) -> None:
    log.error("desk.failed", error=type(error).__name__, place=_place_of(error))


def _place_of(error: Exception) -> str:
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/bot/" in frame.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
