"""The guard: no route is reached that the access table does not open to this caller."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.content import ENGLISH
from bot.people import tablets
from bot.people.single_sign_on import NOWHERE
from bot.store.unit_of_work import UnitOfWork
from bot.web import cookies
from bot.web.access import App, Need, needed
from bot.web.tablet import buttons, failures
from bot.web.tablet.context import (
    LANGUAGE_COOKIE,
    PERSON_COOKIE,
    TABLET_COOKIE,
    Parts,
    Visitor,
    visit_of,
)

log = structlog.get_logger()

# These must answer without a look at any session.
_PLAIN = frozenset({"/healthz", "/openapi.json", "/static/{path:path}"})
_FOR_PEOPLE = frozenset({Need.PERSON, Need.SUPPORTER})
# Nobody asks for anybody until it is known where the cell is.
_WITHOUT_CELL = frozenset({"/where", "/sign-out"})
# A session's time is written at most this often: a page that is opened needs no write each time.
_TOUCH_AFTER = timedelta(seconds=20)


class Guard:
    """ASGI middleware. Finds the route's template in the table, and who is asking; else refuses."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = await self._admit(request, scope)
        await (refusal or self._app)(scope, receive, send)

    async def _admit(self, request: Request, scope: Scope) -> Response | None:
        """None when the caller may go on; the visitor is then on the request's state."""
        path = template_of(scope["app"].routes, scope)
        need = needed(App.TABLET, scope["method"], path) if path else None
        if need is None or path is None:
            # In the person's own language and with the tabs: whoever lost the way finds back.
            request.state.visitor = await run_in_threadpool(self._known, request)
            return failures.answer(request, 404, "not_found")
        if path in _PLAIN:
            return None
        try:
            visitor = await run_in_threadpool(self._find, request)
        except Exception as error:  # noqa: BLE001 - no database: help must still open, all else says so
            log.error("guard.failed", error=type(error).__name__)
            if need is Need.NOBODY:
                return None
            return failures.answer(request, 503, "page_down")
        request.state.visitor = visitor
        if need in _FOR_PEOPLE and visitor.session is not None and _is_a_deed(request):
            await run_in_threadpool(self._touch, request, visitor)
        return _refusal(request, need, visitor)

    def _known(self, request: Request) -> Visitor:
        """Who it is, for a page that must come also when there is no database."""
        try:
            return self._find(request)
        except Exception as error:  # noqa: BLE001 - said above
            log.error("guard.failed", error=type(error).__name__)
            return Visitor()

    def _find(self, request: Request) -> Visitor:
        with self._parts.product.database.reading() as work:
            return self._visitor(work, request)

    def _visitor(self, work: UnitOfWork, request: Request) -> Visitor:
        product = self._parts.product
        chosen = cookies.read(request, product.settings, LANGUAGE_COOKIE)
        language = chosen if chosen in buttons.languages_of(product) else ENGLISH
        device = tablets.find_device(work, cookies.read(request, product.settings, TABLET_COOKIE))
        if device is None or device.prison_id != product.prison.id:
            return Visitor(language=language)
        idle = timedelta(minutes=product.settings.person_idle_minutes)
        try:
            token = cookies.read(request, product.settings, PERSON_COOKIE)
            person, session = tablets.resume(work, device, token, idle=idle, now=product.now())
        except tablets.SessionEnded:
            return Visitor(device=device, language=language)
        supporter = work.supporters.find(person.id)
        if supporter is not None and supporter.suspended_at is not None:
            supporter = None
        return Visitor(device, person, session, supporter, person.language)

    def _touch(self, request: Request, visitor: Visitor) -> None:
        """The idle time starts anew. A failure costs the person a sign-in later, not the page now."""
        product = self._parts.product
        session, now = visitor.session, product.now()
        if session is None or now - session.last_seen_at < _TOUCH_AFTER:
            return
        try:
            with product.database.writing() as work:
                # Read again under the lock: a sign-out in between must not be undone.
                fresh = self._visitor(work, request).session
                if fresh is not None:
                    tablets.touch(work, fresh, now=now)
        except Exception as error:  # noqa: BLE001 - said above
            log.error("session.not_touched", error=type(error).__name__)


def template_of(routes: Iterable[BaseRoute], scope: Scope) -> str | None:
    """The path as the route was declared, such as /topics/{topic}; None where no route answers."""
    for route in routes:
        match, _ = route.matches(scope)
        if match is not Match.FULL:
            continue
        if isinstance(route, Mount):
            return f"{route.path}/{{path:path}}"
        return route.path if isinstance(route, Route) else None
    return None


def _is_a_deed(request: Request) -> bool:
    """A page that looks by itself whether something is new keeps nobody signed in; typing does."""
    return (
        not request.url.path.startswith("/api/")
        or "active" in request.query_params
        or request.method == "POST"
    )


def _refusal(request: Request, need: object, visitor: Visitor) -> Response | None:
    if need is Need.NOBODY:
        return None
    if need is not Need.TABLET and need not in _FOR_PEOPLE:
        return failures.answer(request, 403, "page_not_for_you")
    where = _first_to(request, need, visitor)
    if where:
        return _sent_to(request, where)
    if need is Need.SUPPORTER and visitor.supporter is None:
        return failures.answer(request, 403, "page_not_for_you")
    return None


def _first_to(request: Request, need: object, visitor: Visitor) -> str:
    """Where the caller must go before this page; empty when nothing is missing."""
    if visitor.device is None:
        return "/enrol"
    if need is Need.TABLET:
        return ""
    if visitor.person is None:
        return "/sign-in"
    unknown = visitor.person.place == NOWHERE and request.url.path not in _WITHOUT_CELL
    return "/where" if unknown else ""


def _sent_to(request: Request, where: str) -> Response:
    # Nobody may think that a press which was refused has done something.
    lost = request.method == "POST" and where == "/sign-in" and request.url.path != "/sign-out"
    where = f"{where}?said=not_sent" if lost else where
    if request.url.path.startswith("/api/"):
        words = visit_of(request).say("page_sign_in_first")
        return JSONResponse({"go": where, "notice": words}, status_code=401)
    return RedirectResponse(where, status_code=303)
