"""What was typed into a long form comes back, also when the session is over or a part behind it is down."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.desk.desk import Desk
from bot.web.desk.failures import note_failure
from bot.web.desk.shell import Page, plain_page, shell_for
from bot.web.headers import BodyTooLong

_FORMS, _STEPS = "/content/", ("preview", "publish", "draft")
_SIGN_IN = "/sign-in"
_MOST_FIELDS = 400

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class KeptPage(Page):
    """Holds the fields unseen. Its button asks for the form again, which shows them and stores nothing."""

    heading: str
    words: str
    sign_in: str
    action: str
    fields: Fields


class KeepTyped:
    """ASGI middleware round the guard. Where the answer would lose a text, that text is the answer."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_long_form(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await _whole(receive)
        except BodyTooLong:
            await plain_page(self._desk, None, "too_long", 413)(scope, receive, send)
            return
        fields = _fields(body)
        if not self._desk.tokens.is_ours(dict(fields).get("token", "")):
            # Made by somebody else: it gets the plain refusal.
            await self._app(scope, _again(body, receive), send)
            return
        status = 0

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = _loss(message)
            if not status:
                await send(message)

        try:
            await self._app(scope, _again(body, receive), watching)
        except Exception as error:  # noqa: BLE001 - whatever broke, what was typed must come back
            note_failure(error)
            status = 503
        if status:
            await self._page(scope["path"], fields, status)(scope, receive, send)

    def _page(self, path: str, fields: Fields, status: int) -> Response:
        say, key = self._desk.wording.say, "kept_signed_out" if status == 401 else "kept_broken"
        page = KeptPage(
            desk=self._desk,
            shell=shell_for(self._desk, None, "plain"),
            heading=say(f"{key}_heading"),
            words=say(f"{key}_words"),
            sign_in=_SIGN_IN if status == 401 else "",
            action=f"{path.rpartition('/')[0]}/preview",
            fields=fields,
        )
        return self._desk.pages.answer("desk/kept.html", page, status)


def _is_long_form(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    path: str = scope["path"]
    return path.startswith(_FORMS) and path.rpartition("/")[-1] in _STEPS


def _fields(body: bytes) -> Fields:
    """None of a form that is no form, or has more fields than any of ours."""
    try:
        text = body.decode("utf-8", "replace")
        return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return ()


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, and after it what really comes."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


def _loss(message: Message) -> int:
    """The status of the page that takes the place of this answer; 0 where the answer keeps what was typed."""
    if message["status"] >= 500:
        return 503
    to = dict(message["headers"]).get(b"location", b"").decode()
    return 401 if message["status"] == 303 and to == _SIGN_IN else 0
