"""append and verify-log: the safety log written, beside a plain INSERT, and walked, beside hashing alone."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task, Unit
from benchmarks.people import add_record, an_entry
from benchmarks.store import PLAIN, opened_store
from bot.safety.heads import Chain
from bot.safety.record import canonical
from bot.store.chains import links
from bot.store.verify import verify_chain

HASHING: Final = "hashlib alone"
ENTRIES: Final = 2_000


@contextmanager
def opened_append(bench: Bench) -> Iterator[Sequence[Task]]:
    with opened_store(bench, "append") as (database, plain):
        with database.writing() as work:
            record = add_record(work)
        body = canonical(an_entry(record)).decode()

        def append(_number: int) -> None:
            entry = an_entry(record)
            with database.writing() as work:
                work.safety.append(entry)

        yield (
            Task(
                name="append",
                what="one entry appended to the safety log and committed",
                ours=append,
                peers={PLAIN: lambda _number: plain.insert(body)},
                runs=bench.runs(500),
            ),
        )


@contextmanager
def opened_verify(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises CannotMeasure when the log that was just written does not hold."""
    size = bench.runs(ENTRIES)
    with opened_store(bench, "verify") as (database, _):
        with database.writing() as work:
            record = add_record(work)
            for _ in range(size):
                work.safety.append(an_entry(record))
        with database.reading() as work:
            lines = [link.text.encode() for link in links(work.session, Chain.SAFETY)]

        def walk(_number: int) -> int:
            with database.reading() as work:
                return verify_chain(work.session, Chain.SAFETY, work.sealer).entries

        def hash_alone(_number: int) -> list[str]:
            return [hashlib.sha256(line).hexdigest() for line in lines]

        if walk(0) != size:
            raise CannotMeasure("The safety log does not hold all that was written to it.")
        yield (
            Task(
                name="verify-log",
                what="entries of the safety log read and checked",
                ours=walk,
                peers={HASHING: hash_alone},
                runs=bench.runs(100),
                unit=Unit.ENTRIES,
                size=size,
            ),
        )
