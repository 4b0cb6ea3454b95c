"""What is kept about supporters: once each, refused where rules break, forgotten when its time is over."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.people import applying, care, duty, own_record, pressure
from bot.people.applying import Application, ApplicationState
from bot.people.care import Check, Debrief, DebriefState, Felt, Step
from bot.people.model import PeerRole, Person
from bot.people.own_record import LetterRequest, OwnRecord
from bot.people.pressure import PressureReport
from bot.queue.matching import cap_of
from bot.queue.rules import PLAIN_RULES, HelpRules
from bot.store.database import Database
from bot.store.unit_of_work import UnitOfWork
from bot.worker import Worker
from tests.support.builders import NOW, PRISON
from tests.support.worker import Clock, a_product

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = ("Ask.", "Meet.")


def do(database: Database, deed: Callable[[UnitOfWork], object]) -> object:
    with database.writing() as work:
        return deed(work)


def count(database: Database, table: str) -> int:
    with database.session() as session:
        return session.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0


def after_contact(database: Database, felt: Felt, rules: HelpRules = PLAIN_RULES) -> Check:
    with database.writing() as work:
        check = care.begin(work, "lee", now=NOW)
        return care.say_felt(work, check.id, "lee", felt, rules=rules, now=NOW)


# -- care


@pytest.mark.parametrize(
    ("felt", "step", "rests"),
    [(Felt.ALL_RIGHT, Step.REST, False), (Felt.HEAVY, Step.REST, False), (Felt.HARD, Step.TALK, True)],
)
def test_how_it_was_decides_what_is_asked_next_and_whether_rest_is_given(
    database: Database, sam: Person, felt: Felt, step: Step, rests: bool
) -> None:
    check = after_contact(database, felt)

    with database.reading() as work:
        kept, lee = work.checks.find("lee", check.id), work.supporters.find("lee")
    assert kept == check
    assert check.step is step
    assert lee is not None
    assert (lee.rest_until == NOW + PLAIN_RULES.rest) is rests


def test_a_rest_that_runs_is_never_made_shorter(database: Database, sam: Person) -> None:
    after_contact(database, Felt.HARD, HelpRules(rest=timedelta(hours=48)))
    after_contact(database, Felt.HARD)

    with database.reading() as work:
        lee = work.supporters.find("lee")
    assert lee is not None
    assert lee.rest_until == NOW + 48 * HOUR


def test_two_answers_at_once_to_one_question_are_one(database: Database, sam: Person) -> None:
    check = do(database, lambda work: care.begin(work, "lee", now=NOW))
    assert isinstance(check, Check)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def answer(felt: Felt) -> None:
        together.wait()
        try:
            with database.writing() as work:
                care.say_felt(work, check.id, "lee", felt, rules=PLAIN_RULES, now=NOW)
            outcomes.append("kept")
        except care.NotYourCheck:
            outcomes.append("too late")

    threads = [threading.Thread(target=answer, args=(felt,)) for felt in (Felt.ALL_RIGHT, Felt.HARD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept", "too late"]


@pytest.mark.parametrize(("cap", "rest"), [(3, None), (0, None), (None, 11), (None, 24 * 15)])
def test_ones_own_limits_stay_within_the_prisons_rules(
    database: Database, sam: Person, cap: int | None, rest: int | None
) -> None:
    with pytest.raises(care.BeyondRules), database.writing() as work:
        care.set_limits(work, "lee", cap=cap, rest_hours=rest, rules=PLAIN_RULES)

    with database.reading() as work:
        lee = work.supporters.find("lee")
    assert lee is not None
    assert (lee.own_cap, lee.own_rest_hours, cap_of(lee, PLAIN_RULES)) == (None, None, 2)


def test_a_talk_is_asked_for_once_and_waits_in_turn(database: Database, sam: Person) -> None:
    first = do(database, lambda work: care.ask_to_talk(work, "lee", now=NOW))
    again = do(database, lambda work: care.ask_to_talk(work, "lee", now=NOW + HOUR))
    do(database, lambda work: care.ask_to_talk(work, "mo", now=NOW - HOUR))
    assert isinstance(first, Debrief)

    with database.writing() as work:
        care.settle(work, first.id, "officer", DebriefState.ARRANGED, prison_id=PRISON, now=NOW)
    with database.reading() as work:
        order = [(each.person_id, each.state) for each in work.debriefs.open_in(PRISON)]
    assert again == first
    assert order == [("mo", DebriefState.ASKED), ("lee", DebriefState.ARRANGED)]
    with pytest.raises(care.NoSuchDebrief), database.writing() as work:
        care.settle(work, first.id, "officer", DebriefState.DONE, prison_id="other", now=NOW)


# -- pressure, applications, letters


def test_a_report_comes_back_sealed_and_once(database: Database, sam: Person) -> None:
    for _ in range(2):
        do(database, lambda work: pressure.report(work, PRISON, "lee", "sealed", "form", now=NOW))

    with database.reading() as work:
        (report,) = work.pressure.list_of(PRISON, NOW)
        assert work.pressure.count_open(PRISON) == 1
    assert (report.words, report.person_id, report.at, report.seen_at) == ("sealed", "lee", NOW, None)


@pytest.mark.parametrize(
    "broken",
    [
        lambda w: w.applications.add(
            Application("1", PRISON, "sam", PeerRole.PID, ApplicationState.YES, 2, NOW, NOW)
        ),
        lambda w: w.checks.add(Check("1", "nobody", NOW)),
        lambda w: w.pressure.add(PressureReport("1", PRISON, "lee", "f", "x", NOW, closed_at=NOW)),
        lambda w: w.rotas.put_week(PRISON, "sam", [()] * 7, NOW),
    ],
)
def test_the_store_refuses_what_the_rules_refuse(
    database: Database, sam: Person, broken: Callable[[UnitOfWork], None]
) -> None:
    with pytest.raises(IntegrityError), database.writing() as work:
        broken(work)


@pytest.mark.parametrize("table", ["debriefs", "letters", "applications", "spells"])
def test_a_second_open_row_of_a_kind_is_refused_by_the_store_itself(
    database: Database, sam: Person, table: str
) -> None:
    def add(work: UnitOfWork, number: int) -> None:
        match table:
            case "debriefs":
                state = DebriefState.ASKED
                work.debriefs.add(Debrief(str(number), PRISON, "lee", True, NOW, state, NOW))
            case "letters":
                work.letters.add(LetterRequest(str(number), PRISON, "lee", NOW))
            case "applications":
                role, state_ = PeerRole.PID, ApplicationState.OPEN
                work.applications.add(Application(str(number), PRISON, "sam", role, state_, 0, NOW, NOW))
            case _:
                from bot.store import supporter_tables as t

                work.spells.insert(t.duty_spell, {"person_id": "lee", "began_at": NOW + number * HOUR})

    do(database, lambda work: add(work, 1))
    with pytest.raises(IntegrityError):
        do(database, lambda work: add(work, 2))


def test_two_members_of_staff_take_one_step(database: Database, sam: Person) -> None:
    made = do(database, lambda work: applying.apply(work, sam, PeerRole.LISTENER, now=NOW))
    assert isinstance(made, Application)
    where = {"prison_id": PRISON, "now": NOW}

    with database.writing() as work:
        applying.step_done(work, made.id, "officer", STEPS, done=0, **where)  # type: ignore[arg-type]
    with pytest.raises(applying.NotOpenNow), database.writing() as work:
        applying.step_done(work, made.id, "officer", STEPS, done=0, **where)  # type: ignore[arg-type]
    with pytest.raises(applying.StepsLeft), database.writing() as work:
        applying.decide(work, made.id, "officer", STEPS, yes=True, **where)  # type: ignore[arg-type]


def test_a_yes_adds_the_role_to_those_that_one_has(database: Database, sam: Person) -> None:
    lee = do(database, lambda work: work.persons.get("lee"))
    assert isinstance(lee, Person)
    made = do(database, lambda work: applying.apply(work, lee, PeerRole.PID, now=NOW))
    assert isinstance(made, Application)

    with database.writing() as work:
        applying.decide(work, made.id, "officer", (), yes=True, prison_id=PRISON, now=NOW)

    with database.reading() as work:
        supporter = work.supporters.find("lee")
    assert supporter is not None
    assert supporter.roles == (PeerRole.LISTENER, PeerRole.PID)
    with pytest.raises(applying.HasRole):
        do(database, lambda work: applying.apply(work, lee, PeerRole.PID, now=NOW))


# -- the own record


def test_the_record_adds_up_what_was_and_a_clock_put_back_counts_for_nothing(
    database: Database, sam: Person
) -> None:
    for hours, on in ((0, True), (3, False), (10, True), (9, False), (20, True)):
        do(
            database,
            lambda work, hours=hours, on=on: duty.set_duty(work, "mo", on=on, now=NOW + hours * HOUR),
        )
    do(database, lambda work: care.begin(work, "mo", now=NOW + HOUR))

    with database.reading() as work:
        spells, contacts = work.spells.of_person("mo"), work.checks.times_of("mo")
    assert own_record.add_up(spells, contacts, NOW + 22 * HOUR) == OwnRecord(5, 1, NOW)
    # Nobody went off duty for a week: one spell counts a day.
    assert own_record.add_up(spells, contacts, NOW + 9 * DAY).hours == 3 + 24


def test_on_again_in_the_moment_of_going_off_is_one_spell(database: Database, sam: Person) -> None:
    for on in (True, False, True):
        do(database, lambda work, on=on: duty.set_duty(work, "mo", on=on, now=NOW))

    with database.reading() as work:
        (spell,) = work.spells.of_person("mo")
    assert spell.ended_at is None


# -- forgetting


def test_what_is_past_its_time_is_forgotten_and_the_own_record_stays(database: Database, sam: Person) -> None:
    check = after_contact(database, Felt.HARD)
    with database.writing() as work:
        duty.set_duty(work, "mo", on=True, now=NOW)
        talk = care.ask_to_talk(work, "lee", now=NOW)
        care.settle(work, talk.id, "officer", DebriefState.DONE, prison_id=PRISON, now=NOW)
        care.ask_to_talk(work, "mo", now=NOW)
        letter = own_record.ask_for_letter(work, PRISON, "lee", now=NOW)
        own_record.given(work, letter.id, "officer", prison_id=PRISON, now=NOW)
        applied = applying.apply(work, sam, PeerRole.PID, now=NOW)
        applying.decide(work, applied.id, "officer", (), yes=False, prison_id=PRISON, now=NOW)
        report = pressure.report(work, PRISON, "lee", "sealed", "form", now=NOW)
        work.pressure.save(
            PressureReport(**{**report.__dict__, "done": "x", "closed_at": NOW, "closed_by": "officer"})
        )
        pressure.report(work, PRISON, "mo", "sealed", "form", now=NOW)
    clock = Clock(NOW)
    worker = Worker(a_product(database, clock))

    gone = []
    for days in (30, 31, 90, 91, 365, 366):
        clock.at = NOW + days * DAY
        gone.append(worker.forget())

    assert gone == [0, 1, 0, 3, 0, 1]
    tables = ("debrief", "letter_request", "application", "pressure_report", "contact_check", "duty_spell")
    left = {table: count(database, table) for table in tables}
    assert left == {
        "debrief": 1,
        "letter_request": 0,
        "application": 0,
        "pressure_report": 1,
        "contact_check": 1,
        "duty_spell": 1,
    }
    with database.reading() as work:
        kept = work.checks.find("lee", check.id)
    assert kept is not None
    assert (kept.at, kept.felt) == (NOW, None)
