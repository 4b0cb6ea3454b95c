"""The person behind a conversation: someone who is in this prison now, or nobody."""

from bot.people.model import Person
from bot.prison import Prison
from bot.store.unit_of_work import UnitOfWork


def find_person(work: UnitOfWork, person_id: str, prison: Prison) -> Person | None:
    """None for a sender who is no person here, such as the one in `rasa shell`."""
    person = work.people.get(person_id)
    if person is None or not person.active or person.prison_id != prison.id:
        return None
    return person


def lock_person(work: UnitOfWork, person_id: str, prison: Prison) -> Person | None:
    """The same, locked: what one person asks for at the same moment is done one after the other."""
    person = find_person(work, person_id, prison)
    return work.people.lock(person.id) if person else None
