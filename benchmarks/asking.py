"""request: a request for a person put in the queue, beside a plain INSERT."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.bench import Bench
from benchmarks.measuring import WARM_UP, Task
from benchmarks.people import WHEN, a_person
from benchmarks.store import PLAIN, opened_store
from bot.prison_file import load_prison
from bot.queue import service as queue
from bot.queue.model import Kind


@contextmanager
def opened(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises BadContent."""
    prison = load_prison(bench.settings.content_dir, bench.settings.prison)
    runs = bench.runs(500)
    # One for each run: who asks again strengthens the request that is open.
    people = [a_person(number, prison.id) for number in range(runs + WARM_UP)]
    bodies = [
        json.dumps(
            {"person": person.id, "name": person.first_name, "cell": person.place.cell, "kind": "listener"}
        )
        for person in people
    ]
    with opened_store(bench, "request") as (database, plain):
        with database.writing() as work:
            for person in people:
                work.persons.add(person)

        def ask(number: int) -> None:
            with database.writing() as work:
                person = work.people.lock(people[number].id)
                queue.ask(work, person, Kind.LISTENER, deadlines=prison, now=WHEN)

        yield (
            Task(
                name="request",
                what="one request for a Listener put in the queue and committed",
                ours=ask,
                peers={PLAIN: lambda number: plain.insert(bodies[number])},
                runs=runs,
            ),
        )
