"""Whom a person wants to see, read from a button, from the words typed or from slots, and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from actions import names
from actions.names import Slot
from actions.turn import Turn
from bot.people.model import PeerRole
from bot.queue.model import Kind

KIND_OF: Mapping[str, Kind] = {
    names.REQUEST_LISTENER: Kind.LISTENER,
    names.REQUEST_PEER: Kind.PEER,
    names.REQUEST_STAFF: Kind.STAFF,
    names.REQUEST_SOMEONE: Kind.SOMEONE,
}

# How people here name these helpers.
_CALLED: Mapping[PeerRole, re.Pattern[str]] = {
    role: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for role, words in {
        PeerRole.LISTENER: r"list(?:e)?ners?|lisseners?",
        PeerRole.INSIDER: r"insiders?|induction (?:orderly|rep|lad|mentor)",
        PeerRole.PID: r"pids?|info(?:rmation)? desk|(?:does|do) the apps",
        PeerRole.READING_MENTOR: r"shannon trust|(?:reading|literacy) (?:mentor|helper|plan)",
        PeerRole.BUDDY: r"budd(?:y|ies)|peer carers?",
        PeerRole.VIOLENCE_REDUCTION_REP: r"violence (?:reduction|reducer)|vr rep",
        PeerRole.RECOVERY_CHAMPION: r"recovery (?:champion|rep|mentor)|drugs? (?:peer )?(?:mentor|rep)",
        PeerRole.HEALTH_CHAMPION: r"health (?:champion|rep|trainer|mentor)",
        PeerRole.EQUALITY_REP: r"equalit(?:y|ies)|diversity",
        PeerRole.VETERANS_REP: r"veterans?|vets? rep|forces rep",
    }.items()
}


@dataclass(frozen=True)
class Wish:
    """`role` is a peer role when kind is PEER, else empty."""

    kind: Kind
    role: str = ""

    @property
    def helper(self) -> PeerRole | None:
        """The peer role that is wanted, if it is one."""
        if self.kind is Kind.LISTENER:
            return PeerRole.LISTENER
        return PeerRole(self.role) if self.kind is Kind.PEER else None


def wish_of(turn: Turn, intent: str) -> Wish | None:
    """What this message asks for; None while it leaves open who. A button can be forged: all is checked.

    `intent` is the message's own, or that of one of its clauses. Whether the prison offers this now is not
    said here.
    """
    kind = KIND_OF.get(intent)
    if kind is Kind.SOMEONE:
        return Wish(kind) if turn.entities.get(names.KIND) == Kind.SOMEONE else None
    if kind is Kind.PEER:
        return _peer(turn.entities.get(names.ROLE) or role_named(turn.text))
    return Wish(kind) if kind else None


def wish_in_slots(turn: Turn) -> Wish | None:
    kind, role = turn.slot(Slot.REQUEST_KIND), turn.slot(Slot.REQUEST_ROLE)
    if kind == Kind.PEER:
        return _peer(role)
    return Wish(Kind(kind)) if kind in set(Kind) else None


def role_named(text: str) -> str:
    """The one peer role that these words name; empty where they name none, or more than one."""
    found = [role for role, called in _CALLED.items() if called.search(text)]
    return found[0].value if len(found) == 1 else ""


def _peer(role: str) -> Wish | None:
    if role not in set(PeerRole):
        return None
    # A Listener has a kind of his own, with a promise of his own: no role, no words, no reason.
    return Wish(Kind.LISTENER) if role == PeerRole.LISTENER else Wish(Kind.PEER, role)
