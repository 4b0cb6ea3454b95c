"""Asks every other system about every set; what takes long goes on where a broken run stopped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.nlu.screen_data import Line
from bot.nlu.screen_head import TrainedHead
from bot.safety.ports import Judge
from evaluation.danger.asking import Clocks, ask
from evaluation.danger.peers import rasa, screens
from evaluation.danger.peers.keywords import Keywords
from evaluation.danger.peers.results import Part, Result, Said, asked_key, keep, read, train_key
from evaluation.danger.peers.screens import Scores, scores_of
from evaluation.danger.sets import DangerSet
from evaluation.figures import Times, times
from evaluation.peers import systems
from evaluation.peers.recogniser import RasaRecogniser, Recogniser
from evaluation.peers.run import Bench, Pair

KEYWORDS: Final = "keywords"
PHRASES: Final = "phrases"
HEAD: Final = "head"
MINILM: Final = systems.MINILM
RASA_DEFAULT: Final = systems.RASA_DEFAULT
NAMES: Final = (KEYWORDS, PHRASES, HEAD, MINILM, RASA_DEFAULT)  # the quick ones first

Parts = Mapping[str, Part]


class PeerBroken(Exception):
    """A system judged with a part of it broken: nothing of it is kept."""


@dataclass(frozen=True)
class Places:
    """`results` keeps what was measured; `minilm` is the other encoder's folder."""

    results: Path
    minilm: Path
    content: Path


@dataclass(frozen=True)
class Peers:
    """All that is needed to train and ask them. `head` is ours, None where it is broken."""

    places: Places
    trained: Sequence[Line]
    sets: Sequence[DangerSet]
    head: TrainedHead | None
    clocks: Clocks
    now: Callable[[], datetime]
    say: Callable[[str], None]
    recogniser: Callable[[systems.Pipeline, Path], Recogniser] = RasaRecogniser

    def measure(self, system: str) -> Result | None:
        """None where our head is wanted and broken. Raises TrainingFailed, HeadBroken, PeerBroken."""
        if system == RASA_DEFAULT:
            result = self._rasa()
        elif system == MINILM:
            result = self._minilm()
        else:
            found = self._quick(system)
            if found is None:
                return None
            judge, key, scores = found
            result = self._result(system, key, 0.0, self.ask(system, judge, scores))
        keep(self.places.results, result)
        return result

    def _quick(self, system: str) -> tuple[Judge, str, Scores | None] | None:
        if system == KEYWORDS:
            return Keywords(), Keywords.version, None
        if system == PHRASES:
            phrases = screens.phrases_alone(self.places.content)
            return phrases, "phrases", None
        if self.head is None:
            return None
        return screens.head_alone(self.head, self.places.content), self.head.version, scores_of(self.head)

    def _minilm(self) -> Result:
        key = screens.minilm_key(self.places.minilm)
        known = read(self.places.results, MINILM)
        if known is not None and self._is_same(known, key):
            self.say(f"{MINILM}: measured before")
            return known
        self.say(f"{MINILM}: training on {len(self.trained)} lines")
        start = self.clocks.passed()
        head = screens.minilm_head(self.places.minilm, self.places.results / "minilm_head", self.trained)
        seconds = self.clocks.passed() - start
        judge = screens.head_alone(head, self.places.content)
        return self._result(MINILM, key, seconds, self.ask(MINILM, judge, scores_of(head)))

    def _rasa(self) -> Result:
        """Training and answers are kept by the bench that compares recognisers of what is meant."""
        asked = [line for one in self.sets for line in one.lines]
        bench = Bench(self.places.results / "rasa", self.clocks.passed, self.now, self.say, self.recogniser)
        found = bench.measure(Pair(RASA_DEFAULT, rasa.benchmark(self.trained, asked)))
        parts, start = {}, 0
        for one in self.sets:
            rankings = found.test.rankings[start : start + len(one.lines)]
            parts[one.name] = Part(asked_key(one), tuple(map(rasa.said, rankings)), found.milliseconds)
            start += len(one.lines)
        result = self._result(RASA_DEFAULT, found.system_key, found.training_seconds, parts)
        return replace(result, made=found.made)

    def ask(self, system: str, judge: Judge, scores: Scores | None) -> Parts:
        """Raises PeerBroken."""
        parts = {}
        for one in self.sets:
            self.say(f"{system}: asking {len(one.lines)} messages of {one.name}")
            judged = ask(judge, one.lines, self.clocks)
            if any(each.fault for each in judged):
                raise PeerBroken(f"{system}: a part of it is broken, so its figures would not be its own.")
            said = [Said(each.level, each.risks) for each in judged]
            if scores is not None:
                values = scores.danger_scores([line.text for line in one.lines])
                said = [replace(each, score=float(value)) for each, value in zip(said, values, strict=True)]
            took: Times = times([each.seconds for each in judged])
            parts[one.name] = Part(asked_key(one), tuple(said), took)
        return parts

    def _result(self, system: str, key: str, seconds: float, parts: Parts) -> Result:
        made = self.now().isoformat(timespec="seconds")
        trained_on = 0 if system in {KEYWORDS, PHRASES} else len(self.trained)
        return Result(system, key, train_key(self.trained), made, trained_on, seconds, parts)

    def _is_same(self, known: Result, key: str) -> bool:
        asked = {one.name: asked_key(one) for one in self.sets}
        return (
            known.system_key == key
            and known.train_key == train_key(self.trained)
            and {name: part.asked for name, part in known.parts.items()} == asked
        )
