"""Requests for a person: their kinds, their states, and which change may follow which state."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.people.model import ActorKind, Place


class Kind(StrEnum):
    LISTENER = "listener"
    PEER = "peer"
    STAFF = "staff"
    SOMEONE = "someone"


class State(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    ARRANGED = "arranged"
    WITH_PERSON = "with_person"
    DONE = "done"
    CANCELLED = "cancelled"
    COULD_NOT = "could_not"


OPEN = frozenset({State.WAITING, State.ACCEPTED, State.ARRANGED, State.WITH_PERSON})


class Urgency(IntEnum):
    """Which request comes first. The upper three follow the safety levels, and a "no" raises to RAISED."""

    NORMAL = 0
    RAISED = 1
    URGENT = 2
    EMERGENCY = 3


class Change(StrEnum):
    ASKED = "asked"
    ASKED_AGAIN = "asked_again"
    ACCEPTED = "accepted"
    ARRANGED = "arranged"
    BEGUN = "begun"
    FINISHED = "finished"
    HANDED_BACK = "handed_back"
    CANCELLED = "cancelled"
    COULD_NOT = "could_not"
    SEEN = "seen"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    DEADLINE_MISSED = "deadline_missed"
    # The person went to another cell, wing or prison, and the request with him or her.
    MOVED = "moved"
    # Of its offers. None of these changes the state.
    OFFERED = "offered"
    DECLINED = "declined"
    OFFERS_RAN_OUT = "offers_ran_out"
    NOBODY_FITS = "nobody_fits"
    # The clock had been ahead: the time allowed was counted anew.
    CLOCK_SET = "clock_set"


@dataclass(frozen=True)
class Rule:
    """From which states a change may be made, by whom, and where it leads (None: the state stays)."""

    start: frozenset[State]
    by: frozenset[ActorKind]
    end: State | None = None


_PERSON, _SUPPORTER, _STAFF = ActorKind.PERSON, ActorKind.SUPPORTER, ActorKind.STAFF
AT_WORK = frozenset({State.ACCEPTED, State.ARRANGED, State.WITH_PERSON})
NOT_MET = frozenset({State.WAITING, State.ACCEPTED, State.ARRANGED})
_HELPERS = frozenset({_SUPPORTER, _STAFF})

ALLOWED: dict[Change, Rule] = {
    Change.ASKED_AGAIN: Rule(OPEN, frozenset({_PERSON, _STAFF, ActorKind.SYSTEM})),
    Change.ACCEPTED: Rule(frozenset({State.WAITING}), _HELPERS, State.ACCEPTED),
    Change.ARRANGED: Rule(frozenset({State.WAITING, State.ACCEPTED}), frozenset({_STAFF}), State.ARRANGED),
    Change.BEGUN: Rule(NOT_MET, _HELPERS, State.WITH_PERSON),
    Change.FINISHED: Rule(frozenset({State.ARRANGED, State.WITH_PERSON}), _HELPERS, State.DONE),
    Change.HANDED_BACK: Rule(AT_WORK, _HELPERS | {ActorKind.SYSTEM}, State.WAITING),
    Change.CANCELLED: Rule(NOT_MET, frozenset({_PERSON}), State.CANCELLED),
    Change.COULD_NOT: Rule(NOT_MET, frozenset({_STAFF}), State.COULD_NOT),
    Change.SEEN: Rule(OPEN, frozenset({_STAFF})),
    Change.REACHED: Rule(OPEN | {State.DONE}, frozenset({_PERSON})),
    Change.NOT_REACHED: Rule(OPEN | {State.DONE}, frozenset({_PERSON})),
    Change.DEADLINE_MISSED: Rule(OPEN, frozenset({ActorKind.SYSTEM})),
    Change.MOVED: Rule(OPEN, frozenset({_PERSON, _STAFF})),
    Change.OFFERED: Rule(frozenset({State.WAITING}), frozenset({ActorKind.SYSTEM, _STAFF})),
    Change.DECLINED: Rule(frozenset({State.WAITING}), frozenset({_SUPPORTER})),
    Change.OFFERS_RAN_OUT: Rule(frozenset({State.WAITING}), frozenset({ActorKind.SYSTEM})),
    Change.NOBODY_FITS: Rule(frozenset({State.WAITING}), frozenset({ActorKind.SYSTEM})),
    Change.CLOCK_SET: Rule(OPEN, frozenset({ActorKind.SYSTEM})),
}

# About offers: the person who asked sees none of these, and the request's version stays.
ABOUT_OFFERS = frozenset({Change.OFFERED, Change.DECLINED, Change.OFFERS_RAN_OUT, Change.NOBODY_FITS})


@dataclass(frozen=True)
class Request:
    """One request. A Listener request holds time, place and state, and nothing that was said.

    `role` is a peer role's id when kind is PEER, else empty. `supporter_id` is a person's id and is set
    while a supporter has it. `record_id` names the safety record that raised it, if one did. `wish` is the id
    of a wish about who comes, `language` the one in which the person asked. `look_at` is when its offers are
    looked at next; `nobody` says, while nobody can be asked, how many do not fit for which reason.
    """

    id: str
    reference: str
    prison_id: str
    person_id: str
    first_name: str
    place: Place
    kind: Kind
    role: str
    state: State
    urgency: Urgency
    asked_at: datetime
    due_at: datetime
    changed_at: datetime
    times_asked: int = 1
    seen_at: datetime | None = None
    supporter_id: str | None = None
    record_id: str | None = None
    escalated_to: str = ""
    missed_at: datetime | None = None
    came: bool | None = None
    came_at: datetime | None = None
    version: int = 1
    wish: str = ""
    language: str = ""
    look_at: datetime | None = None
    nobody: tuple[tuple[str, int], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Past its deadline and nobody is with the person yet."""
        return self.state in NOT_MET and now >= self.due_at

    @property
    def said_nobody_came(self) -> bool:
        """The person's last answer was no, and nobody has been there since, as far as is recorded."""
        return self.came is False or (self.is_open and self.came_at is not None and self.came is None)

    def asks_whether_somebody_came(self, now: datetime) -> bool:
        """After it is done, or once a deadline was missed, until the person answers."""
        if self.state is State.DONE:
            return self.came is None
        late_since = self.due_at if self.is_overdue(now) else self.missed_at
        if self.state not in NOT_MET or late_since is None:
            return False
        return self.came_at is None or self.came_at < late_since


@dataclass(frozen=True)
class Event:
    """A row of a request's history. `note` is staff's own words; `count` is how many supporters it is about.

    `reason` says why it could not be met; of a missed deadline it is the role that hears of it next, and of
    a request handed back that the person was moved. When the person moved, `note` says from where to where.
    """

    request_id: str
    at: datetime
    change: Change
    start: State | None
    end: State
    actor_kind: ActorKind
    actor_id: str
    reason: str = ""
    offered: str = ""
    note: str = ""
    count: int = 0


class QueueError(Exception):
    """A rule of the queue was broken; nothing was changed."""


class UnknownRequest(QueueError):
    """There is no such request, or it is not for this caller to see."""


class NotAllowedNow(QueueError):
    """The request is in a state from which this change cannot be made: most often somebody was faster."""


class NotYours(QueueError):
    """Only the one who asked, or the supporter who has it, may do this."""


class NotOnOffer(QueueError):
    """There is no open offer of this request to this supporter, or it does not fit any more."""


class NotOffered(QueueError):
    """The prison has nobody of this role, or none at this hour: such a request would wait for no one."""


class ReasonNeeded(QueueError):
    """A "could not" needs a reason from the list and what was offered instead, and a decision against a rule
    the reason in words."""


class WordsNeeded(ReasonNeeded):
    """The reason "other" says nothing by itself: it needs words."""
