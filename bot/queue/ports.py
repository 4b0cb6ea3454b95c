"""What the queue needs from the store, as protocols; bot/store fulfils them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.people.model import Supporter
from bot.queue.model import Event, Kind, Request, Urgency


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

    def count_held_by(self, supporter_id: str) -> int: ...

    def held_by(self, supporter_id: str) -> Sequence[Request]:
        """What this supporter has accepted and not finished, locked."""

    def overdue(self, now: datetime, limit: int) -> Sequence[Request]:
        """Open requests past their deadline that nobody has met yet, claimed for this transaction."""

    def from_a_time_to_come(self, later: datetime, limit: int) -> Sequence[Request]:
        """Open requests that nobody has met yet, last changed after this time, claimed."""


class Supporters(Protocol):
    def get(self, person_id: str) -> Supporter | None: ...


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
    def outbox(self) -> Outbox: ...


class Deadlines(Protocol):
    """A prison's promises to itself: who may be asked for, how long that may wait, who hears of it next."""

    def may_ask(self, kind: Kind, role: str, now: datetime) -> bool:
        """Whether the prison offers this at this hour. `role` is a peer role's id when kind is PEER."""

    def allowance(self, kind: Kind, urgency: Urgency, now: datetime) -> timedelta: ...

    def next_role(self, current: str) -> str:
        """The role after `current` in the prison's chain; the last one stays the last."""
