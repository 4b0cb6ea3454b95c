"""A clock that only work moves, so that every figure can be worked out by hand."""

from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measuring import Task, Work
from bot.settings import Settings


class Time:
    """Seconds. `takes` is work that lasts so long; `done` tells who worked, and at which run, in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[tuple[str, int]] = []

    def __call__(self) -> float:
        return self.now

    def takes(self, who: str, *seconds: float) -> Work:
        """With several, each run takes the next one, and those after the last take the last."""

        def work(number: int) -> None:
            self.done.append((who, number))
            self.now += seconds[min(number, len(seconds) - 1)]

        return work


def a_task(time: Time, ours: float, theirs: float, /, **more: Any) -> Task:
    fields: dict[str, Any] = {
        "name": "screen",
        "what": "one message judged",
        "ours": time.takes("ours", ours),
        "peers": {"a peer": time.takes("a peer", theirs)},
        "runs": 20,
    }
    return Task(**fields | more)


def a_bench(folder: Path, *, quick: bool = False) -> Bench:
    settings = Settings(_env_file=None, var_dir=folder, threads=1)  # type: ignore[call-arg]
    work = folder / "work"
    work.mkdir(parents=True)
    return Bench(settings, work, quick, say=lambda words: None)
