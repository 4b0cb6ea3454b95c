"""What the queue needs from the store, as protocols; bot/store fulfils them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.people.care import Checks
from bot.people.model import Supporter
from bot.queue.candidate import Candidate
from bot.queue.model import Event, Kind, Request, Urgency
from bot.queue.offer import Offer, OfferState
from bot.queue.rules import HelpRules


class Requests(Protocol):
    def get_for_change(self, request_id: str) -> Request | None:
        """Locks the row until the transaction ends: of two changes at once one waits."""

    def open_of(self, person_id: str, kind: Kind, role: str) -> Request | None:
        """The person's open request of this kind and role, locked."""

    def open_of_person(self, person_id: str) -> Sequence[Request]:
        """Everything of this person that is open, locked, oldest first."""

    def add(self, request: Request) -> None: ...

    def save(self, request: Request) -> None: ...

    def add_event(self, event: Event) -> None: ...

    def held_by(self, supporter_id: str) -> Sequence[Request]:
        """What this supporter has accepted and not finished, locked."""

    def overdue(self, prison_id: str, now: datetime, limit: int) -> Sequence[Request]:
        """Open requests of this prison past their deadline that nobody has met yet, claimed for this
        transaction."""

    def from_a_time_to_come(self, prison_id: str, later: datetime, limit: int) -> Sequence[Request]:
        """Open requests of this prison that nobody has met yet, last changed after this time, claimed."""

    def set_offering(
        self, request_id: str, look_at: datetime | None, nobody: Sequence[tuple[str, int]]
    ) -> None:
        """Writes this of a locked request and leaves its version: nothing happened to the request."""

    def due_for_offers(
        self, prison_id: str, now: datetime, latest: datetime, limit: int
    ) -> Sequence[Request]:
        """Waiting requests of this prison whose offers should be looked at, claimed. Also those to be looked
        at after `latest`: no clock that was right put that there."""

    def look_again(self, prison_id: str, now: datetime) -> int:
        """Somebody may be free: what waits with no open offer, or urgently, is due now. Passes over rows
        that others hold, which they look at themselves."""


class Offers(Protocol):
    def of_request(self, request_id: str) -> Sequence[Offer]:
        """Those of this time that the request waits, oldest first."""

    def open_of(self, request_id: str, supporter_id: str) -> Offer | None: ...

    def add_all(self, offers: Sequence[Offer]) -> None: ...

    def end(self, ids: Sequence[str], state: OfferState) -> None: ...

    def settle(self, request_id: str, accepted: str) -> None:
        """One open offer was accepted, by its id, or none; the others are withdrawn."""

    def withdraw_of_request(self, request_id: str) -> None: ...

    def open_to(self, supporter_id: str) -> Sequence[tuple[Offer, Request]]:
        """What is on offer to this supporter of what waits."""

    def withdraw(self, ids: Sequence[str], now: datetime) -> int:
        """Those of them that are open; the requests are due to be looked at. Returns how many there were."""

    def withdraw_of_supporter(self, supporter_id: str, now: datetime) -> None:
        """Every open offer to this supporter; the requests are due to be looked at."""

    def asked_though_away(self, prison_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Who has open offers and is suspended, paused, off duty or resting. Whom staff alone asked, last."""

    def begin_anew(self, request_id: str, *, but: str = "") -> None:
        """The request waits anew: its offers so far are of an earlier time. That of `but`, who handed it
        back, counts as declined this time."""


class Supporters(Protocol):
    def get(self, person_id: str) -> Supporter | None:
        """Locked until the transaction ends."""

    def find(self, person_id: str) -> Supporter | None:
        """Without a lock."""

    def put(self, supporter: Supporter) -> None: ...

    def as_now(self, supporter: Supporter) -> Candidate | None:
        """Without a lock; kept apart from nobody as yet."""

    def candidate(self, supporter_id: str, person_id: str) -> Candidate | None:
        """The supporter, locked, as he or she stands to the one who asks."""

    def candidates(self, prison_id: str, *, on_duty: bool) -> Sequence[Candidate]:
        """Those on duty, or all; kept apart from nobody as yet."""

    def kept_apart_from(self, person_id: str) -> frozenset[str]: ...


class Outbox(Protocol):
    def put(self, topic: str, prison_id: str, ref: str, now: datetime, facts: Mapping[str, str]) -> None:
        """A notice that leaves with this transaction. `facts` are ids, counts and states; never words."""


class QueueWork(Protocol):
    """The part of a unit of work that the queue uses."""

    @property
    def requests(self) -> Requests: ...

    @property
    def supporters(self) -> Supporters: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def checks(self) -> Checks: ...

    @property
    def outbox(self) -> Outbox: ...


class Deadlines(Protocol):
    """A prison's promises to itself: who may be asked for, how long that may wait, who hears of it next, and
    the rules for those who help."""

    @property
    def id(self) -> str: ...

    @property
    def help(self) -> HelpRules: ...

    def today(self, now: datetime) -> date:
        """The date on the prison's own wall."""

    def time_of_day(self, now: datetime) -> str: ...

    def may_ask(self, kind: Kind, role: str, now: datetime) -> bool:
        """Whether the prison offers this at this hour. `role` is a peer role's id when kind is PEER."""

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta: ...

    def next_role(self, current: str) -> str:
        """The role after `current` in the prison's chain; the last one stays the last."""
