"""Somebody who may do anything to the database changes the log, in every way, and is found."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.log_checking import Checked, check_logs
from bot.people.model import ActorKind, Person
from bot.safety.heads import Chain, SignedHead
from bot.safety.merkle import Tree
from bot.safety.model import Level
from bot.safety.record import GENESIS, EntryKind, SafetyRecord, new_entry
from bot.store.chains import links
from bot.store.database import Database
from bot.store.words import seal_salted
from tests.support.builders import CELL, NOW, PRISON, SEALER, SIGNER
from tests.support.chain import head, walk
from tests.support.filling import sign_heads

KEYS = {SIGNER.key_id: SIGNER.public_key}
YEARS = timedelta(days=8 * 366)
_GUARDED = ("safety_entry", "audit", "signed_head", "safety_words")


@dataclass(frozen=True)
class Log:
    """Six entries in each log, a head signed after four of them and another after all."""

    database: Database
    exported: Sequence[str]
    ids: Sequence[str]
    audit_ids: Sequence[str]

    def run(self, *statements: str, **values: object) -> None:
        with self.database.writing() as work:
            for statement in statements:
                work.session.execute(sa.text(statement), values)

    def check(self, *, exported: bool = False) -> Checked:
        return check_logs(self.database, KEYS, self.exported if exported else ())


@pytest.fixture
def log(database: Database, sam: Person, backend: str) -> Log:
    with database.writing() as work:
        work.safety.add_record(
            SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW)
        )
    signed: list[SignedHead] = []
    for number in range(6):
        at = NOW + number * timedelta(hours=1)
        with database.writing() as work:
            words = {"text": f"words {number}", "context": "before"}
            entry = new_entry("record", EntryKind.NOTICED, at, ActorKind.SYSTEM, "", {"n": number}, words)
            work.safety.append(entry)
            work.audit.put(PRISON, "officer", "record_viewed", "record", at, why=f"why {number}")
        if number in (3, 5):
            signed += sign_heads(database)
    _take_guards_away(database, backend)
    with database.reading() as work:
        ids, audit_ids = ([link.id for link in links(work.session, chain)] for chain in Chain)
    return Log(database, [f"{each.line}\n" for each in signed], ids, audit_ids)


def _take_guards_away(database: Database, backend: str) -> None:
    with database.writing() as work:
        for table in _GUARDED:
            if backend == "postgresql":
                work.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
                continue
            found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
            for name in work.session.scalars(found, {"table": table}).all():
                work.session.execute(sa.text(f"DROP TRIGGER {name}"))


def test_a_log_that_nobody_touched_holds(log: Log) -> None:
    checked = log.check(exported=True)

    assert checked.broken == []
    assert [report.entries for report in checked.reports] == [6, 6]
    assert [report.words_checked for report in checked.reports] == [12, 6]
    assert [report.heads_checked for report in checked.reports] == [2, 2]
    assert (checked.stored_heads, checked.outside_heads, checked.notes) == (4, 4, [])


# What is done to the database, and at which entry it is found.
_CHANGES: dict[str, tuple[str, int]] = {
    "another body": ("UPDATE safety_entry SET body = '{\"n\"\\:7}' WHERE id = :id", 3),
    "a body with spaces": ("UPDATE safety_entry SET body = '{\"n\": 2}' WHERE id = :id", 3),
    "another time": ("UPDATE safety_entry SET at = '2026-11-23 11:30:00.000000' WHERE id = :id", 3),
    "another actor": ("UPDATE safety_entry SET actor_id = 'staff-other' WHERE id = :id", 3),
    "another kind": ("UPDATE safety_entry SET kind = 'acknowledged' WHERE id = :id", 3),
    "no commitment": ("UPDATE safety_entry SET commitments = '{}' WHERE id = :id", 3),
    "a form that was never": ("UPDATE safety_entry SET form = 1 WHERE id = :id", 3),
    "words of another entry": (
        "UPDATE safety_words SET sealed = "
        "(SELECT sealed FROM safety_words WHERE entry_id = :other AND name = 'text') "
        "WHERE entry_id = :id AND name = 'text'",
        3,
    ),
    "words under another name": (
        "UPDATE safety_words SET name = 'note' WHERE entry_id = :id AND name = 'text'",
        3,
    ),
    "an entry gone in the middle": (
        "DELETE FROM safety_words WHERE entry_id = :id; DELETE FROM safety_entry WHERE id = :id",
        3,
    ),
    "entries in another order": (
        "UPDATE safety_entry SET seq = -1 WHERE id = :id; "
        "UPDATE safety_entry SET seq = (SELECT seq FROM safety_entry WHERE id = :other) - 1000 "
        "WHERE id = :id",
        1,
    ),
}


@pytest.mark.parametrize("name", list(_CHANGES))
def test_a_change_is_found_where_it_is(log: Log, name: str) -> None:
    statements, number = _CHANGES[name]
    for statement in statements.split("; "):
        named = {"id": log.ids[2], "other": log.ids[4]}
        log.run(statement, **{key: value for key, value in named.items() if f":{key}" in statement})

    (broken,) = log.check().broken

    assert (broken.chain, broken.number) == ("safety", number)
    assert broken.entry_id == (log.ids[2] if name != "an entry gone in the middle" else log.ids[3])
    assert broken.why


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET ref = 'other' WHERE id = :id",
        "UPDATE audit SET staff_id = 'somebody' WHERE id = :id",
        "UPDATE audit SET action = 'other' WHERE id = :id",
    ],
)
def test_a_change_of_the_audit_is_found_where_it_is(log: Log, change: str) -> None:
    log.run(change, id=log.audit_ids[4])

    (broken,) = log.check().broken

    assert (broken.chain, broken.number, broken.entry_id) == ("audit", 5, log.audit_ids[4])


def test_other_words_sealed_with_the_right_key_are_found(log: Log) -> None:
    forged = seal_salted(SEALER, bytes(32), "all good")
    log.run("UPDATE safety_words SET sealed = :sealed WHERE entry_id = :id", sealed=forged, id=log.ids[1])

    (broken,) = log.check().broken

    assert (broken.number, broken.why[:22]) == (2, "its words were changed")


def test_an_end_cut_off_with_the_head_set_back_is_found_by_a_signed_head(log: Log) -> None:
    _cut_off_the_last(log)

    (broken,) = log.check().broken

    assert (broken.chain, broken.number) == ("safety", 5)
    assert "missing at the end" in broken.why


def test_an_end_cut_off_with_its_signed_head_is_found_by_the_one_that_left_the_house(log: Log) -> None:
    _cut_off_the_last(log)
    log.run("DELETE FROM signed_head WHERE number = 6 AND chain = 'safety'")

    assert log.check().broken == []
    broken = log.check(exported=True).broken

    assert any("missing at the end" in each.why for each in broken)


def _cut_off_the_last(log: Log) -> None:
    log.run("DELETE FROM safety_words WHERE entry_id = :id", id=log.ids[5])
    log.run("DELETE FROM safety_entry WHERE id = :id", id=log.ids[5])
    log.run("UPDATE chain_head SET hash = (SELECT hash FROM safety_entry WHERE id = :id)", id=log.ids[4])


def test_an_entry_put_in_between_is_found(log: Log) -> None:
    with log.database.reading() as work:
        third = work.safety.entry(log.ids[2])
    assert third is not None
    forged = replace(third, id="f" * 32)
    log.run(
        "INSERT INTO safety_entry (seq, id, record_id, kind, at, actor_kind, actor_id, body, previous, hash, "
        "form, commitments) SELECT 1000, :new, record_id, kind, at, actor_kind, actor_id, body, :previous, "
        ":hash, form, commitments FROM safety_entry WHERE id = :id",
        id=third.id,
        new=forged.id,
        previous=_head(log),
        hash="a" * 64,
    )

    (broken,) = log.check().broken

    assert (broken.number, broken.entry_id) == (7, forged.id)


def _head(log: Log) -> str:
    with log.database.reading() as work:
        return head(work)


def test_a_whole_log_written_anew_is_found_by_the_head_that_left_the_house(log: Log) -> None:
    _write_anew(log)
    log.run("DELETE FROM signed_head WHERE chain = 'safety'")

    assert [each.why for each in log.check().broken] == []
    broken = log.check(exported=True).broken

    assert (broken[0].chain, broken[0].number) == ("safety", 4)
    assert "of another log" in broken[0].why


def test_a_whole_log_written_anew_is_found_by_a_stored_head(log: Log) -> None:
    _write_anew(log)

    (broken,) = log.check().broken

    assert broken.number == 4


def _write_anew(log: Log) -> None:
    """Without the third entry's true body, and with every hash after it right again."""
    log.run("UPDATE safety_entry SET body = '{\"n\"\\:99}' WHERE id = :id", id=log.ids[2])
    previous = GENESIS
    with log.database.reading() as work:
        rows = list(links(work.session, Chain.SAFETY))
    for link in rows:
        text = link.text.replace(f'"previous":"{link.previous}"', f'"previous":"{previous}"')
        made = hashlib.sha256(text.encode()).hexdigest()
        log.run(
            "UPDATE safety_entry SET previous = :previous, hash = :hash WHERE id = :id",
            previous=previous,
            hash=made,
            id=link.id,
        )
        previous = made
    log.run("UPDATE chain_head SET hash = :hash", hash=previous)


_OF_HEADS: dict[str, Callable[[dict[str, object]], object]] = {
    "number": lambda head: 3,
    "root": lambda head: "0" * 64,
    "hash": lambda head: "0" * 64,
    "at": lambda head: "2026-11-23T10:00:01.000000+00:00",
    "key": lambda head: "0" * 16,
    "format": lambda head: "signpost-head-2",
}


@pytest.mark.parametrize("part", list(_OF_HEADS))
def test_a_changed_head_is_found(log: Log, part: str) -> None:
    first = SignedHead.from_line(log.exported[0])
    body = json.loads(first.head.body)
    body[part] = _OF_HEADS[part](body)
    changed = json.dumps(body, sort_keys=True, separators=(",", ":"))
    log.run("UPDATE signed_head SET body = :body WHERE chain = 'safety' AND number = 4", body=changed)

    (broken,) = log.check().broken

    assert broken.chain == "safety"
    assert "head" in broken.why


def test_a_changed_signature_is_found(log: Log) -> None:
    log.run("UPDATE signed_head SET signature = :none WHERE number = 4", none="0" * 128)

    broken = log.check().broken

    assert [each.chain for each in broken] == ["safety", "audit"]
    assert all("signature" in each.why for each in broken)


def test_a_head_taken_out_in_the_middle_is_found(log: Log) -> None:
    log.run("DELETE FROM signed_head WHERE chain = 'audit' AND number = 4")

    (broken,) = log.check().broken

    assert (broken.chain, broken.number) == ("audit", 0)
    assert "missing" in broken.why


def test_a_row_of_the_audit_that_is_not_chained_is_found(log: Log) -> None:
    log.run(
        "INSERT INTO audit (prison_id, staff_id, action, ref, at) "
        "VALUES ('oakmoor', 'officer', 'signed_in', '', '2026-11-23 10:00:00.000000')"
    )

    (broken,) = log.check().broken

    assert (broken.chain, broken.number) == ("audit", 6)
    assert "not chained" in broken.why


def test_heads_of_somebody_else_are_no_proof(log: Log) -> None:
    other = replace(SIGNER, secret="another" * 8)
    head = SignedHead.from_line(log.exported[0]).head
    forged = other.sign(head)

    broken = check_logs(log.database, KEYS, [forged.line]).broken

    assert "signature" in broken[0].why


def _take_words(log: Log, number: int) -> None:
    log.run("DELETE FROM safety_words WHERE entry_id = :id", id=log.ids[number])


def _tell_of_words(log: Log, count: int, at: datetime) -> None:
    with log.database.writing() as work:
        work.audit.put(PRISON, "", "deleted_safety_words", f"{count} up to {at.date()}", at)


def test_words_that_are_gone_and_of_which_nothing_tells_are_found(log: Log) -> None:
    _take_words(log, 0)

    (broken,) = log.check().broken

    assert (broken.chain, broken.number, broken.entry_id) == ("safety", 1, log.ids[0])
    assert "no deletion" in broken.why


def test_words_that_were_deleted_when_their_time_was_over_are_counted_and_no_fault(log: Log) -> None:
    _take_words(log, 0)
    _tell_of_words(log, 1, NOW + YEARS)

    told = log.check()

    assert told.broken == []
    assert told.reports[0].words_gone == 2


def test_a_deletion_that_came_too_early_is_no_excuse(log: Log) -> None:
    """Whoever takes words and writes a deletion himself has to wait as long as a prison has to."""
    _take_words(log, 0)
    _tell_of_words(log, 1, NOW + timedelta(days=300))

    (broken,) = log.check().broken

    assert "so young" in broken.why


def test_a_deletion_of_one_record_is_no_excuse_for_two(log: Log) -> None:
    with log.database.writing() as work:
        known = work.safety.get("record")
        assert known is not None
        for record in ("second", "third"):
            work.safety.add_record(replace(known, id=record))
            work.safety.append(
                new_entry(
                    record, EntryKind.NOTED, NOW, ActorKind.STAFF, "officer", {}, {"note": "he was calm"}
                )
            )
    log.run(
        "DELETE FROM safety_words WHERE entry_id IN (SELECT id FROM safety_entry WHERE record_id <> 'record')"
    )
    _tell_of_words(log, 1, NOW + YEARS)

    (broken,) = log.check().broken

    assert "more (2) than the audit tells were deleted (1)" in broken.why


def test_one_word_of_two_is_never_let_go_alone(log: Log) -> None:
    log.run(
        "DELETE FROM safety_words WHERE entry_id = :id AND name = "
        "(SELECT MIN(name) FROM safety_words WHERE entry_id = :id)",
        id=log.ids[0],
    )
    _tell_of_words(log, 1, NOW + YEARS)

    (broken,) = log.check().broken

    assert broken.number == 1
    assert "some of its words are missing" in broken.why


def test_reasons_that_are_gone_from_the_audit_and_of_which_nothing_tells_are_found(log: Log) -> None:
    with log.database.writing() as work:
        work.audit.put(PRISON, "officer", "conversation_viewed", "record", NOW, why="he asked me to")
    log.run("DELETE FROM audit_words")

    silent = log.check()
    with log.database.writing() as work:
        work.audit.put(PRISON, "", "deleted_audit_words", "7 up to 2033-01-01", NOW + YEARS)

    assert [broken.chain for broken in silent.broken] == ["audit"]
    assert log.check().broken == []


def test_what_is_written_or_let_go_while_it_is_checked_is_no_fault(log: Log) -> None:
    """All that is read is of the moment in which the reading began, on both databases."""
    with log.database.snapshot() as work:
        before = [link.id for link in links(work.session, Chain.SAFETY)]
        with log.database.writing() as other:
            entry = new_entry("record", EntryKind.NOTED, NOW, ActorKind.STAFF, "officer", {}, {"note": "new"})
            other.safety.append(entry)
            other.session.execute(sa.text("DELETE FROM safety_words"))
        after = [link.id for link in links(work.session, Chain.SAFETY)]
        words = work.session.scalar(sa.text("SELECT COUNT(*) FROM safety_words"))

    assert before == after
    assert words == 12


def test_a_clock_that_went_back_and_a_long_silence_are_noted_and_no_failure(log: Log) -> None:
    with log.database.writing() as work:
        for at in (NOW + timedelta(days=30), NOW + timedelta(days=29)):
            work.safety.append(new_entry("record", EntryKind.CLIMBED, at, ActorKind.SYSTEM, "", {}))

    checked = log.check()

    assert checked.broken == []
    assert [checked.reports[0].gaps, checked.reports[0].clock_back] == [1, 1]
    assert "entry 7" in checked.notes[0]
    assert "the clock went back by 1 day" in checked.notes[1]


def test_the_root_is_that_of_all_entries_one_after_the_other(log: Log) -> None:
    tree = Tree()
    with log.database.reading() as work:
        for entry in walk(work):
            tree.add(bytes.fromhex(entry.hash))
        stored = work.heads.last(Chain.SAFETY)

    assert stored is not None
    assert (stored.head.number, stored.head.root) == (6, tree.root().hex())
