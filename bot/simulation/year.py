"""A year of the simulated prison, by the minute at which something happens, under the product's own rules."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.queue.candidate import Candidate
from bot.queue.matching import Moment, who_fits
from bot.queue.model import Kind, Request, State, Urgency
from bot.simulation.draw import Draw
from bot.simulation.world import (
    CONTACTS_FOR_EACH_PERSON,
    FIRST_DAY,
    PRISON,
    Asking,
    Plan,
    helpers,
    place_of,
    time_of_day,
)

_START: Final = datetime.combine(FIRST_DAY, time(), UTC)
# When nobody fits it is looked at again; nobody waits for longer than this before giving up. Assumed.
_AGAIN: Final = timedelta(minutes=10)
_PATIENCE: Final = timedelta(hours=24)
# Shares of asking by hour, from 0 to 23. That evenings count most is published, the numbers are assumed.
_HOURS: Final = (5, 4, 3, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 3, 3, 3, 3, 5, 7, 9, 10, 9, 8, 7)


@dataclass(frozen=True)
class Waited:
    """`minutes` from asking to somebody being there; None for who gave up or was never met."""

    at: datetime
    minutes: int | None

    @property
    def at_night(self) -> bool:
        return time_of_day(self.at) == "night"


@dataclass(frozen=True)
class Outcome:
    plan: Plan
    waits: tuple[Waited, ...]
    contacts: tuple[int, ...]


def run(plan: Plan, seed: int) -> Outcome:
    """The same seed gives the same year, whatever the plan: the same people ask at the same moments."""
    return _Year(plan, Draw(seed)).run()


class _Year:
    def __init__(self, plan: Plan, draw: Draw) -> None:
        self._plan = plan
        self._draw = draw
        self._helpers = {each.supporter.person_id: each for each in helpers(plan, draw)}
        self._held = dict.fromkeys(self._helpers, 0)
        self._contacts = dict.fromkeys(self._helpers, 0)
        self._queue: list[tuple[datetime, int, str, Asking, str]] = []
        self._number = 0
        self._waits: list[Waited] = []

    def run(self) -> Outcome:
        for asking in askings(self._plan, self._draw):
            self._put(asking.at, "asked", asking)
        while self._queue:
            now, _, what, asking, who = heapq.heappop(self._queue)
            if what == "left":
                self._leave(now, asking, who)
            else:
                self._look(now, asking)
        return Outcome(self._plan, tuple(self._waits), tuple(self._contacts.values()))

    def _look(self, now: datetime, asking: Asking) -> None:
        """One offer after the other, as the queue makes them: who does not answer in time is passed over."""
        if now - asking.at > _PATIENCE:
            self._waits.append(Waited(asking.at, None))
            return
        when = time_of_day(now)
        night = when == "night"
        day = (now - _START).days
        moment = Moment(now, now.date(), when, self._plan.rules)
        found = who_fits(self._on_duty(day, night), _request(asking), moment)
        delay = timedelta()
        for each in found:
            person = each.supporter.person_id
            if self._draw.number("answers", asking.person, asking.at, person) < 0.85:
                if night and self._draw.number("unlock", now, asking.person) >= self._plan.unlocks:
                    break
                walk = 5 + self._draw.wait(20 if night else 10, "walk", asking.person, asking.at)
                self._meet(now + delay + timedelta(minutes=walk), asking, person)
                return
            delay += self._plan.rules.offer_for
        self._put(now + max(_AGAIN, delay), "again", asking)

    def _meet(self, at: datetime, asking: Asking, person: str) -> None:
        self._held[person] += 1
        self._contacts[person] += 1
        helper = self._helpers[person]
        helper.supporter = replace(helper.supporter, last_contact_at=at)
        self._waits.append(Waited(asking.at, -(-(at - asking.at) // timedelta(minutes=1))))
        self._put(at + asking.stays, "left", asking, person)

    def _leave(self, now: datetime, asking: Asking, person: str) -> None:
        self._held[person] -= 1
        if asking.hard:
            helper = self._helpers[person]
            helper.supporter = replace(helper.supporter, rest_until=now + self._plan.rules.rest)

    def _on_duty(self, day: int, night: bool) -> list[Candidate]:
        return [
            Candidate(each.supporter, each.place, held=self._held[person])
            for person, each in self._helpers.items()
            if (day, night) in each.on
        ]

    def _put(self, at: datetime, what: str, asking: Asking, who: str = "") -> None:
        self._number += 1
        heapq.heappush(self._queue, (at, self._number, what, asking, who))


def askings(plan: Plan, draw: Draw) -> Iterator[Asking]:
    """Requests by chance, so many in a year as published contacts, more in the evening."""
    a_day = plan.people * CONTACTS_FOR_EACH_PERSON * plan.demand / 365
    shares = [share / sum(_HOURS) for share in _HOURS]
    for day in range(plan.days):
        for hour, share in enumerate(shares):
            minute, number = 0.0, 0
            while True:
                minute += draw.wait(60 / (a_day * share), "ask", day, hour, number)
                if minute >= 60:
                    break
                who = int(draw.number("who", day, hour, number) * plan.people)
                at = _START + timedelta(days=day, hours=hour, minutes=minute)
                stays = timedelta(minutes=15 + draw.wait(40, "stays", day, hour, number))
                hard = draw.number("hard", day, hour, number) < 0.2
                yield Asking(at, f"person{who:04}", place_of(who), stays, hard)
                number += 1


def _request(asking: Asking) -> Request:
    return Request(
        id=asking.person,
        reference="",
        prison_id=PRISON,
        person_id=asking.person,
        first_name="",
        place=asking.place,
        kind=Kind.LISTENER,
        role="",
        state=State.WAITING,
        urgency=Urgency.NORMAL,
        asked_at=asking.at,
        due_at=asking.at,
        changed_at=asking.at,
    )
