"""Messages not understood and feedback, on both databases: counted, never whose, and forgotten in time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.learning import service
from bot.learning.export import NotAnExample
from bot.learning.model import Fate, Guess, Helped
from bot.learning.scrub import Known
from bot.learning.service import KEPT_FOR, LONGEST, LineChanged, Missed, UnknownLine
from bot.people.model import Person
from bot.safety.intake import Arrival, receive
from bot.safety.model import FAULT, Level, Reason, Risk, Verdict
from bot.store import learning_tables as t
from bot.store.database import Database
from tests.support.builders import NOW, PRISON, PlainPrison, a_verdict

TODAY = NOW.date()
NOTHING = a_verdict(Level.NONE)
GUESSES = (Guess("ask_visits", 0.3), Guess("ask_phone", 0.2))


def missed(text: str = "wen is da ting", **changes: object) -> Missed:
    fields: dict[str, object] = {"verdict": NOTHING, "guesses": GUESSES, "language": "en"}
    return Missed(person_id="sam", prison_id=PRISON, text=text, **{**fields, **changes})  # type: ignore[arg-type]


def keep(database: Database, *lines: Missed, days: int = 0) -> list[bool]:
    with database.writing() as work:
        return [service.keep(work, line, Known(), day=TODAY + timedelta(days=days)) for line in lines]


def rows(database: Database) -> list[dict[str, object]]:
    with database.reading() as work:
        return [dict(row) for row in work.session.execute(sa.select(t.not_understood)).mappings()]


def test_the_same_words_are_one_row_with_a_count_and_the_latest_day(database: Database, sam: Person) -> None:
    keep(database, missed(), missed("WEN is  da ting"))
    keep(database, missed(), days=3)

    (row,) = rows(database)
    assert (row["text"], row["count"], row["day"]) == ("wen is da ting", 3, TODAY + timedelta(days=3))
    assert row["state"] == "new"


def test_a_row_holds_nothing_of_its_writer_and_no_hour(database: Database, sam: Person) -> None:
    keep(database, missed("tell ali i am in a2-14, sam"))

    (row,) = rows(database)
    assert row["text"] == "tell [name] i am in [cell], [name]"
    assert set(row) == {
        *("id", "prison_id", "mark", "text", "language", "guesses", "day", "count", "state", "intent")
    }
    assert not any("sam" in str(value) for value in row.values())


@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.EMERGENCY])
def test_a_message_in_which_anything_was_noticed_is_never_kept(
    database: Database, sam: Person, level: Level
) -> None:
    verdicts = [
        a_verdict(level),
        Verdict(Level.NONE, (), (Reason(Risk.SUICIDE, Level.NONE, "words", "head"),), "en", "test"),
        Verdict(Level.NONE, (), (Reason(None, Level.NONE, "words", FAULT),), "en", "test", fault=True),
        Verdict(Level.NONE, (), (), "en", "test", fault=True),
        None,
    ]

    kept = keep(database, *(missed(verdict=verdict) for verdict in verdicts))

    assert kept == [False] * 5
    assert rows(database) == []


def test_nothing_is_kept_while_a_danger_of_this_person_is_open(database: Database, sam: Person) -> None:
    with database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "cant do this no more", "form")
        receive(work, arrival, a_verdict(), prison=PlainPrison(), now=NOW)

    assert keep(database, missed()) == [False]
    assert rows(database) == []


@pytest.mark.parametrize("text", ["", "?!", "123", "a" * (LONGEST + 1)])
def test_what_can_be_no_example_is_not_kept(database: Database, sam: Person, text: str) -> None:
    assert keep(database, missed(text)) == [False]


def test_all_are_gone_after_their_time_and_none_before(database: Database, sam: Person) -> None:
    keep(database, missed())
    keep(database, missed("another ting"), days=1)

    with database.writing() as work:
        early = service.forget(work, today=TODAY + KEPT_FOR)
        gone = service.forget(work, today=TODAY + KEPT_FOR + timedelta(days=1))

    assert (early, gone) == (0, 1)
    assert [row["text"] for row in rows(database)] == ["another ting"]


def test_an_addition_has_its_intent_its_words_and_its_audit(database: Database, sam: Person) -> None:
    keep(database, missed())
    (row,) = rows(database)
    with database.writing() as work:
        service.add_example(
            work,
            str(row["id"]),
            "officer",
            prison_id=PRISON,
            intent="ask_visits",
            text="when is [name]",
            seen=Fate.NEW,
            now=NOW,
        )
    keep(database, missed())

    with database.reading() as work:
        (line,) = work.not_understood.list_of(PRISON, Fate.ADDED)
        assert work.not_understood.list_of(PRISON, Fate.NEW) == []
        audit = work.session.execute(sa.text("SELECT staff_id, action, ref FROM audit")).all()
    assert (line.text, line.intent, line.count) == ("when is name", "ask_visits", 2)
    assert ("officer", "example_added", line.id) in [tuple(entry) for entry in audit]


def test_who_is_second_is_told_and_a_strange_one_is_not_there(database: Database, sam: Person) -> None:
    keep(database, missed())
    line_id = str(rows(database)[0]["id"])
    with database.writing() as work:
        service.dismiss(work, line_id, "officer", prison_id=PRISON, seen=Fate.NEW, now=NOW)

    with database.writing() as work, pytest.raises(LineChanged):
        service.dismiss(work, line_id, "other", prison_id=PRISON, seen=Fate.NEW, now=NOW)
    for prison, which in ((PRISON, "nothing"), ("elsewhere", line_id)):
        with database.writing() as work, pytest.raises(UnknownLine):
            service.dismiss(work, which, "other", prison_id=prison, seen=Fate.NEW, now=NOW)


def test_words_that_training_would_misread_are_not_added(database: Database, sam: Person) -> None:
    keep(database, missed())
    line_id = str(rows(database)[0]["id"])

    with pytest.raises(NotAnExample), database.writing() as work:
        service.add_example(
            work,
            line_id,
            "officer",
            prison_id=PRISON,
            intent="ask_visits",
            text="my [visit](thing)",
            seen=Fate.NEW,
            now=NOW,
        )

    assert rows(database)[0]["state"] == "new"


def test_feedback_is_counted_by_topic_and_day(database: Database) -> None:
    with database.writing() as work:
        for topic, helped in (("visits", True), ("visits", False), ("visits", False), ("phone", True)):
            work.feedback.count(PRISON, topic, TODAY, helped=helped)
        work.feedback.count(PRISON, "visits", TODAY - timedelta(days=40), helped=False)
        work.feedback.count("elsewhere", "visits", TODAY, helped=False)

    with database.reading() as work:
        found = work.feedback.since(PRISON, TODAY - timedelta(days=30))
        count = work.session.scalar(sa.select(sa.func.count()).select_from(t.feedback))
    assert found == [Helped("visits", 1, 2), Helped("phone", 1, 0)]
    assert count == 5


def test_feedback_has_no_text_and_no_person() -> None:
    assert {column.name for column in t.feedback.columns} == {"prison_id", "topic", "day", "helped", "count"}
