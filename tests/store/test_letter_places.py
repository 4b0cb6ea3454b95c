"""A place that leaves the house says of itself what the desk says: the own word, and another cell."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import Product
from bot.content import load_texts
from bot.notices.carrier import Carrier
from bot.notices.letter import Writer
from bot.notices.model import Outgoing
from bot.notices.post import Post
from bot.notices.routes import EVERYTHING, Route
from bot.people.model import Device, Person, Place
from bot.people.single_sign_on import NOWHERE
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.settings import ROOT
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, STAFF, a_verdict
from tests.support.worker import Clock, a_product

PLACE = "Wing A, landing A2, cell A2-14."
OWN = "The person said this cell. Nobody has checked it."
ELSEWHERE = "The person is now known in another cell: wing B, landing B1, cell B1-09."
ELSEWHERE_OWN = (
    "The person now says another cell: wing B, landing B1, cell B1-09. Nobody has checked that one."
)
OTHER = Place("B", "B1", "B1-09")
TEXTS = load_texts(ROOT / "content" / "desk")


@dataclass
class FakeMail:
    """Takes what it is given."""

    route: Route
    name: str = "mail"
    follows: bool = False
    taken: list[Outgoing] = field(default_factory=list)

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        self.taken.append(outgoing)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(database: Database, clock: Clock) -> Product:
    return a_product(database, clock)


def _save(product: Product, person: Person) -> Person:
    with product.database.writing() as work:
        work.persons.save(person)
    return person


def _alarm(product: Product, person: Person) -> str:
    with product.database.writing() as work:
        arrival = Arrival(person.id, "tablet", "cant do this no more", f"form {product.now()}")
        verdict = a_verdict(Level.EMERGENCY)
        received = intake.receive(work, arrival, verdict, prison=product.prison, now=product.now())
    assert received.message.record_id is not None
    return received.message.record_id


def _letter(product: Product, route: Route | None = None) -> list[str]:
    """The lines of the one letter that leaves now."""
    mail = FakeMail(route or Route(place=True))
    Post(product, [mail]).hand_out()
    carrier = Carrier(product, mail, lambda: 0.5)
    while carrier.carry_one():
        pass
    (outgoing,) = mail.taken
    writer = Writer(TEXTS, "HMP Oakmoor", ZoneInfo("Europe/London"), "https://desk")
    return list(writer.write(outgoing).lines)


def _after_the_place(lines: list[str]) -> list[str]:
    """What stands between the place and the link."""
    begin = lines.index(PLACE)
    end = next(n for n, line in enumerate(lines) if line.startswith("The record on the desk"))
    return lines[begin + 1 : end]


def _said(product: Product, sam: Person) -> Person:
    """As the single sign-on writes it down: the cell, and that the person said it."""
    with product.database.writing() as work:
        work.audit.put(sam.prison_id, "", "cell_said_by_person", sam.id, product.now())
    return _save(product, replace(sam, cell_said_at=product.now()))


def test_a_cell_that_staff_know_stands_by_itself(product: Product, sam: Person) -> None:
    _alarm(product, sam)

    assert _after_the_place(_letter(product)) == []


def test_a_cell_that_the_person_said_is_called_so(product: Product, sam: Person) -> None:
    _alarm(product, _said(product, sam))

    assert _after_the_place(_letter(product)) == [OWN]


def test_checked_before_the_letter_leaves_it_is_a_cell_that_staff_know(product: Product, sam: Person) -> None:
    _alarm(product, _said(product, sam))
    _save(product, replace(sam, cell_said_at=None))

    assert _after_the_place(_letter(product)) == []


def test_who_is_known_in_another_cell_by_then_is_said_to_be(product: Product, sam: Person) -> None:
    _alarm(product, sam)
    _save(product, replace(sam, place=OTHER))

    assert _after_the_place(_letter(product)) == [ELSEWHERE]


def test_another_cell_that_nobody_has_checked_is_called_so(product: Product, sam: Person) -> None:
    _alarm(product, sam)
    _save(product, replace(sam, place=OTHER, cell_said_at=NOW))

    assert _after_the_place(_letter(product)) == [ELSEWHERE_OWN]


def test_the_old_cell_stays_the_own_word_when_the_person_signs_in_elsewhere(
    product: Product, sam: Person, clock: Clock
) -> None:
    said = _said(product, sam)
    clock.at += timedelta(minutes=1)
    _alarm(product, said)
    clock.at += timedelta(minutes=1)
    with product.database.writing() as work:
        work.devices.add(Device("other", PRISON, OTHER, "token", "officer", clock.at))
    _save(product, replace(said, place=OTHER, cell_said_at=None))

    assert _after_the_place(_letter(product)) == [OWN, ELSEWHERE]


@pytest.mark.parametrize("changes", [{"place": NOWHERE}, {"place": OTHER, "active": False}])
def test_who_left_or_came_back_without_a_cell_is_known_nowhere_else(
    product: Product, sam: Person, changes: dict[str, object]
) -> None:
    _alarm(product, sam)
    _save(product, replace(sam, **changes))  # type: ignore[arg-type]

    assert _after_the_place(_letter(product)) == []


def test_once_somebody_has_checked_no_letter_names_another_cell(product: Product, sam: Person) -> None:
    record = _alarm(product, sam)
    with product.database.writing() as work:
        seen = review.Check(True, True, "fine")
        review.check(work, record, STAFF, seen, prison_id=PRISON, prison=product.prison, now=NOW)
    _save(product, replace(sam, place=OTHER))

    assert _after_the_place(_letter(product)) == []


def test_where_no_place_may_go_nothing_of_it_goes(product: Product, sam: Person) -> None:
    _alarm(product, _said(product, sam))
    _save(product, replace(sam, place=OTHER, cell_said_at=NOW))

    letter = "\n".join(_letter(product, EVERYTHING))

    assert "cell B1-09" not in letter
    assert "A2-14" not in letter
    assert OWN not in letter
    assert "another cell" not in letter
