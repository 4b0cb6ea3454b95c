"""An offer: this request, to this supporter, for so long. Plain types."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Clocks of several machines are never quite the same.
_SKEW = timedelta(minutes=1)


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RAN_OUT = "ran_out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Offer:
    """`by` is the id of a member of staff, or empty where the rules chose. `overrides` are the reasons that
    staff decided against. `earlier`: made before the request came back and waited anew."""

    id: str
    request_id: str
    supporter_id: str
    state: OfferState
    made_at: datetime
    ends_at: datetime
    by: str = ""
    overrides: tuple[str, ...] = ()
    earlier: bool = False

    @property
    def is_open(self) -> bool:
        return self.state is OfferState.OPEN

    def stands(self, now: datetime) -> bool:
        """Open and within its time. One from the future was made before a clock was put back."""
        return self.is_open and self.made_at - _SKEW <= now < self.ends_at
