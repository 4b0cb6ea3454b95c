"""A notice on its way out: what a channel gets to see of it, and how a try can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.notices.routes import Route
from bot.people.model import Place
from bot.safety.whereabouts import Beside

ALERT = "alert"
REQUEST = "request"
REVIEW = "review"
TEST = "test"
# The signed head of a log, on its way to whoever keeps it outside.
LOG_HEAD = "log_head"
# Rings the boards when a notice was given up; it never leaves the house.
DEAD_LETTER = "dead_letter"
# The report of the month before is ready; no number goes along.
MONTH_REPORT = "month_report"
# Somebody took emergency access: for those who look at it afterwards.
EMERGENCY = "emergency"


class Why(StrEnum):
    """Why a try failed; each has its words in content/desk, as `why_<id>`. Nothing a server said is kept."""

    NO_CONNECTION = "no_connection"
    TIME_LIMIT = "time_limit"
    NOT_SECURE = "not_secure"
    SIGN_IN = "sign_in"
    REFUSED = "refused"
    SOME_REFUSED = "some_refused"
    NOT_NOW = "not_now"
    NONSENSE = "nonsense"
    NOT_TAKEN = "not_taken"
    BUSY = "busy"
    CHANNEL_GONE = "channel_gone"
    FAULT = "fault"


class NotDelivered(Exception):
    """The channel did not take it; worth another try. `code` is the server's number, 0 where it gave none."""

    def __init__(self, why: Why, code: int = 0) -> None:
        super().__init__(f"{why.value} {code}" if code else why.value)
        self.why = why
        self.code = code


class Refused(NotDelivered):
    """The channel will never take it as things are set: no further try, a human must look."""


@dataclass(frozen=True)
class Outgoing:
    """All that a channel knows of a notice. Never a name, never words; a place only where it is allowed.

    `seq` counts deliveries and is never used twice; another try of the same delivery has the same `seq` and a
    higher `number`.
    """

    seq: int
    number: int
    topic: str
    prison_id: str
    ref: str
    happened_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    role: str = ""
    place: Place | None = None
    # What is to be said beside the place; nothing where staff know it.
    beside: Beside = field(default_factory=Beside)


class Channel(Protocol):
    """One way out. `follows` is for machines, which also want to know when an alert is over."""

    @property
    def name(self) -> str: ...

    @property
    def route(self) -> Route: ...

    @property
    def follows(self) -> bool: ...

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        """Returns when the other side has taken it. Raises NotDelivered; Refused where no try will help."""
