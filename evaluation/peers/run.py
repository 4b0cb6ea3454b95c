"""Trains and asks each recogniser on each benchmark; goes on where a broken run stopped."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from evaluation.figures import times
from evaluation.peers import systems
from evaluation.peers.benchmarks import Benchmark, Examples
from evaluation.peers.recogniser import RasaRecogniser, Recogniser
from evaluation.peers.results import Part, Result, keep, name, read
from evaluation.peers.systems import Pipeline

WARM_UP: Final = 5  # the first answers wait for the model to load; they are not timed

Clock = Callable[[], float]


@dataclass(frozen=True)
class Pair:
    system: str
    benchmark: Benchmark
    encoder: Path | None = None


@dataclass(frozen=True)
class Bench:
    """Where results are kept, what tells the time, whom to tell what goes on, and what is trained."""

    folder: Path
    clock: Clock
    now: Callable[[], datetime]
    say: Callable[[str], None]
    recogniser: Callable[[Pipeline, Path], Recogniser] = RasaRecogniser

    def measure(self, pair: Pair) -> Result:
        """From disk where it was measured before. Raises TrainingFailed."""
        components = systems.pipeline(pair.system, self.folder, pair.encoder)
        system_key, data_key = systems.fingerprint(components), pair.benchmark.digest()
        stem = name(pair.benchmark.name, pair.system, system_key, data_key)
        known = read(self.folder / f"{stem}.json")
        if known is not None:
            self.say(f"{stem}: measured before")
            return known
        work = self.folder / "work" / stem
        recogniser = self.recogniser(components, work)
        seconds = self._train(recogniser, pair.benchmark.train, work, stem)
        self.say(f"{stem}: asking {len(pair.benchmark.tune) + len(pair.benchmark.test)} messages")
        tune, took = self._ask(recogniser, pair.benchmark.tune)
        test, took_too = self._ask(recogniser, pair.benchmark.test)
        result = Result(
            benchmark=pair.benchmark.name,
            system=pair.system,
            system_key=system_key,
            data_key=data_key,
            outside=pair.benchmark.outside,
            encoder=None if pair.encoder is None else str(pair.encoder),
            made=self.now().isoformat(timespec="seconds"),
            trained_on=len(pair.benchmark.train),
            training_seconds=seconds,
            milliseconds=times((*took, *took_too)),
            tune=tune,
            test=test,
        )
        keep(self.folder, result)
        shutil.rmtree(work, ignore_errors=True)  # the model is large, and no longer needed
        return result

    def _train(self, recogniser: Recogniser, examples: Examples, work: Path, stem: str) -> float:
        """Seconds. A model that an earlier run finished is taken as it is."""
        done = work / "trained.json"
        try:
            seconds = float(json.loads(done.read_text("utf-8"))["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            self.say(f"{stem}: training on {len(examples)} examples")
            start = self.clock()
            recogniser.fit([one.text for one in examples], [one.label for one in examples])
            seconds = self.clock() - start
            work.mkdir(parents=True, exist_ok=True)
            done.write_text(json.dumps({"seconds": seconds}), "utf-8")
        return seconds

    def _ask(self, recogniser: Recogniser, examples: Examples) -> tuple[Part, Sequence[float]]:
        rankings, seconds = [], []
        start = self.clock()
        for ranking in recogniser.predict([one.text for one in examples]):
            end = self.clock()
            rankings.append(ranking)
            seconds.append(end - start)
            start = self.clock()
        labels = tuple(one.label for one in examples)
        return Part(labels, tuple(rankings)), seconds[WARM_UP:]


def is_current(result: Result, folder: Path) -> bool:
    """Whether the system is still the one that was measured. Not so when it cannot be told."""
    encoder = None if result.encoder is None else Path(result.encoder)
    try:
        return systems.fingerprint(systems.pipeline(result.system, folder, encoder)) == result.system_key
    except Exception:  # noqa: BLE001 - an encoder that is gone, a component that is gone: either way not current
        return False
