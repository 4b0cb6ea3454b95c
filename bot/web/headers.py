"""Security headers on every answer, no body above the limit, and no host that is not ours."""

from collections.abc import Iterable

from starlette.datastructures import Headers as Given
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Room for 4,000 characters in any script, percent-encoded, with what a form adds.
MAX_BODY = 128 * 1024

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


# Two years, as long as browsers ask for. Said only where the pages are served over https.
_ONLY_HTTPS = "max-age=63072000; includeSubDomains"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Headers:
    """ASGI middleware. Personal pages are never cached; static files for an hour."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        self._app = app
        self._more = {"Strict-Transport-Security": _ONLY_HTTPS} if secure else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_HEADERS | self._more).items():
                    headers[name] = value
                headers["Cache-Control"] = "public, max-age=3600" if static else "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Hosts:
    """ASGI middleware: answers only to the names that the settings list; to any where they list none.

    Loopback may always ask: so the process manager sees whether the app is up.
    """

    def __init__(self, app: ASGIApp, names: str = "", own: str = "") -> None:
        self._app = app
        self._names = frozenset((*_names(names.split(",")), *_names((own,)), *_LOOPBACK)) if names else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._names is not None:
            asked = Given(scope=scope).getlist("host")
            if len(asked) != 1 or _without_port(asked[0]) not in self._names:
                await PlainTextResponse("No such host.", status_code=421)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _names(given: Iterable[str]) -> list[str]:
    return [name.strip().lower() for name in given if name.strip()]


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).strip().lower()


class BodyTooLong(Exception):
    """More was sent than any page of ours sends."""


class BodyLimit:
    """ASGI middleware: reads no more than `most` bytes, whatever the Content-Length says."""

    def __init__(self, app: ASGIApp, most: int = MAX_BODY) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self._most:
                    raise BodyTooLong
            return message

        await self._app(scope, limited, send)
