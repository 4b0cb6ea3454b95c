"""One run of the benchmarks that are wanted, one after the other, and what came of it."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import asking, encoding, machine, page, safety_log, screening, understanding
from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Clock, Measured, Task, measure
from benchmarks.report import LeftOut, Report
from bot.running.training import parts_of
from bot.settings import Settings

Opens = Callable[[Bench], AbstractContextManager[Sequence[Task]]]

# The long ones last: what goes wrong early is seen early.
ALL: Final[Mapping[str, Opens]] = {
    "append": safety_log.opened_append,
    "verify-log": safety_log.opened_verify,
    "request": asking.opened,
    "page": page.opened,
    "encode": encoding.opened,
    "screen": screening.opened,
    "understand": understanding.opened,
}


def run(
    settings: Settings,
    wanted: Mapping[str, Opens],
    *,
    quick: bool,
    say: Callable[[str], None],
    clock: Clock = time.perf_counter,
) -> Report:
    """What cannot be measured is left out, and the report says why."""
    start, made, about = clock(), datetime.now(UTC), machine.machine()
    outcomes: list[Measured | LeftOut] = []
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    # On the disk of the product's own database: in memory a commit would cost nothing.
    with tempfile.TemporaryDirectory(dir=settings.var_dir, prefix=".bench-") as folder:
        bench = Bench(settings, Path(folder), quick, say)
        for name, opens in wanted.items():
            say(f"Measuring {name}")
            outcomes += _outcomes(name, opens, bench, clock)
    return Report(
        made=made.isoformat(timespec="seconds"),
        seconds=clock() - start,
        quick=quick,
        machine=about | {"load_after": machine.load()},
        versions=machine.versions(),
        out_of_date=tuple(part.name for part in parts_of(settings) if not part.is_fresh()),
        measured=tuple(one for one in outcomes if isinstance(one, Measured)),
        left_out=tuple(one for one in outcomes if isinstance(one, LeftOut)),
    )


def _outcomes(name: str, opens: Opens, bench: Bench, clock: Clock) -> list[Measured | LeftOut]:
    """What breaks takes no other benchmark along."""
    found: list[Measured | LeftOut] = []
    try:
        with opens(bench) as tasks:
            for task in tasks:
                found += _of_task(task, bench, clock)
    except CannotMeasure as error:
        found.append(LeftOut(name, "", str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said, and the exit status tells
        found.append(LeftOut(name, "", _in_words(error)))
    return found


def _of_task(task: Task, bench: Bench, clock: Clock) -> list[Measured | LeftOut]:
    absent = [LeftOut(task.name, peer, why) for peer, why in task.absent.items()]
    try:
        return [*measure(task, clock, bench.seconds), *absent]
    except CannotMeasure as error:
        return [LeftOut(task.name, "", str(error)), *absent]
    except Exception as error:  # noqa: BLE001 - as above
        return [LeftOut(task.name, "", _in_words(error)), *absent]


def _in_words(error: Exception) -> str:
    return f"It broke: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
