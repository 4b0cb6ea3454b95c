"""Whether a topic's page helped: one vote a person and page a day; a changed mind takes its place.

What is kept of a vote says which way it went and on which day, under a mark that names nobody, and is gone
the day after: then only the counts are left.
"""

import hmac
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Protocol


@dataclass(frozen=True)
class Ballot:
    """Where a person may vote once. Without the secret nobody can say from `mark` whose it is, or on what."""

    mark: str
    prison_id: str
    topic: str
    day: date


@dataclass(frozen=True)
class Ballots:
    secret: str = field(repr=False)

    def of(self, person_id: str, prison_id: str, topic: str, day: date) -> Ballot:
        words = "\n".join(("page vote", person_id, prison_id, topic, day.isoformat()))
        mark = hmac.new(self.secret.encode(), words.encode(), sha256).hexdigest()
        return Ballot(mark, prison_id, topic, day)


class VoteStore(Protocol):
    def find(self, mark: str) -> bool | None:
        """Which way it went; None where there is none."""

    def put(self, mark: str, day: date, *, helped: bool) -> None: ...

    def forget(self, before: date) -> int: ...


class CountStore(Protocol):
    def count(self, prison_id: str, topic: str, day: date, *, helped: bool) -> None: ...

    def uncount(self, prison_id: str, topic: str, day: date, *, helped: bool) -> None: ...


class VotesWork(Protocol):
    """The part of a unit of work that votes use."""

    @property
    def page_votes(self) -> VoteStore: ...

    @property
    def page_feedback(self) -> CountStore: ...


def cast(work: VotesWork, ballot: Ballot, *, helped: bool) -> None:
    """The person's row is locked: of two presses at once, the second sees the first."""
    before = work.page_votes.find(ballot.mark)
    if before is helped:
        return
    work.page_votes.put(ballot.mark, ballot.day, helped=helped)
    counts, where = work.page_feedback, (ballot.prison_id, ballot.topic, ballot.day)
    # Always in this order, so that two people who change their minds the other way round do not wait for each
    # other.
    for each in (False, True):
        if each is helped:
            counts.count(*where, helped=each)
        elif before is each:
            counts.uncount(*where, helped=each)


def forget(work: VotesWork, *, today: date) -> int:
    return work.page_votes.forget(today)
