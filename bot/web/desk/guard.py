"""The guard before every route: its place in the access table, the session, the right."""

from collections.abc import Sequence

from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.people.rights import Right
from bot.people.tablets import SessionEnded
from bot.web import cookies
from bot.web.access import App, Need, needed
from bot.web.desk.desk import COOKIE, Caller, Desk
from bot.web.desk.refusals import Refusals
from bot.web.desk.session import caller_of_token
from bot.web.desk.shell import plain_page

# Read by script: these answer with a status, not with a page.
_FOR_SCRIPT = ("/api/", "/board/feed", "/openapi.json")


class Guard:
    """ASGI middleware. A route that the table does not name is refused, whoever asks.

    What an account was refused, or asked for by an id that is not there for it, is in the audit.
    """

    def __init__(self, app: ASGIApp, desk: Desk, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._desk = desk
        self._routes = routes
        self._refusals = Refusals(desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await Response(status_code=403)(scope, receive, send)
            return
        template = template_of(self._routes, scope)
        if template is None:
            # No such route: the app says so, and nothing runs.
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope, template)
        status = refusal.status_code if refusal else 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await (refusal or self._app)(scope, receive, noting)
        caller = scope.get("state", {}).get("caller")
        if caller is not None and (refusal or _is_refusal(scope["method"], template, status)):
            await run_in_threadpool(self._refusals.note, caller, f"{scope['method']} {template}")

    async def _refusal(self, scope: Scope, template: str) -> Response | None:
        need = needed(App.DESK, scope["method"], template)
        if need is Need.NOBODY:
            return None
        if not isinstance(need, Right) and need is not Need.STAFF:
            return plain_page(self._desk, None, "refused", 403)
        caller = await self._caller(scope)
        if caller is None:
            return _sign_in_first(scope["path"])
        scope.setdefault("state", {})["caller"] = caller
        if isinstance(need, Right) and not caller.may(need):
            return plain_page(self._desk, caller, "no_right", 403)
        return None

    async def _caller(self, scope: Scope) -> Caller | None:
        token = cookies.read(HTTPConnection(scope), self._desk.product.settings, COOKIE)
        try:
            return await run_in_threadpool(caller_of_token, self._desk, token)
        except SessionEnded:
            return None


def _is_refusal(method: str, template: str, status: int) -> bool:
    """A stale form is none: it is the account's own, and late. A typed id that is not there is one."""
    return (status == 403 and method == "GET") or status == 404


def template_of(routes: Sequence[BaseRoute], scope: Scope) -> str | None:
    """The path, as the table writes it, of the route that would answer this; None when none would."""
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return path_of(route)
    return None


def path_of(route: BaseRoute) -> str:
    path = str(getattr(route, "path", ""))
    return f"{path}/{{path:path}}" if isinstance(route, Mount) else path


def _sign_in_first(path: str) -> Response:
    if path.startswith(_FOR_SCRIPT):
        return JSONResponse({"error": "not_signed_in"}, status_code=401)
    return RedirectResponse("/sign-in", status_code=303)
