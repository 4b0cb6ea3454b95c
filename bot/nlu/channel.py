"""The way from the tablet app into Rasa: needs a token, and never logs what was said.

Rasa's own REST channel writes the text into its log when something fails or when the caller stops waiting.
"""

import hmac
import logging
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

log = logging.getLogger(__name__)

TOKEN_HEADER = "X-Signpost-Token"  # noqa: S105 - the header's name


class TabletInput(InputChannel):  # type: ignore[misc]
    """POST /webhooks/tablet/webhook with sender, message and metadata; answers with the list of replies."""

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        return "tablet"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "TabletInput":
        token = str((credentials or {}).get("token", ""))
        if len(token) < 32 or token.startswith("${"):
            raise ValueError("credentials.yml: the tablet channel needs a token of 32 characters or more")
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("tablet_channel", "tablet_channel")

        @routes.route("/", methods=["GET"])  # type: ignore[untyped-decorator]
        async def health(request: Request) -> HTTPResponse:
            # Rasa listens before its model is loaded, and goes on listening when none can be.
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "no model"}, status=503)
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])  # type: ignore[untyped-decorator]
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, ""), self._token):
                return response.json({"error": "not allowed"}, status=403)
            message = _message(request.json, self.name())
            if message is None:
                return response.json({"error": "not a message"}, status=400)
            try:
                await on_new_message(message)
            except CancelledError:
                log.warning("tablet_channel.gave_up")
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, its text may hold the message
                log.error("tablet_channel.failed %s", type(error).__name__)
                return response.json({"error": "failed"}, status=500)
            return response.json(message.output_channel.messages)

        return routes


def _message(data: Any, channel: str) -> UserMessage | None:
    if not isinstance(data, dict):
        return None
    sender, text, metadata = data.get("sender"), data.get("message"), data.get("metadata")
    if not isinstance(sender, str) or not isinstance(text, str) or not sender:
        return None
    output = CollectingOutputChannel()
    return UserMessage(
        text, output, sender, input_channel=channel, metadata=metadata if isinstance(metadata, dict) else {}
    )
