"""A demonstration prison's people: made up, and only ever put into a database in demo mode."""

import uuid
from dataclasses import dataclass

from bot.bootstrap import Product
from bot.people.model import PeerRole, Person, Place, Staff, StaffRole, Supporter
from bot.store.unit_of_work import UnitOfWork

# Known to everybody who reads this, which is why production refuses to seed.
PIN = "2468"
PASSWORD = "demonstration"  # noqa: S105 - said above


@dataclass(frozen=True)
class DemoPerson:
    number: str
    first_name: str
    place: Place
    roles: tuple[PeerRole, ...] = ()


PEOPLE = (
    DemoPerson("A1001AA", "Sam", Place("A", "A2", "A2-14")),
    DemoPerson("A1002AA", "Ali", Place("B", "B1", "B1-03")),
    DemoPerson("A1003AA", "Lee", Place("A", "A1", "A1-02"), (PeerRole.LISTENER,)),
    DemoPerson("A1004AA", "Mo", Place("B", "B2", "B2-07"), (PeerRole.LISTENER,)),
    DemoPerson("A1005AA", "Jo", Place("A", "A1", "A1-09"), (PeerRole.INSIDER, PeerRole.PID)),
)
STAFF: dict[str, tuple[str, tuple[StaffRole, ...]]] = {
    "wing": ("Wing officer", (StaffRole.WING,)),
    "night": ("Orderly officer", (StaffRole.ORDERLY,)),
    "safer": ("Safer custody", (StaffRole.SAFER_CUSTODY,)),
    "manager": ("Manager", (StaffRole.MANAGER,)),
    "admin": ("Administrator", (StaffRole.ADMIN,)),
}


def seed(product: Product) -> bool:
    """Puts the demonstration's people in, once. Returns False when they are there already."""
    prison_id = product.prison.id
    with product.database.writing() as work:
        if work.staff.find_by_username(prison_id, "wing") is not None:
            return False
        pin_hash, password_hash = product.hasher.hash(PIN), product.hasher.hash(PASSWORD)
        for demo in PEOPLE:
            _add_person(work, prison_id, demo, pin_hash)
        for username, (name, roles) in STAFF.items():
            work.staff.add(Staff(uuid.uuid4().hex, prison_id, username, name, password_hash, roles))
    return True


def _add_person(work: UnitOfWork, prison_id: str, demo: DemoPerson, pin_hash: str) -> None:
    person = Person(uuid.uuid4().hex, prison_id, demo.number, demo.first_name, demo.place, pin_hash)
    work.persons.add(person)
    if demo.roles:
        work.supporters.put(Supporter(person.id, prison_id, demo.roles))
