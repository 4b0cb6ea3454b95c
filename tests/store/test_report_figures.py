"""What reports are drawn from, on both databases: it follows the history, and comes right in any case."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.people.model import Actor, ActorKind, Person
from bot.queue import moving
from bot.queue import service as queue
from bot.queue.model import Change, Kind, Request
from bot.reports.counting import Local
from bot.reports.facts import Answer, Fact, Part
from bot.reports.periods import Period
from bot.reports.tally import codes_of
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.store import report_tables as t
from bot.store import tables as base
from bot.store.database import Database
from bot.store.report_figures import SWEEP_EVERY, AlertTimes, HelperLoad
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_verdict
from tests.support.offering import offered

LONDON = Local(
    ZoneInfo("Europe/London"), lambda at: Part.NIGHT if at.hour < 7 else Part.UNLOCKED, timedelta(hours=12)
)
TODAY = NOW.date()
LEE = Actor(ActorKind.SUPPORTER, "lee")


def ask(database: Database, person: Person, at: datetime = NOW, kind: Kind = Kind.LISTENER) -> Request:
    with database.writing() as work:
        return queue.ask(work, person, kind, deadlines=PlainPrison(), now=at)


def move(database: Database, request: Request, change: Change, at: datetime, by: Actor = STAFF) -> None:
    with database.writing() as work:
        if by == LEE:
            offered(work, request.id, LEE.id, now=at)
            queue.accept(work, request.id, LEE.id, deadlines=PlainPrison(), now=at)
        queue.move(work, request.id, change, by, now=at, words=queue.Words("no_staff", "the phone"))


def follow(database: Database) -> int:
    with database.writing() as work:
        return work.report_figures.follow(LONDON)


def facts(database: Database, day: date = TODAY) -> list[Fact]:
    with database.reading() as work:
        rows = work.report_figures.days(PRISON, Period(day, day))
    return [Fact.from_code(code) for row in rows for code in codes_of(row.codes).tolist()]


def test_a_request_is_counted_on_the_day_on_which_it_was_asked(database: Database, sam: Person) -> None:
    move(database, ask(database, sam), Change.BEGUN, NOW + timedelta(hours=30))

    assert follow(database) > 1

    (fact,) = facts(database)
    assert (fact.contact, fact.hour, fact.part) == (30 * 60, 10, Part.UNLOCKED)
    assert facts(database, TODAY + timedelta(days=1)) == []


def test_following_again_changes_nothing_and_says_so(database: Database, sam: Person) -> None:
    ask(database, sam)
    follow(database)
    before = facts(database)

    assert follow(database) == 0
    with database.reading() as work:
        assert not work.report_figures.is_behind()
    assert facts(database) == before


def test_a_late_change_corrects_the_day_it_belongs_to(database: Database, sam: Person) -> None:
    request = ask(database, sam)
    move(database, request, Change.BEGUN, NOW + timedelta(minutes=20))
    move(database, request, Change.FINISHED, NOW + timedelta(minutes=40))
    follow(database)
    assert facts(database)[0].contact == 20

    with database.writing() as work:
        late = NOW + timedelta(days=9)
        queue.somebody_came(work, request.id, sam.id, came=False, deadlines=PlainPrison(), now=late)
    follow(database)

    (fact,) = facts(database)
    assert (fact.contact, fact.answer) == (None, Answer.NO)


def test_what_was_missed_while_the_worker_was_down_is_caught_up(database: Database, sam: Person) -> None:
    for day in range(40):
        request = ask(database, sam, NOW - timedelta(days=day))
        move(database, request, Change.COULD_NOT, NOW - timedelta(days=day) + timedelta(hours=1))

    while follow(database):
        pass

    with database.reading() as work:
        rows = work.report_figures.days(PRISON, Period(TODAY - timedelta(days=39), TODAY))
    assert [row.sort.reason for row in rows] == ["no_staff"] * 40


def test_the_day_and_the_hour_are_those_of_the_prisons_clock(database: Database, sam: Person) -> None:
    # Half past midnight of the 16th in summer, and twice half past one when the clocks go back.
    summer, first, second = (
        datetime(2026, 7, 15, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    for at in (summer, first, second):
        move(database, ask(database, sam, at), Change.BEGUN, at + timedelta(minutes=90))
        with database.writing() as work:
            (held,) = work.requests.open_in(PRISON)
            queue.move(work, held.id, Change.FINISHED, STAFF, now=at + timedelta(hours=2))

    follow(database)

    assert facts(database, date(2026, 7, 15)) == []
    assert [(f.hour, f.part, f.contact) for f in facts(database, date(2026, 7, 16))] == [(0, Part.NIGHT, 90)]
    assert [(f.hour, f.contact) for f in facts(database, date(2026, 10, 25))] == [(1, 90), (1, 90)]


def test_a_line_that_was_committed_late_is_found_with_the_next_one(database: Database, sam: Person) -> None:
    """On PostgreSQL the number of a line is taken before its transaction ends."""
    request = ask(database, sam)
    move(database, request, Change.BEGUN, NOW + timedelta(minutes=5))
    follow(database)
    with database.writing() as work:
        work.session.execute(sa.delete(t.report_day))
    ask(database, sam, kind=Kind.STAFF)

    follow(database)

    assert len(facts(database)) == 2


def test_a_sweep_counts_every_day_anew_one_at_a_time(database: Database, sam: Person) -> None:
    days = [TODAY - timedelta(days=back) for back in (2, 1, 0)]
    for back in (2, 1, 0):
        request = ask(database, sam, NOW - timedelta(days=back))
        move(database, request, Change.CANCELLED, NOW, Actor(ActorKind.PERSON, sam.id))
    follow(database)
    with database.writing() as work:
        work.session.execute(sa.update(t.report_day).values(codes=b""))

    swept = []
    for number in range(4):
        with database.writing() as work:
            swept.append(work.report_figures.sweep(LONDON, NOW + number * SWEEP_EVERY))

    assert swept == [*days, days[0]]
    assert [len(facts(database, day)) for day in days] == [1, 1, 1]


def test_a_sweep_waits_its_time_and_a_clock_put_back_does_not_stop_it(
    database: Database, sam: Person
) -> None:
    ask(database, sam)
    follow(database)

    def sweep(at: datetime) -> date | None:
        with database.writing() as work:
            return work.report_figures.sweep(LONDON, at)

    assert sweep(NOW) == TODAY
    assert sweep(NOW + SWEEP_EVERY / 2) is None
    assert sweep(NOW - timedelta(hours=3)) == TODAY


def test_two_who_follow_at_once_count_once(database: Database, sam: Person) -> None:
    for day in range(30):
        request = ask(database, sam, NOW - timedelta(days=day))
        move(database, request, Change.CANCELLED, NOW, Actor(ActorKind.PERSON, sam.id))
    failed: list[Exception] = []

    def run() -> None:
        try:
            follow(database)
        except Exception as error:  # noqa: BLE001 - a thread's error is lost, and here it is the result
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert follow(database) == 0
    assert [len(facts(database, TODAY - timedelta(days=day))) for day in range(30)] == [1] * 30


def test_wings_kinds_and_prisons_are_kept_apart(database: Database, sam: Person) -> None:
    ask(database, sam)
    ask(database, sam, kind=Kind.STAFF)
    follow(database)
    today = Period(TODAY, TODAY)

    with database.reading() as work:
        figures = work.report_figures
        assert len(figures.days(PRISON, today, kinds=["listener"])) == 1
        assert len(figures.days(PRISON, today, wings=["A"])) == 2
        assert figures.days(PRISON, today, wings=["B"]) == []
        assert figures.days("elsewhere", today) == []


def test_contacts_of_supporters_and_those_too_soon_after_the_last(database: Database, sam: Person) -> None:
    for hours in (0, 4, 30):
        at = NOW + timedelta(hours=hours)
        request = ask(database, sam, at)
        move(database, request, Change.BEGUN, at, LEE)
        with database.writing() as work:
            queue.move(work, request.id, Change.FINISHED, LEE, now=at + timedelta(minutes=30))
    follow(database)

    with database.reading() as work:
        two_days = Period(TODAY, TODAY + timedelta(days=1))
        assert work.report_figures.loads(PRISON, two_days) == [HelperLoad(3, 1)]
        assert work.report_figures.loads(PRISON, Period(TODAY, TODAY)) == [HelperLoad(2, 1)]
        assert work.report_figures.loads(PRISON, two_days, kinds=["staff"]) == []


def loads(database: Database, prison_id: str = PRISON) -> list[HelperLoad]:
    with database.reading() as work:
        return work.report_figures.loads(prison_id, Period(TODAY, TODAY + timedelta(days=1)))


def test_a_contact_that_staff_began_is_the_load_of_the_supporter_who_had_it(
    database: Database, sam: Person
) -> None:
    accepted, sent, nobodys = (
        ask(database, sam, kind=kind) for kind in (Kind.LISTENER, Kind.SOMEONE, Kind.STAFF)
    )
    with database.writing() as work:
        queue.accept(work, accepted.id, "lee", deadlines=PlainPrison(), now=NOW)
        words = queue.Words(note="He asked for it")
        queue.accept(work, sent.id, "mo", deadlines=PlainPrison(), now=NOW, staff=STAFF, words=words)
    for request in (accepted, sent, nobodys):
        move(database, request, Change.BEGUN, NOW + timedelta(minutes=5))

    follow(database)

    assert loads(database) == [HelperLoad(1, 0), HelperLoad(1, 0)]


def test_who_handed_it_back_has_no_part_in_what_staff_began_later(database: Database, sam: Person) -> None:
    request = ask(database, sam)
    with database.writing() as work:
        queue.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW)
        queue.move(work, request.id, Change.HANDED_BACK, LEE, now=NOW)
    move(database, request, Change.BEGUN, NOW + timedelta(minutes=5))

    follow(database)

    assert loads(database) == []
    assert facts(database)[0].contact == 5


def test_what_moved_to_another_prison_is_counted_there_and_at_once_here_no_more(
    database: Database, sam: Person
) -> None:
    request = ask(database, sam)
    move(database, request, Change.BEGUN, NOW + timedelta(hours=20), LEE)
    follow(database)
    assert (len(facts(database)), loads(database)) == (1, [HelperLoad(1, 0)])

    with database.writing() as work:
        there = replace(sam, prison_id="elsewhere")
        at = NOW + timedelta(hours=21)
        moving.take_along(work, there, STAFF, now=at, there=PlainPrison())
    follow(database)

    assert (facts(database), loads(database)) == ([], [])
    assert loads(database, "elsewhere") == [HelperLoad(1, 0)]
    with database.reading() as work:
        assert len(work.report_figures.days("elsewhere", Period(TODAY, TODAY))) == 1


@pytest.mark.parametrize("seen", [True, False])
def test_an_alerts_times_to_acknowledgement_and_to_check(database: Database, sam: Person, seen: bool) -> None:
    prison = PlainPrison()
    with database.writing() as work:
        arrival = Arrival(sam.id, "device", "cant do this no more", "form")
        received = intake.receive(work, arrival, a_verdict(Level.URGENT), prison=prison, now=NOW)
        record = received.message.record_id
        assert record is not None
        review.go(work, record, STAFF, prison_id=PRISON, prison=prison, now=NOW + timedelta(seconds=42))
        done = review.Check(seen=seen, spoke=seen, response="sat with staff")
        review.check(
            work, record, STAFF, done, prison_id=PRISON, prison=prison, now=NOW + timedelta(minutes=9)
        )

    with database.reading() as work:
        day = (NOW - timedelta(hours=10), NOW + timedelta(hours=14))
        found = work.report_figures.alerts(PRISON, *day)
        assert work.report_figures.alerts(PRISON, *day, wings=["B"]) == []
        assert work.report_figures.alerts(PRISON, NOW + timedelta(seconds=1), day[1]) == []
    assert found == [AlertTimes("urgent", 42, 540 if seen else None)]


def test_an_alert_that_nobody_answered_has_no_times(database: Database, sam: Person) -> None:
    with database.writing() as work:
        arrival = Arrival(sam.id, "device", "cant do this no more", "form")
        intake.receive(work, arrival, a_verdict(Level.CONCERN), prison=PlainPrison(), now=NOW)

    with database.reading() as work:
        assert work.report_figures.alerts(PRISON, NOW, NOW + timedelta(days=1)) == [
            AlertTimes("concern", None, None)
        ]


def test_the_history_of_everybody_is_left_as_it_is(database: Database, sam: Person) -> None:
    ask(database, sam)
    with database.reading() as work:
        before = work.session.execute(sa.select(base.request_event)).all()

    follow(database)

    with database.reading() as work:
        assert work.session.execute(sa.select(base.request_event)).all() == before
