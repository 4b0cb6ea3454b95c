"""The letter that a supporter asked for: to print, to sign, to give. Without asking there is none."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from bot.people import own_record
from bot.people.model import Person
from bot.people.own_record import LetterRequest, NoLetterAsked
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.coordinator import answer, to
from bot.web.desk.desk import Caller, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.shell import Page, shell_for

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class LetterPage(Page):
    id: str
    prison: str
    date: str
    lines: tuple[str, ...]


@router.get("/coordinator/letters/{letter_id}")
def show(desk: DeskHere, caller: SignedIn, letter_id: Id) -> Response:
    wording, now = desk.wording, desk.product.now()
    with desk.product.database.writing() as work:
        letter, person = _asked(caller, work, letter_id)
        supporter = work.supporters.find(person.id)
        spells, contacts = work.spells.of_person(person.id), work.checks.times_of(person.id)
        record = own_record.add_up(spells, contacts, now)
        roles = supporter.roles if supporter else ()
        lines = [
            wording.say(
                "letter_roles",
                name=person.first_name,
                number=person.number,
                roles=", ".join(wording.role(role.value) for role in roles),
            ),
            wording.say("letter_numbers", hours=record.hours, contacts=record.contacts),
        ]
        if record.since is not None:
            since = record.since.astimezone(desk.product.prison.zone)
            lines.insert(1, wording.say("letter_since", day=since.strftime("%-d %B %Y")))
        work.audit.put(person.prison_id, caller.staff.id, "letter_viewed", letter.id, now)
        page = LetterPage(
            desk=desk,
            shell=shell_for(desk, caller, "letter", work=work),
            id=letter.id,
            prison=desk.product.prison.name,
            date=now.astimezone(desk.product.prison.zone).strftime("%-d %B %Y"),
            lines=(*lines, wording.say("letter_thanks")),
        )
    return desk.pages.answer("desk/supporter_letter.html", page)


@router.post("/coordinator/letters/{letter_id}/given")
def give(desk: DeskHere, caller: SignedIn, letter_id: Id, sent: CheckedForm) -> Response:
    staff, now = caller.staff, desk.product.now()
    try:
        with desk.product.database.writing() as work:
            _asked(caller, work, letter_id)
            own_record.given(work, letter_id, staff.id, prison_id=staff.prison_id, now=now)
    except NoLetterAsked:
        return answer(desk, caller, notice=desk.wording.say("error_changed_meanwhile"), status=409)
    return to("given")


def _asked(caller: Caller, work: UnitOfWork, letter_id: str) -> tuple[LetterRequest, Person]:
    """Raises NotFound where nobody asked, or the supporter took it back, or it was given."""
    letter = work.letters.get_for_change(letter_id)
    person = work.persons.get(letter.person_id) if letter else None
    if letter is None or letter.done_at is not None or person is None:
        raise NotFound
    if not caller.sees(person.prison_id, person.place.wing):
        raise NotFound
    return letter, person
