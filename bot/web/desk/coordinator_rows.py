"""The lines of the page for whoever looks after supporters. No line counts what a supporter has done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.people.care import DebriefState
from bot.people.model import Person
from bot.people.swaps import SwapState
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk

People = Mapping[str, Person]
# A report that was closed stays in sight for so long.
_CLOSED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class DebriefRow:
    id: str
    first_name: str
    cell: str
    waited: str
    for_branch: bool
    arranged: bool


@dataclass(frozen=True)
class ReportRow:
    """Who and when. The words are on a page of their own, and each look at them is in the audit."""

    id: str
    first_name: str
    cell: str
    at: str
    state: str
    is_new: bool


@dataclass(frozen=True)
class SwapRow:
    id: str
    when: str
    role: str
    asker: str
    taker: str


@dataclass(frozen=True)
class ApplicationRow:
    """`next_step` is empty when all steps are done: then a yes may be said."""

    id: str
    first_name: str
    cell: str
    role: str
    asked: str
    done: int
    progress: str
    next_step: str


@dataclass(frozen=True)
class LetterRow:
    id: str
    first_name: str
    cell: str
    asked: str


def debriefs(desk: Desk, caller: Caller, work: UnitOfWork, people: People) -> tuple[DebriefRow, ...]:
    now = desk.product.now()
    return tuple(
        DebriefRow(
            id=each.id,
            first_name=people[each.person_id].first_name,
            cell=people[each.person_id].place.cell,
            waited=desk.wording.waited(now - each.asked_at),
            for_branch=each.for_branch,
            arranged=each.state is DebriefState.ARRANGED,
        )
        for each in work.debriefs.open_in(caller.staff.prison_id)
        if each.person_id in people
    )


def reports(desk: Desk, caller: Caller, work: UnitOfWork, people: People) -> tuple[ReportRow, ...]:
    now = desk.product.now()
    found = []
    for each in work.pressure.list_of(caller.staff.prison_id, now - _CLOSED_FOR):
        if each.person_id in people:
            person = people[each.person_id]
            state = "closed" if each.closed_at else "seen" if each.seen_at else "new"
            at, said = desk.wording.clock(each.at, now), desk.wording.say(f"pressure_state_{state}")
            found.append(
                ReportRow(each.id, person.first_name, person.place.cell, at, said, each.seen_at is None)
            )
    return tuple(found)


def swaps(desk: Desk, caller: Caller, work: UnitOfWork, people: People) -> tuple[SwapRow, ...]:
    """Those on which two agreed. The asker's wing decides who of staff sees it."""
    found = []
    for each in work.swaps.open_in(caller.staff.prison_id):
        if each.state is SwapState.AGREED and each.asker_id in people and each.taken_by is not None:
            taker = work.persons.get(each.taken_by)
            found.append(
                SwapRow(
                    id=each.id,
                    when=f"{each.day:%a %-d %b}, {each.turn}",
                    role=desk.wording.role(each.role.value),
                    asker=_named(people[each.asker_id]),
                    taker=_named(taker) if taker else "",
                )
            )
    return tuple(found)


def applications(desk: Desk, caller: Caller, work: UnitOfWork, people: People) -> tuple[ApplicationRow, ...]:
    now, say = desk.product.now(), desk.wording.say
    found = []
    for each in work.applications.open_in(caller.staff.prison_id):
        if each.person_id not in people:
            continue
        steps, person = desk.product.prison.help.steps_to(each.role), people[each.person_id]
        # The prison's file may have fewer steps than when this began.
        done = min(each.step, len(steps))
        found.append(
            ApplicationRow(
                id=each.id,
                first_name=person.first_name,
                cell=person.place.cell,
                role=desk.wording.role(each.role.value),
                asked=desk.wording.clock(each.asked_at, now),
                done=each.step,
                progress=say("application_progress", done=done, all=len(steps)),
                next_step=steps[done] if done < len(steps) else "",
            )
        )
    return tuple(found)


def letters(desk: Desk, caller: Caller, work: UnitOfWork, people: People) -> tuple[LetterRow, ...]:
    now = desk.product.now()
    return tuple(
        LetterRow(
            id=each.id,
            first_name=people[each.person_id].first_name,
            cell=people[each.person_id].place.cell,
            asked=desk.wording.clock(each.asked_at, now),
        )
        for each in work.letters.open_in(caller.staff.prison_id)
        if each.person_id in people
    )


def _named(person: Person) -> str:
    return f"{person.first_name}, {person.place.cell}"
