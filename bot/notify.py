"""Where notices go outside the product: a signed post to the prison's own system, if it has one."""

import hashlib
import hmac
import json
from typing import Protocol

import httpx

from bot.store.outbox import Notice

_PATIENCE = 5.0


class NotDelivered(Exception):
    """The channel did not take it; try again later."""


class Channel(Protocol):
    def deliver(self, notice: Notice) -> None:
        """Raises NotDelivered."""


class Desk:
    """The board reads the outbox itself, so a notice that is stored is on the board already."""

    def deliver(self, notice: Notice) -> None:
        return None


class Webhook:
    """Posts ids and levels as JSON, never words or names, with an HMAC-SHA256 of the body in a header."""

    def __init__(self, address: str, secret: str) -> None:
        self._address = address
        self._secret = secret.encode()

    def deliver(self, notice: Notice) -> None:
        # The sequence number lets the receiver drop a notice that comes twice.
        form = {
            "seq": notice.seq,
            "topic": notice.topic,
            "prison": notice.prison_id,
            "ref": notice.ref,
            "facts": dict(notice.facts),
            "at": notice.created_at.isoformat(),
        }
        body = json.dumps(form, sort_keys=True).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signpost-Signature": signature}
        try:
            httpx.post(self._address, content=body, headers=headers, timeout=_PATIENCE).raise_for_status()
        except httpx.HTTPError as error:
            raise NotDelivered(type(error).__name__) from error
