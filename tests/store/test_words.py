"""Words of entries stand apart and sealed: they can be taken away, and reading never fails for them."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.log_checking import check_logs
from bot.people.model import Actor, ActorKind, Person
from bot.safety import intake, review, reviews
from bot.safety.intake import Arrival
from bot.safety.model import Level
from bot.safety.record import WORDS_INSIDE, EntryKind, SafetyRecord, new_entry
from bot.safety.verdict_words import verdict_in
from bot.store.database import Database
from bot.store.proof_tables import safety_words
from bot.store.sealed import Sealer
from bot.store.unit_of_work import UnitOfWork
from tests.support.builders import CELL, NOW, PRISON, SEALER, STAFF, PlainPrison, a_verdict
from tests.support.chain import head, verify, walk
from tests.support.filling import fill_every_table

WORDS = "i cant do this no more żółć 😭"


def _add(work: UnitOfWork, sam: Person) -> str:
    work.safety.add_record(SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW))
    words = {"text": WORDS, "note": "Seen at the door"}
    entry = new_entry("record", EntryKind.NOTICED, NOW, ActorKind.SYSTEM, "", {"cell": "A2-14"}, words)
    return work.safety.append(entry).id


def test_words_come_back_as_they_were_said(database: Database, sam: Person) -> None:
    with database.writing() as work:
        written = _add(work, sam)

    with database.reading() as work:
        entry = work.safety.entry(written)
        (same,) = work.safety.entries_of("record")
        (quick,) = work.safety.entries_of("record", words=False)

    assert entry is not None
    assert dict(entry.words) == {"text": WORDS, "note": "Seen at the door"}
    assert same == entry
    assert quick.words == {}


def test_a_copied_database_says_no_word_of_anybody(database: Database) -> None:
    fill_every_table(database)

    with database.reading() as work:
        rows = work.session.execute(sa.text("SELECT * FROM safety_words")).all()
        entries = work.session.execute(sa.text("SELECT * FROM safety_entry")).all()

    assert rows
    assert "cant do this no more" not in str(rows) + str(entries)


def test_words_taken_away_leave_a_chain_that_holds(database: Database, sam: Person) -> None:
    with database.writing() as work:
        written = _add(work, sam)
    with database.writing() as work:
        work.session.execute(sa.text("DELETE FROM safety_words WHERE name = 'text'"))

    with database.reading() as work:
        entry = work.safety.entry(written)
        assert verify(walk(work), head(work)) == 1

    assert entry is not None
    assert (entry.said(), entry.lost()) == ("", "gone")
    assert (entry.said("note"), entry.lost("note")) == ("Seen at the door", "")


def test_who_has_not_the_key_reads_that_it_is_missing(database: Database, url: str, sam: Person) -> None:
    with database.writing() as work:
        written = _add(work, sam)
    for keys in (Sealer.of("another" * 8), None):
        other = Database(url, keys)
        with other.reading() as work:
            entry = work.safety.entry(written)
            assert verify(walk(work), head(work)) == 1
        other.close()

        assert entry is not None
        assert (entry.said(), entry.lost()) == ("", "locked")


def test_what_stands_for_words_and_is_none_is_locked_too(database: Database, sam: Person) -> None:
    with database.writing() as work:
        written = _add(work, sam)
        damaged = {"text": "no seal at all", "note": SEALER.seal("no salt before it")}
        for name, sealed in damaged.items():
            change = sa.text("UPDATE safety_words SET sealed = :sealed WHERE name = :name")
            work.session.execute(change, {"name": name, "sealed": sealed})

    with database.reading() as work:
        entry = work.safety.entry(written)

    assert entry is not None
    assert entry.locked == {"text", "note"}


def test_entries_of_the_first_form_still_hold_and_show(database: Database, sam: Person) -> None:
    body = {"words": WORDS, "note": "Seen", "verdict": {"level": "urgent"}}
    with database.writing() as work:
        _add(work, sam)
        old = new_entry("record", EntryKind.STRENGTHENED, NOW, STAFF.kind, STAFF.id, body)
        written = work.safety.append(replace(old, form=WORDS_INSIDE)).id
        work.safety.append(new_entry("record", EntryKind.CLIMBED, NOW, ActorKind.SYSTEM, "", {}))

    with database.reading() as work:
        entry = work.safety.entry(written)
        assert verify(walk(work), head(work)) == 3

    assert entry is not None
    assert (entry.form, entry.said(), entry.said("note"), entry.lost()) == (WORDS_INSIDE, WORDS, "Seen", "")
    assert verdict_in(entry) is None


def test_nothing_planted_beside_an_entry_of_the_first_form_takes_the_place_of_its_words(
    database: Database, sam: Person
) -> None:
    with database.writing() as work:
        _add(work, sam)
        old = new_entry("record", EntryKind.STRENGTHENED, NOW, STAFF.kind, STAFF.id, {"words": WORDS})
        written = work.safety.append(replace(old, form=WORDS_INSIDE)).id
        planted = {"entry_id": written, "name": "text", "sealed": SEALER.seal("0" * 64 + "a shower")}
        work.session.execute(sa.insert(safety_words).values(planted))

    with database.reading() as work:
        entry = work.safety.entry(written)

    assert entry is not None
    assert entry.said() == WORDS
    assert check_logs(database, {}).broken


def test_who_reviews_looks_again_or_hands_on_opens_no_words_under_the_lock(
    database: Database, sam: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is asked is who did what: nobody who writes waits while messages are deciphered."""
    prison, records = PlainPrison(), []
    first, second, there = (Actor(ActorKind.STAFF, name) for name in ("officer", "other", "third"))
    for number in range(2):
        arrival = Arrival(sam.id, "tablet", "cant do this no more", f"form {number}")
        with database.writing() as work:
            received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=prison, now=NOW)
            records.append(str(received.message.record_id))
            found = review.Check(True, True, "spoke")
            review.check(work, records[-1], there, found, prison_id=PRISON, prison=prison, now=NOW)

    def refuses(_sealer: Sealer, _sealed: str) -> str:
        raise AssertionError("words were opened")

    monkeypatch.setattr(Sealer, "open", refuses)
    with database.writing() as work:
        reviews.hand_on(work, records[1], second, "I know him", prison_id=PRISON, prison=prison, now=NOW)
        outcome = review.Outcome.MISTAKEN_ALARM
        review.review(work, records[0], first, outcome, "a joke", prison_id=PRISON, prison=prison, now=NOW)
        reviews.look_again(
            work, records[0], second, "so it was", agrees=True, prison_id=PRISON, prison=prison, now=NOW
        )
        kinds = [entry.kind.value for entry in work.safety.entries_of(records[0], words=False)]

    assert kinds == ["noticed", "checked", "reviewed", "second_look"]
