"""Which requests a supporter may be offered."""

from bot.people.model import PeerRole, Supporter
from bot.queue.model import Kind, Request, State

# Who may answer "I need to talk to someone": those whose role is to be there for anybody.
_FOR_ANYONE = frozenset({PeerRole.LISTENER, PeerRole.INSIDER})


def fits(supporter: Supporter, request: Request, held: int) -> bool:
    """On duty, not suspended, below the load cap, the right role and wing, and not the one who asks.

    A request that a safety record raised is for staff alone.
    """
    return (
        supporter.may_help
        and held < supporter.load_cap
        and request.state is State.WAITING
        and request.record_id is None
        and supporter.prison_id == request.prison_id
        and supporter.person_id != request.person_id
        and supporter.covers(request.place.wing)
        and _has_role(supporter, request)
    )


def _has_role(supporter: Supporter, request: Request) -> bool:
    match request.kind:
        case Kind.LISTENER:
            return PeerRole.LISTENER in supporter.roles
        case Kind.PEER:
            return not request.role or request.role in supporter.roles
        case Kind.SOMEONE:
            return bool(_FOR_ANYONE & set(supporter.roles))
        case Kind.STAFF:
            return False
