"""People in a store, and a store with a row in every table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.learning import danger, votes
from bot.learning import service as learning
from bot.learning.danger_model import Proposal
from bot.learning.scrub import Known
from bot.learning.votes import Ballots
from bot.people import applying, care, desk, duty, hard_days, hold, own_record, pressure, swaps, tablets
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.lock_model import Emergency, HalfSignIn, Lock, Stage, Start, Tries
from bot.people.model import Actor, ActorKind, PeerRole, Person
from bot.people.rota import OFF, Span
from bot.queue import keep_apart
from bot.queue import service as queue
from bot.queue.model import Change, Kind
from bot.queue.rules import PLAIN_RULES
from bot.reports.counting import Local
from bot.reports.facts import Part
from bot.safety import feedback, intake, review
from bot.safety.feedback import Judged, Opinion
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store.database import Database
from bot.store.sealed import Sealer
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import (
    CELL,
    NOW,
    PRISON,
    STAFF,
    PlainPrison,
    a_delivery,
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
        _lock(work)
        request = queue.ask(work, sam, Kind.LISTENER, deadlines=prison, now=NOW)
        queue.accept(work, request.id, "lee", deadlines=prison, now=NOW)
        queue.move(work, request.id, Change.BEGUN, Actor(ActorKind.SUPPORTER, "lee"), now=NOW)
        duty.suspend(work, "mo", "officer", suspended=True, now=NOW)
        arrival = Arrival(sam.id, device.id, "cant do this no more", "form")
        received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=prison, now=NOW)
        assert received.message.record_id is not None
        work.feedback.count(PRISON, "visits", NOW.date(), helped=True)
        votes.cast(work, Ballots("secret").of(sam.id, PRISON, "visits", NOW.date()), helped=True)
        missed = learning.Missed("ali", PRISON, "wen is da ting", "en", (), a_verdict(Level.NONE))
        assert learning.keep(work, missed, Known(), day=NOW.date())
        work.editions.add(an_edition())
        work.deliveries.add(a_delivery())
        seal = Sealer.of("s" * 32)
        keep_apart.add(work, PRISON, "ali", "mo", "They fought", STAFF, seal=seal, now=NOW)
        assert work.deliveries.claim(PRISON, "webhook", NOW, timedelta(minutes=1))
        day = NOW.date() + timedelta(days=3)
        hard_days.mark(work, sam.id, DayKind.COURT, day, MarkedBy.PERSON, today=NOW.date(), now=NOW)
        _say_what_the_screen_was(work, received.message.record_id)
        _look_after_lee(work, sam)
        # Of a time from which nothing is: it stands, and keeps nothing.
        begun, over = datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 2, 1, tzinfo=UTC)
        hold.place(
            work,
            PRISON,
            a_person("mo").number,
            "An inquest",
            "officer",
            now=NOW,
            begins_at=begun,
            ends_at=over,
        )
        later = NOW + timedelta(minutes=1)
        review.acknowledge(
            work, received.message.record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=later
        )
    _let_mo_go(database)
    with database.writing() as work:
        assert work.alarms.follow(UTC)
        assert work.report_figures.follow(Local(UTC, lambda _: Part.UNLOCKED, timedelta(hours=12)))


def _let_mo_go(database: Database) -> None:
    """Somebody left, figures before a day are final, and the sealing of a table was looked after."""
    with database.writing() as work:
        work.persons.add(replace(a_person("gus"), active=False))
        assert work.retention.note_who_left(PRISON, NOW)
        work.retention.make_final(PRISON, date(2001, 1, 1))
        work.sealing.note("message", "an old key", [], done=False)


def _lock(work: UnitOfWork) -> None:
    """What locks an account, and what is under way."""
    work.locks.put(Lock("officer", issuer="https://provider.test", subject="officer"))
    work.half_sign_ins.add(HalfSignIn("half", "hash", "officer", Stage.CODE, NOW, NOW))
    work.tries.put(Tries("key", 1, NOW))
    work.provider_starts.add(Start("state", "browser", "nonce", "verifier", "desk", NOW))
    work.emergencies.add(Emergency("emergency", PRISON, "officer", ("manager",), "sealed", NOW, NOW))


def _look_after_lee(work: UnitOfWork, sam: Person) -> None:
    """A rota with a swap, a break in a time on duty, a hard contact, and what follows from it."""
    turn = Span(9 * 60, 12 * 60)
    work.rotas.put_week(PRISON, "lee", [(turn,)] * 7, NOW)
    tomorrow = NOW.date() + timedelta(days=1)
    work.rotas.put_exception("lee", tomorrow + timedelta(days=1), OFF, NOW)
    swaps.ask(work, ZoneInfo("Europe/London"), "lee", tomorrow, turn, asked_of=None, now=NOW)
    duty.set_duty(work, "lee", on=True, now=NOW)
    check = care.begin(work, "lee", now=NOW)
    care.say_felt(work, check.id, "lee", care.Felt.HARD, rules=PLAIN_RULES, now=NOW)
    care.say_talk(work, check.id, "lee", wants=True, now=NOW)
    pressure.report(work, PRISON, "lee", "sealed words", "form", now=NOW)
    applying.apply(work, sam, PeerRole.LISTENER, now=NOW)
    own_record.ask_for_letter(work, PRISON, "lee", now=NOW)


def _say_what_the_screen_was(work: UnitOfWork, record_id: str) -> None:
    """A mark, and the line that comes of it."""
    (entry,) = work.safety.entries_of(record_id)
    made = feedback.mark(work, entry.id, STAFF, Judged(Opinion.RIGHT), prison_id=PRISON, now=NOW)
    proposal = Proposal("cant do this no more", (), "en", made.level, made.risk)
    assert danger.propose(work, proposal, STAFF.id, Known(), prison_id=PRISON, day=NOW.date())
