"""A store full of requests with their histories, made from a seed, as reports meet it."""

import random
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.database import Database
from tests.support.builders import PRISON

WINGS = ("A", "B", "C")
_KINDS = ("listener", "listener", "peer", "staff", "someone")
_REASONS = ("no_staff", "roll_count", "no_listener", "refused")
_HELPERS = 26


def fill_requests(
    database: Database,
    count: int,
    *,
    start: datetime,
    days: int,
    seed: int = 1,
    wings: tuple[str, ...] = WINGS,
) -> None:
    """So many requests, evenly over the days; most are reached, at night later."""
    draw = random.Random(seed)
    requests: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for number in range(count):
        at = start + timedelta(days=days * (number + draw.random()) / count)
        request, history = _one(draw, f"filled{seed}-{number}", at, draw.choice(wings))
        requests.append(request)
        events += history
    with database.writing() as work:
        if work.persons.get("filled") is None:
            work.session.execute(sa.insert(t.person), _person())
        work.session.execute(sa.insert(t.request), requests)
        work.session.execute(sa.insert(t.request_event), events)


def _one(
    draw: random.Random, name: str, at: datetime, wing: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    fate = draw.random()
    state = "done" if fate < 0.82 else "cancelled" if fate < 0.88 else "could_not"
    wait = timedelta(minutes=draw.lognormvariate(4.6 if at.hour < 7 else 3.4, 0.9))
    events = [_event(name, "asked", at, "person", "filled")]
    if state == "done":
        by = ("supporter", f"helper{int(draw.paretovariate(1.1)) % _HELPERS}")
        by = by if draw.random() < 0.7 else ("staff", "officer")
        events += [_event(name, change, at + wait, *by) for change in ("accepted", "begun")]
        events.append(_event(name, "finished", at + wait + timedelta(minutes=50), *by))
        said = draw.random()
        if said < 0.6:
            change = "reached" if said < 0.52 else "not_reached"
            events.append(_event(name, change, at + wait + timedelta(hours=2), "person", "filled"))
    elif state == "could_not":
        events.append(_event(name, state, at + wait, "staff", "officer", draw.choice(_REASONS)))
    else:
        events.append(_event(name, state, at + wait, "person", "filled"))
    row = {
        "id": name,
        "reference": name[-8:],
        "prison_id": PRISON,
        "person_id": "filled",
        "first_name": "Filled",
        "wing": wing,
        "landing": f"{wing}1",
        "cell": f"{wing}1-01",
        "kind": draw.choice(_KINDS),
        "role": "",
        "state": state,
        "urgency": 0,
        "asked_at": at,
        "due_at": at + timedelta(hours=1),
        "changed_at": at + wait,
        "times_asked": 1,
        "escalated_to": "",
        "missed_at": at + timedelta(hours=1) if wait > timedelta(hours=1) else None,
        "version": 1,
    }
    return row, events


def _event(name: str, change: str, at: datetime, kind: str, actor: str, reason: str = "") -> dict[str, Any]:
    return {
        "request_id": name,
        "at": at,
        "change": change,
        "start": None,
        "end": "waiting",
        "actor_kind": kind,
        "actor_id": actor,
        "reason": reason,
        "offered": "",
        "note": "",
    }


def _person() -> dict[str, Any]:
    return {
        "id": "filled",
        "prison_id": PRISON,
        "number": "FILLED1",
        "first_name": "Filled",
        "wing": "A",
        "landing": "A1",
        "cell": "A1-01",
        "pin_hash": "",
        "language": "en",
        "failed_pins": 0,
        "active": True,
    }
