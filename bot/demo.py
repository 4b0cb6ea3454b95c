"""A demonstration prison's people: made up, and only ever put into a database in demo mode."""

import uuid
from dataclasses import dataclass

from bot.bootstrap import Product
from bot.people.model import PeerRole, Person, Place, Staff, StaffRole, Supporter
from bot.prison import Prison
from bot.store.unit_of_work import UnitOfWork

# Known to everybody who reads this, which is why production refuses to seed.
PIN = "2468"
PASSWORD = "demonstration"  # noqa: S105 - said above


@dataclass(frozen=True)
class DemoPerson:
    number: str
    first_name: str
    roles: tuple[PeerRole, ...] = ()


PEOPLE = (
    DemoPerson("A1001AA", "Sam"),
    DemoPerson("A1002AA", "Ali"),
    DemoPerson("A1003AA", "Lee", (PeerRole.LISTENER,)),
    DemoPerson("A1004AA", "Mo", (PeerRole.LISTENER,)),
    DemoPerson("A1005AA", "Jo", (PeerRole.INSIDER, PeerRole.PID)),
)
# Wing, landing and cell of each, in the same order.
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "oakmoor": (
        ("A", "A2", "A2-14"),
        ("B", "B1", "B1-03"),
        ("A", "A1", "A1-02"),
        ("B", "B2", "B2-07"),
        ("A", "A1", "A1-09"),
    ),
    "fernhill": (
        ("Ash", "Ash2", "ASH2-14"),
        ("Birch", "Birch1", "BIRCH1-03"),
        ("Ash", "Ash1", "ASH1-02"),
        ("Cherry", "Cherry1", "CHERRY1-07"),
        ("Nursery", "Nursery1", "NURSERY1-01"),
    ),
    "larkmere": (
        ("North", "North2", "NORTH2-14"),
        ("South", "South1", "SOUTH1-03"),
        ("North", "North1", "NORTH1-02"),
        ("Pods", "Pods1", "PODS1-07"),
        ("South", "South2", "SOUTH2-09"),
    ),
}
STAFF: dict[str, tuple[str, tuple[StaffRole, ...]]] = {
    "wing": ("Wing officer", (StaffRole.WING,)),
    "night": ("Orderly officer", (StaffRole.ORDERLY,)),
    "safer": ("Safer custody", (StaffRole.SAFER_CUSTODY,)),
    "manager": ("Manager", (StaffRole.MANAGER,)),
    "admin": ("Administrator", (StaffRole.ADMIN,)),
    "dpo": ("Data protection officer", (StaffRole.DATA_PROTECTION,)),
}


def seed(product: Product) -> bool:
    """Puts the demonstration's people in, once. Returns False when they are there already."""
    prison = product.prison
    with product.database.writing() as work:
        if work.staff.find_by_username(prison.id, "wing") is not None:
            return False
        pin_hash, password_hash = product.hasher.hash(PIN), product.hasher.hash(PASSWORD)
        for demo, place in zip(PEOPLE, places_in(prison), strict=True):
            _add_person(work, prison, demo, place, pin_hash)
        for username, (name, roles) in STAFF.items():
            work.staff.add(Staff(uuid.uuid4().hex, prison.id, username, name, password_hash, roles))
    return True


def places_in(prison: Prison) -> tuple[Place, ...]:
    """A place for each of the people; in a prison of one's own, all on its first landing."""
    if prison.id in PLACES:
        return tuple(prison.place(*place) for place in PLACES[prison.id])
    wing, landings = next(iter(prison.wings.items()))
    return tuple(prison.place(wing, landings[0], str(number + 1)) for number in range(len(PEOPLE)))


def _add_person(work: UnitOfWork, prison: Prison, demo: DemoPerson, place: Place, pin_hash: str) -> None:
    person = Person(uuid.uuid4().hex, prison.id, demo.number, demo.first_name, place, pin_hash)
    work.persons.add(person)
    offered = tuple(role for role in demo.roles if role in prison.peer_roles)
    if offered:
        work.supporters.put(Supporter(person.id, prison.id, offered))
