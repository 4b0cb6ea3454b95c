"""One day's requests and contacts, from rows as the store has them, to what the store keeps of them."""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from bot.queue.model import Change, State
from bot.reports.facts import Asked, Part, Step, fact_of, reason_of


@dataclass(frozen=True)
class Local:
    """What is the prison's own: its clock, its times of day, the rest that it asks for between contacts."""

    zone: tzinfo
    part_of: Callable[[datetime], Part]
    rest: timedelta


class Sort(NamedTuple):
    """Requests of one day are kept apart by these. `reason` is empty unless a request could not be met."""

    wing: str
    kind: str
    reason: str


class Helping(NamedTuple):
    """Contacts of one supporter on one day. `soon` of them began before the rest since the last was over."""

    person_id: str
    wing: str
    kind: str
    contacts: int
    soon: int


def count_requests(
    requests: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]], local: Local
) -> dict[Sort, bytes]:
    """`events` are those that `WATCHED` names, oldest first."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for event in events:
        steps[event["request_id"]].append(Step(event["at"], Change(event["change"]), event["reason"]))
    parts: dict[datetime, Part] = {}
    codes: defaultdict[Sort, list[int]] = defaultdict(list)
    for row in requests:
        own = row["asked_at"].astimezone(local.zone)
        # The calendar is asked once for each minute, not once for each request.
        minute = own.replace(second=0, microsecond=0)
        if minute not in parts:
            parts[minute] = local.part_of(minute)
        asked = Asked(row["asked_at"], own.hour, parts[minute], State(row["state"]), bool(row["missed_at"]))
        its_own = steps[row["id"]]
        sort = Sort(row["wing"], row["kind"], reason_of(asked, its_own))
        codes[sort].append(fact_of(asked, its_own).to_code())
    return {sort: pack(found) for sort, found in codes.items()}


WATCHED = (Change.BEGUN, Change.REACHED, Change.NOT_REACHED, Change.COULD_NOT)


def count_helping(contacts: Iterable[Mapping[str, Any]], since: datetime, rest: timedelta) -> list[Helping]:
    """`contacts` are the moments at which supporters began, oldest first; those before `since` only tell how
    long ago the last one was."""
    last: dict[str, datetime] = {}
    done: Counter[tuple[str, str, str]] = Counter()
    soon: Counter[tuple[str, str, str]] = Counter()
    for row in contacts:
        person, at = row["actor_id"], row["at"]
        if at >= since:
            key = (person, row["wing"], row["kind"])
            done[key] += 1
            soon[key] += person in last and at - last[person] < rest
        last[person] = at
    return [Helping(*key, contacts=count, soon=soon[key]) for key, count in sorted(done.items())]


def pack(codes: Sequence[int]) -> bytes:
    """Four bytes each, the lowest first, in order of size: the same facts are the same bytes."""
    return struct.pack(f"<{len(codes)}I", *sorted(codes))
