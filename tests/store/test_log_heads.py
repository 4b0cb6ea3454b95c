"""The worker signs the heads of both logs and takes them out; what does not hold is not signed."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.bootstrap import Product
from bot.content import load_texts
from bot.log_checking import check_logs
from bot.log_heads import HeadKeeper, sign_next, write_out
from bot.notices.handing_out import hand_out
from bot.notices.letter import Writer
from bot.notices.model import LOG_HEAD, Outgoing
from bot.notices.routes import EVERYTHING, Route
from bot.people.model import ActorKind, Person
from bot.safety.heads import Chain, Head, SignedHead
from bot.safety.model import Level
from bot.safety.record import EntryKind, SafetyRecord, new_entry
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.rights import BadRole, statements
from bot.worker import Worker
from tests.support.builders import CELL, NOW, PRISON, SEALER, SIGNER
from tests.support.worker import Clock, a_product

HOUR = timedelta(hours=1)
KEYS = {SIGNER.key_id: SIGNER.public_key}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return tmp_path / "another machine" / "heads.jsonl"


@pytest.fixture
def product(database: Database, clock: Clock, outside: Path, sam: Person) -> Product:
    with database.writing() as work:
        work.safety.add_record(
            SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW)
        )
    return a_product(database, clock, log_key="l" * 32, log_heads_file=str(outside))


def _write(database: Database, count: int = 1) -> None:
    for _ in range(count):
        with database.writing() as work:
            entry = new_entry("record", EntryKind.CLIMBED, NOW, ActorKind.SYSTEM, "", {}, {"text": "x"})
            work.safety.append(entry)
            work.audit.put(PRISON, "officer", "viewed", "record", NOW)


def _heads(product: Product, chain: Chain = Chain.SAFETY) -> list[int]:
    with product.database.reading() as work:
        bodies = [Head.from_body(stored.body) for stored in work.heads.walk(chain)]
        return [head.number for head in reversed(bodies)]


def test_heads_are_signed_every_hour_and_only_when_something_was_written(
    product: Product, clock: Clock
) -> None:
    keeper = HeadKeeper(product)
    _write(product.database, 3)
    signed = [keeper.keep()]
    _write(product.database)
    signed.append(keeper.keep())
    clock.at += HOUR
    signed.append(keeper.keep())
    clock.at += HOUR
    signed.append(keeper.keep())

    assert signed == [2, 0, 2, 0]
    assert _heads(product) == [4, 3]
    assert check_logs(product.database, KEYS).broken == []


def test_a_clock_that_was_set_back_keeps_no_head_from_being_signed(product: Product, clock: Clock) -> None:
    keeper = HeadKeeper(product)
    clock.at += timedelta(days=3650)
    keeper.keep()
    clock.at = NOW
    _write(product.database)

    assert keeper.keep() == 2


def test_every_head_goes_into_the_file_once_and_what_was_missed_is_caught_up(
    product: Product, clock: Clock, outside: Path
) -> None:
    _write(product.database)
    HeadKeeper(product).keep()
    for _ in range(2):
        _write(product.database)
        sign_next(product, Chain.SAFETY, SIGNER, clock.at)
    with outside.open("a") as file:
        file.write('{"head": cut o')
    HeadKeeper(product).keep()
    HeadKeeper(product).keep()

    lines = outside.read_text().splitlines()
    whole = [line for line in lines if not line.startswith('{"head": cut')]
    assert write_out(product) == 0
    assert len(whole) == len(lines) - 1, "what follows a line that was cut off stands on its own"
    assert sorted((SignedHead.from_line(line).head.number) for line in whole) == [1, 1, 2, 3, 3]
    assert check_logs(product.database, KEYS, outside.read_text().splitlines()).broken == []


def test_a_file_that_cannot_be_written_is_tried_again(product: Product, outside: Path) -> None:
    _write(product.database)
    outside.parent.write_text("a file in the way")
    keeper = HeadKeeper(product)
    with pytest.raises((FileExistsError, NotADirectoryError)):
        keeper.keep()
    outside.parent.unlink()

    assert keeper.keep() == 0
    assert len(outside.read_text().splitlines()) == 2


def test_what_was_changed_is_not_signed(product: Product, backend: str) -> None:
    _write(product.database, 2)
    with product.database.writing() as work:
        for statement in _way_around(backend):
            work.session.execute(sa.text(statement))

    assert not sign_next(product, Chain.SAFETY, SIGNER, NOW)
    assert _heads(product) == []


def _way_around(backend: str) -> list[str]:
    guard = "DROP TRIGGER safety_entry_no_update"
    if backend == "postgresql":
        guard = "DROP TRIGGER safety_entry_no_change ON safety_entry"
    return [guard, "UPDATE safety_entry SET actor_id = 'other'"]


def test_two_workers_that_sign_at_once_make_one_chain_of_heads(product: Product) -> None:
    _write(product.database, 2)

    def sign(_: int) -> bool:
        return sign_next(product, Chain.SAFETY, SIGNER, NOW)

    with ThreadPoolExecutor(4) as pool:
        signed = list(pool.map(sign, range(4)))

    assert signed.count(True) == 1
    assert _heads(product) == [2]


def test_the_worker_signs_among_its_other_work(product: Product) -> None:
    _write(product.database)

    Worker(product).tick()

    assert _heads(product) == [1]
    assert _heads(product, Chain.AUDIT) == [1]


class _Kept:
    name, follows = "keeper", False

    def __init__(self, *, heads: bool) -> None:
        self.route = Route(heads=True) if heads else EVERYTHING

    def deliver(self, outgoing: Outgoing, now: object) -> None:
        raise AssertionError


def test_a_head_goes_out_by_the_channels_that_are_for_it(product: Product) -> None:
    _write(product.database)
    sign_next(product, Chain.SAFETY, SIGNER, NOW)
    with product.database.writing() as work:
        (notice,) = [each for each in work.outbox.claim(NOW, HOUR) if each.topic == LOG_HEAD]
        wanted = [hand_out(work, notice, [_Kept(heads=heads)], product.prison) for heads in (True, False)]

    assert wanted == [1, 0]
    writer = Writer(load_texts(ROOT / "content" / "desk"), "Oakmoor", product.prison.zone)
    letter = writer.write(Outgoing(1, 1, LOG_HEAD, PRISON, notice.ref, NOW, notice.facts))
    assert "safety log had 1 entries" in letter.text
    assert notice.facts["code"] in letter.subject
    assert SignedHead.from_line(letter.lines[-1]).head.number == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_restored_backup_holds_and_shows_what_was_lost_since(
    product: Product, tmp_path: Path, outside: Path, url: str
) -> None:
    _write(product.database, 3)
    HeadKeeper(product).keep()
    with sqlite3.connect(tmp_path / "signpost.db") as source, sqlite3.connect(tmp_path / "backup.db") as copy:
        source.backup(copy)
    _write(product.database, 2)
    HeadKeeper(product).keep()
    shutil.copy(tmp_path / "backup.db", tmp_path / "restored.db")
    restored = Database(f"sqlite:///{tmp_path}/restored.db", SEALER)

    whole = check_logs(product.database, KEYS, outside.read_text().splitlines())
    alone = check_logs(restored, KEYS)
    known = check_logs(restored, KEYS, outside.read_text().splitlines())

    assert (whole.broken, alone.broken) == ([], [])
    assert [report.entries for report in alone.reports] == [3, 3]
    assert any("when there were 5" in broken.why for broken in known.broken)


def test_eight_writers_make_one_audit_that_does_not_fork(product: Product) -> None:
    def write(number: int) -> None:
        with product.database.writing() as work:
            # In both orders: the audit's head is locked last whatever comes first.
            if number % 2:
                work.audit.put(PRISON, "officer", "viewed", "record", NOW, why="asked for")
            work.safety.append(new_entry("record", EntryKind.CLIMBED, NOW, ActorKind.SYSTEM, "", {}))
            work.audit.put(PRISON, "officer", "viewed", "record", NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    checked = check_logs(product.database, KEYS)
    assert checked.broken == []
    assert [report.entries for report in checked.reports] == [40, 60]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_under_its_own_rights_the_product_writes_and_nobody_changes_an_entry(
    product: Product, database: Database
) -> None:
    role = f"signpost_{id(database)}"
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {role}"))
        for statement in statements(role):
            connection.execute(sa.text(statement))

    def run(statement: str) -> None:
        with database.writing() as work:
            work.session.execute(sa.text(f"SET LOCAL ROLE {role}"))
            work.session.execute(sa.text(statement))

    with database.writing() as work:
        work.session.execute(sa.text(f"SET LOCAL ROLE {role}"))
        work.safety.append(
            new_entry("record", EntryKind.CLIMBED, NOW, ActorKind.SYSTEM, "", {}, {"text": "x"})
        )
        work.audit.put(PRISON, "officer", "viewed", "record", NOW, why="asked for")
    run("DELETE FROM safety_words")
    for forbidden in (
        "UPDATE safety_entry SET actor_id = 'x'",
        "DELETE FROM audit",
        "DELETE FROM signed_head",
        "UPDATE safety_words SET name = 'x'",
        "TRUNCATE audit",
        "ALTER TABLE safety_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER safety_entry_no_change ON safety_entry",
        "INSERT INTO chain_head (id, hash) VALUES (1, 'x')",
    ):
        with pytest.raises(sa.exc.DBAPIError, match=r"permission denied|must be owner"):
            run(forbidden)
    # Words may go, for retention; that they went without a word of the audit is seen.
    (broken,) = check_logs(database, KEYS).broken
    assert "its words are gone" in broken.why


@pytest.mark.parametrize("role", ["", "a b", "x; DROP TABLE audit", "Signpost", "a" * 64])
def test_what_is_no_role_is_refused(role: str) -> None:
    with pytest.raises(BadRole):
        list(statements(role))
