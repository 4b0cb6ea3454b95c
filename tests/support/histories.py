"""What must hold of every history of requests, whoever wrote it: the fakes, SQLite or PostgreSQL."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.queue.model import ABOUT_OFFERS, ALLOWED, Change, Event, Request, State

# A "yes" ends a request and a "no" opens one again: the table names no end for these.
_ANSWERS = {Change.REACHED: {State.DONE}, Change.NOT_REACHED: {State.WAITING}}


def check_steps(requests: Iterable[Request], events: Sequence[Event]) -> None:
    """Every step was allowed, follows the one before, and the last one is where the request stands."""
    reached: dict[str, State] = {}
    for event in events:
        if event.change is Change.ASKED:
            assert event.request_id not in reached
            assert event.end is State.WAITING
        else:
            table = ALLOWED[event.change]
            assert event.start is reached[event.request_id]
            assert event.start in table.start
            assert event.actor_kind in table.by
            assert event.end in {table.end or event.start} | _ANSWERS.get(event.change, set())
        reached[event.request_id] = event.end
    assert reached == {row.id: row.state for row in requests}


def check_told(
    requests: Iterable[Request], events: Sequence[Event], notices: Iterable[tuple[str, str]]
) -> None:
    """Each change has one event and one notice (request, change), and one version of the request."""
    assert Counter((event.request_id, event.change.value) for event in events) == Counter(notices)
    told = [event for event in events if event.change not in ABOUT_OFFERS]
    per_request = Counter(event.request_id for event in told)
    assert per_request == {row.id: row.version for row in requests}


def check_one_of_each_kind(requests: Iterable[Request]) -> None:
    owners = [(row.person_id, row.kind, row.role) for row in requests if row.is_open]
    assert len(owners) == len(set(owners))


def check_holders(requests: Iterable[Request]) -> None:
    """Only what is held has a supporter."""
    for row in requests:
        if row.state in (State.WAITING, State.CANCELLED, State.COULD_NOT):
            assert row.supporter_id is None
