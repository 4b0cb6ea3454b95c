"""A signed post to the prison's own system: ids, levels and times as JSON."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from bot.notices.letter import Writer
from bot.notices.model import NotDelivered, Outgoing, Refused, Why
from bot.notices.routes import Route

SIGNATURE: Final = "X-Signpost-Signature"
# All that may leave, whatever else a later version puts into the facts of a notice.
_FACTS: Final = ("level", "entry", "unchecked", "change", "kind", "urgency")
_WORTH_ANOTHER_TRY: Final = frozenset({408, 409, 421, 423, 425, 429})


@dataclass(frozen=True)
class Webhook:
    """HMAC-SHA256 of the body in a header. Against replay the signed body holds `seq` and `sent_at`.

    The receiver drops a `seq` that it has had (at least once is the promise, so one may come twice), and
    whatever was sent too long ago.
    """

    name: str
    route: Route
    address: str = field(repr=False)
    secret: str = field(repr=False)
    writer: Writer = field(repr=False)
    seconds: float = 10.0
    follows: bool = True

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        body = self._body(outgoing, now)
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE: signature}
        try:
            # Streamed and closed unread: what the other side has to say beyond its status is never needed.
            with httpx.stream(
                "POST", self.address, content=body, headers=headers, timeout=self.seconds
            ) as answer:
                status = answer.status_code
        except httpx.TimeoutException as error:
            raise NotDelivered(Why.TIME_LIMIT) from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise NotDelivered(Why.NONSENSE) from error
        except httpx.ConnectError as error:
            raise NotDelivered(Why.NO_CONNECTION) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotDelivered(Why.NO_CONNECTION) from error
        _check(status)

    def _body(self, outgoing: Outgoing, now: datetime) -> bytes:
        form = {
            "seq": outgoing.seq,
            "try": outgoing.number,
            "topic": outgoing.topic,
            "prison": outgoing.prison_id,
            "ref": outgoing.ref,
            "role": outgoing.role,
            "facts": {key: outgoing.facts[key] for key in _FACTS if key in outgoing.facts},
            "link": self.writer.link(outgoing) if outgoing.level else "",
            "at": outgoing.happened_at.isoformat(),
            "sent_at": now.isoformat(),
        }
        return json.dumps(form, sort_keys=True).encode()


def _check(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in (401, 403, 407):
        raise Refused(Why.SIGN_IN, status)
    if status >= 500 or status in _WORTH_ANOTHER_TRY:
        raise NotDelivered(Why.NOT_NOW, status)
    raise Refused(Why.REFUSED, status)
