"""What was asked of the safety log in the address: filters that go together, and where the page begins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from bot.safety.finding import Mark, Step, Wanted
from bot.safety.message import storable
from bot.safety.model import Level, Risk
from bot.safety.review import Outcome
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, wings_of

_NAMES = (
    *("state", "level", "risk", "wing", "number"),
    *("since", "until", "outcome", "reviewer", "overdue"),
)
_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True)
class Asked:
    """`typed` is as it stands in the form; `wrong` is the sentence about what cannot be understood."""

    typed: Mapping[str, str]
    wanted: Wanted
    after: Mark | None = None
    wrong: str = ""

    def address(self, path: str, mark: Mark | None = None) -> str:
        """This page, or the one that goes on behind a mark."""
        given = {name: value for name, value in self.typed.items() if value}
        if mark is not None:
            given["after"] = f"{mark.rank}~{mark.at.isoformat()}~{mark.id}"
        return f"{path}?{urlencode(given)}" if given else path


@dataclass(frozen=True)
class Choices:
    states: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    wings: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]
    reviewers: tuple[Choice, ...]


def asked_of(desk: Desk, caller: Caller, work: UnitOfWork, query: Mapping[str, str]) -> Asked:
    """Raises nothing: what is wrong is said on the page, and nothing is listed by half a question."""
    typed = {name: storable(query.get(name, "")[:64]) for name in _NAMES}
    staff = caller.staff
    wanted = Wanted(staff.prison_id, staff.wings)
    asked = Asked(typed, wanted, _mark(query.get("after", "")))
    for step in (_with_lists, _with_wing, _with_person, _with_times):
        asked = step(desk, caller, work, asked)
    return asked


def _with_lists(desk: Desk, caller: Caller, work: UnitOfWork, asked: Asked) -> Asked:
    typed = asked.typed
    wanted = replace(
        asked.wanted,
        step=_member(Step, typed["state"]),
        level=_member(Level, typed["level"]),
        risk=_member(Risk, typed["risk"]),
        outcome=typed["outcome"] if typed["outcome"] in set(Outcome) else "",
        reviewer_id=typed["reviewer"],
        overdue=typed["overdue"] == "yes",
    )
    read = (
        (typed["state"], wanted.step),
        (typed["level"], wanted.level),
        (typed["risk"], wanted.risk),
        (typed["outcome"], wanted.outcome or None),
    )
    if any(given and found is None for given, found in read):
        return _refused(asked, desk.wording.say("error_filter"))
    return replace(asked, wanted=wanted)


def _with_wing(desk: Desk, caller: Caller, work: UnitOfWork, asked: Asked) -> Asked:
    wing = asked.typed["wing"]
    if not wing:
        return asked
    if not caller.sees(caller.staff.prison_id, wing):
        return _refused(asked, desk.wording.say("error_filter_wing"))
    return replace(asked, wanted=replace(asked.wanted, wings=(wing,)))


def _with_person(desk: Desk, caller: Caller, work: UnitOfWork, asked: Asked) -> Asked:
    number = asked.typed["number"].upper()
    if not number:
        return asked
    person_id = work.persons.id_of(caller.staff.prison_id, number)
    if person_id is None:
        return _refused(asked, desk.wording.say("error_filter_person", number=number))
    return replace(asked, wanted=replace(asked.wanted, person_id=person_id))


def _with_times(desk: Desk, caller: Caller, work: UnitOfWork, asked: Asked) -> Asked:
    since, until = (_moment(desk, asked.typed[name]) for name in ("since", "until"))
    if until is not None and len(asked.typed["until"]) == len("2026-11-30"):
        # A day is meant as a whole.
        until += timedelta(days=1)
    given = [name for name in ("since", "until") if asked.typed[name]]
    if len(given) != sum(moment is not None for moment in (since, until)):
        return _refused(asked, desk.wording.say("error_filter_time"))
    if since is not None and until is not None and until <= since:
        return _refused(asked, desk.wording.say("error_filter_order"))
    return replace(asked, wanted=replace(asked.wanted, since=since, until=until))


def _refused(asked: Asked, wrong: str) -> Asked:
    """The first thing that is wrong is the one that is said."""
    return replace(asked, wrong=asked.wrong or wrong)


def _moment(desk: Desk, text: str) -> datetime | None:
    """The prison's own time, as it is typed."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Beyond these years no database, and no clock of a prison, could follow.
    known = found.tzinfo is None and 2000 <= found.year < 2200
    return found.replace(tzinfo=desk.product.prison.zone) if known else None


def _mark(text: str) -> Mark | None:
    rank, _, rest = text.partition("~")
    at, _, record_id = rest.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        number = int(rank)
    except ValueError:
        return None
    if moment.tzinfo is None or not 0 <= number < 3 or not record_id.isalnum() or len(record_id) > 32:
        return None
    return Mark(moment, record_id, number)


def _member(kind: type[_E], value: str) -> _E | None:
    return next((item for item in kind if item.value == value), None)


def choices_of(desk: Desk, caller: Caller, work: UnitOfWork) -> Choices:
    say = desk.wording.say
    names = work.staff.names(caller.staff.prison_id)
    who = [
        Choice(each, names.get(each, say("who_staff")))
        for each in work.reviews.reviewers(caller.staff.prison_id)
    ]
    return Choices(
        states=tuple(Choice(step.value, say(f"filter_state_{step.value}")) for step in Step),
        levels=tuple(
            Choice(level.value, say(f"level_{level.value}"))
            for level in (Level.EMERGENCY, Level.URGENT, Level.CONCERN)
        ),
        risks=tuple(Choice(risk.value, say(f"risk_{risk.value}")) for risk in Risk),
        wings=tuple(Choice(wing, wing) for wing in wings_of(caller, desk.product)),
        outcomes=tuple(Choice(each.value, say(f"outcome_{each.value}")) for each in Outcome),
        reviewers=tuple(sorted(who, key=lambda choice: choice.label)),
    )
