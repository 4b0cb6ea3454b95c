"""Any other channel, by an address of the Apprise library: pagers, chat rooms, text messages and more."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.notices.letter import Writer
from bot.notices.model import NotDelivered, Outgoing, Why
from bot.notices.routes import Route

_TYPES: Final = {"emergency": "failure", "urgent": "warning", "concern": "warning"}


class UnknownScheme(Exception):
    """Apprise has no service for this address, or cannot read it."""


@dataclass(frozen=True)
class AppriseAddress:
    name: str
    route: Route
    service: Any = field(repr=False)
    writer: Writer = field(repr=False)
    follows: bool = False

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        import apprise

        letter = self.writer.write(outgoing)
        kind = apprise.NotifyType(_TYPES.get(outgoing.level, "info"))
        # It answers yes or no, and logs why: lines that can hold addresses and keys, so nobody listens.
        if not self.service.notify(title=letter.subject, body=letter.text, notify_type=kind):
            raise NotDelivered(Why.NOT_TAKEN)


def service_for(address: str, seconds: float) -> Any:
    """Apprise's own object for an address. Raises UnknownScheme."""
    # Here and not above: it takes a third of a second, and only who has such a channel should wait.
    import apprise

    logger = logging.getLogger("apprise")
    logger.disabled = True
    service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if service is None or not service.enabled:
        raise UnknownScheme
    service.socket_connect_timeout = seconds
    service.socket_read_timeout = seconds
    # It would sleep between two notices. The waits between tries are ours.
    service.request_rate_per_sec = 0
    return service
