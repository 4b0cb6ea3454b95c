"""Marks, examples for the danger screen and counted alarms, on both databases."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.learning import danger
from bot.learning.danger import ExampleChanged, NotWhole, SecondPersonNeeded, UnknownExample
from bot.learning.danger_model import DangerExample, Manner, Proposal, Standing
from bot.learning.scrub import Known
from bot.people.model import SYSTEM, Actor, ActorKind, Person
from bot.safety import feedback, intake, reports, review
from bot.safety.drift import Miss, by_week, week_of
from bot.safety.feedback import Judged, Opinion
from bot.safety.intake import Arrival
from bot.safety.model import Level, Risk
from bot.safety.record import EntryKind, new_entry
from bot.store import verdict_tables as t
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_staff_member, a_verdict
from tests.support.chain import head, verify, walk

TODAY = NOW.date()
MANY = 100_000
WEEK = week_of(NOW, UTC)


@pytest.fixture
def colleague(database: Database, sam: Person) -> str:
    with database.writing() as work:
        work.staff.add(a_staff_member("colleague"))
    return "colleague"


def alarm(database: Database, words: str = "cant do this", level: Level = Level.URGENT) -> str:
    """A message in danger; gives the entry's id."""
    with database.writing() as work:
        arrival = Arrival("sam", "tablet", words, uuid.uuid4().hex)
        received = intake.receive(work, arrival, a_verdict(level), prison=PlainPrison(), now=NOW)
        assert received.message.record_id is not None
        return work.safety.entries_of(received.message.record_id)[-1].id


def mark(database: Database, entry_id: str, judged: Judged, by: str = "officer") -> None:
    actor = type(STAFF)(STAFF.kind, by)
    with database.writing() as work:
        feedback.mark(work, entry_id, actor, judged, prison_id=PRISON, now=NOW)


def propose(
    database: Database, words: str, level: Level = Level.URGENT, by: str = "officer"
) -> DangerExample:
    risk = "" if level is Level.NONE else "suicide"
    with database.writing() as work:
        proposal = Proposal(words, ("the part that counts",), "en", level, risk)
        found = danger.propose(work, proposal, by, Known(), prison_id=PRISON, day=TODAY)
    assert found is not None
    return found


def accept(database: Database, example_id: str, by: str, **changes: object) -> DangerExample:
    fields: dict[str, object] = {
        "prison_id": PRISON,
        "text": "tell sam its over",
        "level": Level.EMERGENCY,
        "risk": Risk.SUICIDE,
        "manner": Manner.GOODBYE,
        "now": NOW,
    }
    with database.writing() as work:
        return danger.accept(work, example_id, by, Known(), **{**fields, **changes})  # type: ignore[arg-type]


def counted(database: Database) -> None:
    while True:
        with database.writing() as work:
            if not work.alarms.follow(UTC):
                return


def test_marks_are_kept_as_they_were_made_and_the_chain_holds(database: Database, colleague: str) -> None:
    entry_id = alarm(database)
    mark(database, entry_id, Judged(Opinion.RIGHT))
    mark(database, entry_id, Judged(Opinion.TOO_HIGH, Level.NONE, words="a joke, sam said"), colleague)

    with database.reading() as work:
        first, second = work.verdicts.of_entry(entry_id)
        count = verify(walk(work), head(work))
        columns = {column.name for column in t.verdict_mark.columns}
    assert (first.opinion, first.level, second.opinion, second.level) == (
        Opinion.RIGHT,
        Level.URGENT,
        Opinion.TOO_HIGH,
        Level.NONE,
    )
    assert count == 3
    assert not {"words", "note"} & columns


def test_a_proposed_line_has_no_name_and_the_log_keeps_the_words(database: Database, colleague: str) -> None:
    entry_id = alarm(database, "Tell ali in A2-14 its over, sam")

    example = propose(database, "Tell ali in A2-14 its over, sam")

    assert example.text == "Tell name in cell its over, name"
    with database.reading() as work:
        entry = work.safety.entry(entry_id)
    assert entry is not None
    assert entry.words["text"] == "Tell ali in A2-14 its over, sam"


def test_of_a_long_message_only_what_the_verdict_rests_on_is_kept(database: Database, colleague: str) -> None:
    assert propose(database, "a long story " * 60).text == "the part that counts"
    with database.writing() as work:
        nothing = Proposal("a long story " * 60, (), "en", Level.URGENT, "suicide")
        assert danger.propose(work, nothing, "officer", Known(), prison_id=PRISON, day=TODAY) is None


def test_the_same_words_are_one_line_and_come_back_when_judged_otherwise(
    database: Database, colleague: str
) -> None:
    first = propose(database, "its over")
    same = propose(database, "Its OVER", Level.EMERGENCY, colleague)
    with database.writing() as work:
        danger.decline(work, first.id, colleague, prison_id=PRISON, now=NOW)
    agreed = propose(database, "its over")
    other = propose(database, "its over", Level.NONE)

    assert same.id == agreed.id == other.id == first.id
    assert (agreed.state, other.state, other.level) == (Standing.DECLINED, Standing.NEW, Level.NONE)


def test_a_second_person_gives_level_kind_and_manner(database: Database, colleague: str) -> None:
    example = propose(database, "its over")
    with pytest.raises(SecondPersonNeeded):
        accept(database, example.id, "officer")

    done = accept(database, example.id, colleague)

    assert (done.state, done.level, done.risk, done.manner) == (
        Standing.ACCEPTED,
        Level.EMERGENCY,
        "suicide",
        "goodbye",
    )
    assert done.text == "tell name its over"
    with pytest.raises(ExampleChanged):
        accept(database, example.id, colleague)
    with database.reading() as work:
        audit = work.session.execute(sa.text("SELECT staff_id, action, ref FROM audit")).all()
    assert (colleague, "danger_example_accepted", example.id) in [tuple(row) for row in audit]


def test_the_database_itself_wants_a_second_person(database: Database, colleague: str) -> None:
    example = propose(database, "its over")

    change = sa.update(t.danger_example).where(t.danger_example.c.id == example.id)
    decided = change.values(state="declined", decided_by="officer", decided_at=NOW)

    with database.writing() as work:
        with pytest.raises(sa.exc.IntegrityError):
            work.session.execute(decided)
        work.session.rollback()


@pytest.mark.parametrize(
    "changes",
    [
        {"level": Level.NONE},
        {"level": Level.NONE, "risk": None},
        {"risk": None},
        {"manner": None},
        {"manner": Manner.IDIOM},
        {"text": "?! 12"},
        {"text": "a" * 401},
    ],
)
def test_what_does_not_go_together_teaches_nothing(
    database: Database, colleague: str, changes: dict[str, object]
) -> None:
    example = propose(database, "its over")

    with pytest.raises(NotWhole):
        accept(database, example.id, colleague, **changes)


def test_a_line_of_another_prison_is_not_there(database: Database, colleague: str) -> None:
    example = propose(database, "its over")

    with pytest.raises(UnknownExample):
        accept(database, example.id, colleague, prison_id="elsewhere")


def test_what_nobody_accepted_is_forgotten_in_time(database: Database, colleague: str) -> None:
    kept = propose(database, "its over")
    propose(database, "something else")
    accept(database, kept.id, colleague)

    with database.writing() as work:
        early = danger.forget(work, today=TODAY + danger.KEPT_FOR)
        gone = danger.forget(work, today=TODAY + danger.KEPT_FOR + timedelta(days=1))

    assert (early, gone) == (0, 1)


def test_alarms_are_counted_with_marks_reviews_and_misses(database: Database, colleague: str) -> None:
    right, joke = alarm(database), alarm(database, "dying of boredom", Level.CONCERN)
    mark(database, right, Judged(Opinion.TOO_LOW, Level.EMERGENCY))
    mark(database, right, Judged(Opinion.RIGHT))
    mark(database, joke, Judged(Opinion.TOO_HIGH, Level.NONE), colleague)
    counted(database)

    with database.reading() as work:
        assert not work.alarms.is_behind()
        counts = work.alarms.counts(PRISON, WEEK)
        (marks,) = work.alarms.marks(PRISON, WEEK)
        assert work.alarms.counts("elsewhere", WEEK) == work.alarms.counts(PRISON, WEEK, ["Z"]) == []
    assert {(row.level, row.count, row.mistaken) for row in counts} == {("urgent", 1, 0), ("concern", 1, 1)}
    assert (marks.marked, marks.right, marks.too_high, marks.too_low) == (2, 1, 1, 0)


def test_misses_are_told_by_level_kind_and_language(database: Database, colleague: str) -> None:
    entry = alarm(database)
    danger = reports.Danger(Level.EMERGENCY, Risk.MEDICAL, "Says that he took tablets")
    with database.writing() as work:
        reports.report(
            *(work, entry, STAFF, danger), prison=PlainPrison(), prison_id=PRISON, now=NOW + timedelta(1)
        )

    with database.reading() as work:
        missed = work.alarms.missed(PRISON, NOW)
        assert work.alarms.missed("elsewhere", NOW) == work.alarms.missed(PRISON, NOW, ["Z"]) == []
    assert missed == [Miss(NOW + timedelta(1), "emergency", "medical", "en")]


def test_a_review_that_says_mistaken_counts_every_alarm_of_its_record(
    database: Database, colleague: str
) -> None:
    entry_id = alarm(database)
    alarm(database, "and again")
    with database.writing() as work:
        entry = work.safety.entry(entry_id)
        assert entry is not None
        done = review.Check(True, True, "fine")
        review.check(work, entry.record_id, STAFF, done, prison_id=PRISON, prison=PlainPrison(), now=NOW)
        outcome = review.Outcome.MISTAKEN_ALARM
        here: dict[str, Any] = {"prison_id": PRISON, "prison": PlainPrison(), "now": NOW}
        other = Actor(ActorKind.STAFF, colleague)
        review.review(work, entry.record_id, other, outcome, "a song", **here)
    counted(database)

    with database.reading() as work:
        counts = work.alarms.counts(PRISON, WEEK)
    assert [(row.count, row.mistaken) for row in counts] == [(2, 2)]


def test_an_entry_that_cannot_be_read_is_counted_all_the_same(database: Database, colleague: str) -> None:
    entry_id = alarm(database)
    with database.writing() as work:
        entry = work.safety.entry(entry_id)
        assert entry is not None
        body = {"verdict": "none that is known"}
        work.safety.append(new_entry(entry.record_id, EntryKind.STRENGTHENED, NOW, SYSTEM.kind, "", body))
    counted(database)

    with database.reading() as work:
        counts = work.alarms.counts(PRISON, WEEK)
    assert {(row.level, row.risk) for row in counts} == {("urgent", "suicide"), ("urgent", "")}


@pytest.mark.alone
def test_a_year_of_100_000_alarms_is_counted_quickly(database: Database, colleague: str) -> None:
    _fill(database, MANY)
    since = WEEK - timedelta(weeks=51)

    began = time.monotonic()
    with database.reading() as work:
        missed = work.alarms.missed(PRISON, datetime.combine(since, NOW.timetz()))
        weeks = by_week(
            work.alarms.counts(PRISON, since),
            work.alarms.marks(PRISON, since),
            [(week_of(miss.at, UTC), miss) for miss in missed],
            last=WEEK,
            weeks=52,
        )
    took = time.monotonic() - began

    assert sum(week.alarms for week in weeks) == MANY
    assert sum(week.marks.marked for week in weeks) == MANY // 10
    assert sum(week.missed for week in weeks) == MANY // 100
    assert took < 5


def test_the_index_serves_the_weeks(database: Database, backend: str, colleague: str) -> None:
    query = "SELECT * FROM alarm WHERE prison_id = 'a' AND week >= '2026-01-01'"

    with database.reading() as work:
        if backend == "postgresql":  # which reads a small table whole, if it may
            work.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if backend == "sqlite" else "EXPLAIN"
        plan = work.session.execute(sa.text(f"{explain} {query}")).all()

    assert "ix_alarm_prison_id_week" in str(plan)


def _fill(database: Database, count: int) -> None:
    """Rows as they are counted, without the log behind them."""
    levels, languages = ("concern", "urgent", "emergency"), ("en", "en", "en", "pl", "ro")
    risks = [risk.value for risk in Risk]
    alarms = [
        {
            "entry_id": f"e{number}",
            "record_id": f"r{number // 3}",
            "prison_id": PRISON,
            "wing": "AB"[number % 2],
            "week": WEEK - timedelta(weeks=number % 52),
            "level": levels[number % 3],
            "risk": risks[number % 10],
            "language": languages[number % 5],
            "version": f"phrases-{number % 52 // 9}/head-1",
            "mistaken": number % 7 == 0,
        }
        for number in range(count)
    ]
    marks = [
        {
            "id": f"m{number}",
            "prison_id": PRISON,
            "record_id": f"r{number // 3}",
            "entry_id": f"e{number}" if number % 10 == 0 else "",
            "staff_id": "officer",
            "at": NOW - timedelta(weeks=number % 50),
            "opinion": "right" if number % 10 == 0 else "missed",
            "level": "urgent",
            "risk": "suicide",
            "said_level": "urgent",
            "said_risk": "suicide",
            "language": "en",
            "version": "one",
            "example_id": "",
        }
        for number in range(count)
        if number % 10 == 0 or number % 100 == 1
    ]
    with database.writing() as work:
        work.session.execute(sa.insert(t.alarm), alarms)
        work.session.execute(sa.insert(t.verdict_mark), marks)
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(sa.text("ANALYZE"))
