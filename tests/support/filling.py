"""People in a store, and a store with a row in every table."""

from datetime import timedelta

from bot.learning import service as learning
from bot.learning.scrub import Known
from bot.people import desk, duty, tablets
from bot.people.model import Person
from bot.queue import service as queue
from bot.queue.model import Kind
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from tests.support.builders import (
    CELL,
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_person,
    a_staff_member,
    a_supporter,
    a_verdict,
)
from tests.support.editions import an_edition
from tests.support.fake_people import PlainHasher


def add_people(database: Database) -> Person:
    """Sam and Ali in cells, Lee and Mo as Listeners on duty, one officer. Gives Sam back."""
    with database.writing() as work:
        for name in ("sam", "ali", "lee", "mo"):
            work.persons.add(a_person(name))
        for name in ("lee", "mo"):
            work.supporters.put(a_supporter(name))
        work.staff.add(a_staff_member())
    return a_person()


def fill_every_table(database: Database) -> None:
    """By the product's own services, so that the rows are such as it writes."""
    sam, prison, hasher = add_people(database), PlainPrison(), PlainHasher()
    with database.writing() as work:
        code = tablets.make_code(work, PRISON, CELL, "officer", now=NOW)
        device = tablets.enrol(work, PRISON, code, now=NOW).device
        tablets.sign_in(work, device, sam.number, "2468", hasher, now=NOW)
        desk.sign_in(work, PRISON, "officer", "a password", hasher, now=NOW)
        request = queue.ask(work, sam, Kind.LISTENER, deadlines=prison, now=NOW)
        queue.accept(work, request.id, "lee", now=NOW)
        duty.suspend(work, "mo", "officer", suspended=True, now=NOW)
        arrival = Arrival(sam.id, device.id, "cant do this no more", "form")
        received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=prison, now=NOW)
        assert received.message.record_id is not None
        work.feedback.count(PRISON, "visits", NOW.date(), helped=True)
        missed = learning.Missed("ali", PRISON, "wen is da ting", "en", (), a_verdict(Level.NONE))
        assert learning.keep(work, missed, Known(), day=NOW.date())
        assert work.editions.add(an_edition())
        later = NOW + timedelta(minutes=1)
        review.acknowledge(work, received.message.record_id, STAFF, prison_id=PRISON, now=later)
