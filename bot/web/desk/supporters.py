"""Listeners and other peer supporters: who they are, their roles, and suspending one at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import care, duty, swaps
from bot.people.model import PeerRole, Person, Supporter
from bot.queue import offers, service
from bot.queue.model import State
from bot.safety.whereabouts import of_request
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.own_word import own_word
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.supporter_rules import BadRules, RuleChoices, RulesOf, choices, rules_of, with_rules

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SupporterRow:
    id: str
    first_name: str
    number: str
    cell: str
    roles: str
    role_ids: tuple[str, ...]
    state: str
    on_duty: bool
    suspended: bool
    held: int
    away: str
    rules: RulesOf


@dataclass(frozen=True, kw_only=True)
class SupportersPage(Page):
    rows: tuple[SupporterRow, ...]
    roles: tuple[Choice, ...]
    number: str
    rules: RuleChoices


@router.get("/supporters")
def show(desk: DeskHere, caller: SignedIn) -> Response:
    return _answer(desk, caller, 200)


@router.post("/supporters")
def make_supporter(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    """Somebody already in the prison gets roles. The training behind them is the prison's to check."""
    number, roles = sent.text("number", 64).upper(), _roles(desk, sent)
    if not roles:
        return _answer(desk, caller, 400, desk.wording.say("error_roles"), number)
    prison_id, now = caller.staff.prison_id, desk.product.now()
    with desk.product.database.writing() as work:
        person = work.persons.find_by_number(prison_id, number)
        known = person is not None and caller.sees(person.prison_id, person.place.wing)
        if person is not None and known:
            current = work.supporters.get(person.id) or Supporter(person.id, prison_id, roles)
            _put(desk, work, replace(current, roles=roles))
            work.audit.put(prison_id, caller.staff.id, "supporter_roles_set", person.id, now)
    if not known:
        return _answer(desk, caller, 404, desk.wording.say("error_no_such_person"), number)
    return RedirectResponse("/supporters", status_code=303)


@router.post("/supporters/{person_id}/{change}")
def change(desk: DeskHere, caller: SignedIn, person_id: Id, change: str, sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()
    there: list[str] = []
    with desk.product.database.writing() as work:
        # The order of locks is request, then supporter.
        held = work.requests.held_by(person_id)
        supporter = _seen_by(caller, work, person_id)
        match change:
            case "suspend":
                duty.suspend(work, person_id, staff.id, suspended=True, now=now)
                # Whoever waits for this supporter must not wait for nobody.
                service.release_all_of(work, person_id, caller.actor, deadlines=desk.product.prison, now=now)
                swaps.end_all_of(work, person_id, now=now)
                spots = [of_request(each) for each in held if each.state is State.WITH_PERSON]
                there = [own_word(desk, work, spots).cell(spot) for spot in spots]
            case "restore":
                duty.suspend(work, person_id, staff.id, suspended=False, now=now)
            case "off_duty":
                duty.set_duty(work, person_id, on=False, now=now)
                offers.left(work, person_id, prison=desk.product.prison, now=now)
                work.audit.put(staff.prison_id, staff.id, "supporter_off_duty", person_id, now)
            case "matching":
                try:
                    _put(desk, work, with_rules(desk, supporter, sent))
                except BadRules:
                    cap = desk.product.prison.help.load_cap
                    return _page(desk, caller, work, 400, desk.wording.say("error_matching", cap=cap))
                work.audit.put(staff.prison_id, staff.id, "supporter_matching_set", person_id, now)
            case "roles" if _roles(desk, sent):
                _put(desk, work, replace(supporter, roles=_roles(desk, sent)))
                work.audit.put(staff.prison_id, staff.id, "supporter_roles_set", person_id, now)
            case "roles":
                return _page(desk, caller, work, 400, desk.wording.say("error_roles"))
            case _:
                raise NotFound
    log.info("supporter.changed", person_id=person_id, change=change, staff_id=staff.id)
    if there:
        # Said at once to whoever pressed: the product knows where the supporter was a moment ago.
        said = desk.wording.say("supporters_suspended_there", cells=", ".join(there))
        return _answer(desk, caller, 200, said)
    return RedirectResponse("/supporters", status_code=303)


def _put(desk: Desk, work: UnitOfWork, supporter: Supporter) -> None:
    """Another role, wing, language or date: what does not fit any more is withdrawn, and others are asked."""
    prison, now = desk.product.prison, desk.product.now()
    work.supporters.put(supporter)
    offers.left(work, supporter.person_id, prison=prison, now=now)
    work.requests.look_again(supporter.prison_id, now)


def _seen_by(caller: Caller, work: UnitOfWork, person_id: str) -> Supporter:
    person, supporter = work.persons.get(person_id), work.supporters.get(person_id)
    if person is None or supporter is None or not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
    return supporter


def _roles(desk: Desk, sent: Sent) -> tuple[PeerRole, ...]:
    """Those that were ticked and that this prison has, in the prison's order."""
    ticked = sent.many("role")
    return tuple(role for role in desk.product.prison.peer_roles if role.value in ticked)


def _answer(desk: Desk, caller: Caller, status: int, notice: str = "", number: str = "") -> Response:
    with desk.product.database.reading() as work:
        return _page(desk, caller, work, status, notice, number)


def _page(
    desk: Desk, caller: Caller, work: UnitOfWork, status: int, notice: str = "", number: str = ""
) -> Response:
    people = {person.id: person for person in work.persons.list_of(caller.staff.prison_id)}
    page = SupportersPage(
        desk=desk,
        shell=shell_for(desk, caller, "supporters", work=work),
        notice=notice,
        rows=tuple(_rows(desk, caller, work, people)),
        roles=tuple(
            Choice(role.value, desk.wording.role(role.value)) for role in desk.product.prison.peer_roles
        ),
        number=number,
        rules=choices(desk),
    )
    return desk.pages.answer("desk/supporters.html", page, status)


def _rows(desk: Desk, caller: Caller, work: UnitOfWork, people: dict[str, Person]) -> Iterable[SupporterRow]:
    found = [
        (people[supporter.person_id], supporter)
        for supporter in work.supporters.list_of(caller.staff.prison_id)
        if supporter.person_id in people
    ]
    for person, supporter in sorted(found, key=lambda pair: (not pair[1].on_duty, pair[0].place.cell)):
        if caller.sees(person.prison_id, person.place.wing):
            yield _row(desk, work, person, supporter)


def _row(desk: Desk, work: UnitOfWork, person: Person, supporter: Supporter) -> SupporterRow:
    suspended = supporter.suspended_at is not None
    state = "suspended" if suspended else "on_duty" if supporter.on_duty else "off_duty"
    return SupporterRow(
        id=person.id,
        first_name=person.first_name,
        number=person.number,
        cell=person.place.cell,
        roles=", ".join(desk.wording.role(role.value) for role in supporter.roles),
        role_ids=tuple(role.value for role in supporter.roles),
        state=desk.wording.say(f"supporter_{state}"),
        on_duty=supporter.on_duty,
        suspended=suspended,
        held=work.requests.count_held_by(person.id),
        away="" if suspended else _away(desk, supporter),
        rules=rules_of(supporter),
    )


def _away(desk: Desk, supporter: Supporter) -> str:
    """Why nothing is offered to somebody on duty: a break, or a rest after a hard contact."""
    now = desk.product.now()
    if supporter.paused_at is not None:
        return desk.wording.say("supporters_paused")
    if supporter.rest_until is not None and care.is_resting(supporter, now):
        return desk.wording.say("supporters_rests", until=desk.wording.clock(supporter.rest_until, now))
    return ""
