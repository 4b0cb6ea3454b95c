"""The benchmarks of the store do the real thing, and the peer writes as safely as the product does."""

from pathlib import Path

from benchmarks import asking, page, safety_log
from benchmarks.people import PRISON
from benchmarks.store import opened_store, settings_of
from bot.store.database import Database
from tests.benchmarks.timed import a_bench
from tests.support.builders import SEALER
from tests.support.chain import head, verify, walk


def test_the_peer_waits_for_the_disk_as_the_product_does(tmp_path: Path) -> None:
    with opened_store(a_bench(tmp_path), "trial") as (_, plain):
        assert settings_of(plain.connection) == ("wal", 2)


def test_each_plain_row_is_committed(tmp_path: Path) -> None:
    with opened_store(a_bench(tmp_path), "trial") as (database, plain):
        plain.insert("one")
        plain.insert("two")

        assert not plain.connection.in_transaction
        with database.reading() as work:
            rows = work.session.connection().exec_driver_sql("SELECT body FROM plain ORDER BY seq").all()
    assert rows == [("one",), ("two",)]


def test_append_adds_entries_to_a_log_that_holds(tmp_path: Path) -> None:
    bench = a_bench(tmp_path, quick=True)

    with safety_log.opened_append(bench) as (task,):
        for number in range(3):
            task.ours(number)

        database = Database(f"sqlite:///{bench.folder / 'append.db'}", SEALER)
        with database.reading() as work:
            assert verify(walk(work), head(work)) == 3
        database.close()


def test_verify_log_walks_every_entry(tmp_path: Path) -> None:
    with safety_log.opened_verify(a_bench(tmp_path, quick=True)) as (task,):
        (hashing,) = task.peers.values()

        assert task.ours(0) == task.size
        assert len(hashing(0)) == task.size  # type: ignore[arg-type]


def test_each_request_is_a_new_one(tmp_path: Path) -> None:
    bench = a_bench(tmp_path, quick=True)

    with asking.opened(bench) as (task,):
        for number in range(4):
            task.ours(number)

        database = Database(f"sqlite:///{bench.folder / 'request.db'}", SEALER)
        with database.reading() as work:
            found = work.requests.open_in(PRISON)
        database.close()
    assert [request.times_asked for request in found] == [1] * 4


def test_the_page_is_the_real_one_and_its_peer_answers(tmp_path: Path) -> None:
    with page.opened(a_bench(tmp_path)) as (task,):
        ours = task.ours(0)
        (other,) = task.peers.values()
        theirs = other(0)

    assert (ours.status_code, theirs.status_code) == (200, 200)  # type: ignore[attr-defined]
    assert "cell bell" in ours.text.lower()  # type: ignore[attr-defined]
    assert "Content-Security-Policy" in ours.headers  # type: ignore[attr-defined]
