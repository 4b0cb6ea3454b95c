"""What is compared: it learns labels from texts and ranks them for others. Here, Rasa trained anew."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from bot.running.training import rasa_environment
from evaluation.asking import Guess
from evaluation.peers.gate import Ranking

RANKED: Final = 5
_MODEL: Final = "model"
_CONFIG: Final = "config.yml"
_EXAMPLES: Final = "examples.json"
_CACHE: Final = "RASA_CACHE_DIRECTORY"


class Recogniser(Protocol):
    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None: ...

    def predict(self, texts: Sequence[str]) -> Iterator[Ranking]:
        """One ranking for each text, in order, made when it is asked for: so each can be timed."""


class TrainingFailed(Exception):
    """Rasa could not train the pipeline; the message says where its log is."""


class RasaRecogniser:
    """A pipeline that Rasa trains by itself, in a folder of its own, with a cache of its own.

    `most_seconds` is how long it may train; with none, as long as it takes.
    """

    def __init__(
        self, pipeline: Sequence[dict[str, Any]], folder: Path, most_seconds: float | None = None
    ) -> None:
        self._pipeline = pipeline
        self._folder = folder
        self._most_seconds = most_seconds

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Raises TrainingFailed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = {
            "recipe": "default.v1",
            "language": "en",
            "assistant_id": "peer",
            "pipeline": self._pipeline,
        }
        # Rasa's JSON, not its YAML: there brackets in a message would be marks.
        examples = [{"text": text, "intent": label} for text, label in zip(texts, labels, strict=True)]
        data = {"rasa_nlu_data": {"common_examples": examples}}
        # JSON is YAML too.
        (self._folder / _CONFIG).write_text(json.dumps(config, indent=1), "utf-8")
        (self._folder / _EXAMPLES).write_text(json.dumps(data), "utf-8")
        self._train()

    def _train(self) -> None:
        command = [
            *(sys.executable, "-m", "rasa", "train", "nlu", "--config", _CONFIG),
            *("--nlu", _EXAMPLES, "--out", ".", "--fixed-model-name", _MODEL),
        ]
        log = self._folder / "training.log"
        with log.open("w", encoding="utf-8") as output:
            try:
                done = subprocess.run(  # noqa: S603 - our own command
                    command,
                    cwd=self._folder,
                    env=self._environment(),
                    stdout=output,
                    stderr=output,
                    timeout=self._most_seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise TrainingFailed(f"Rasa had not trained it after {error.timeout:.0f} seconds.") from error
        if done.returncode != 0 or not self._model.exists():
            raise TrainingFailed(f"Rasa could not train; its log is {log}.")

    def predict(self, texts: Sequence[str]) -> Iterator[Ranking]:
        """Raises TrainingFailed when there is no model to load."""
        with self.opened() as rank:
            for text in texts:
                yield rank(text)

    @contextmanager
    def opened(self) -> Iterator[Callable[[str], Ranking]]:
        """The trained model, which ranks one text a call. Raises TrainingFailed when there is none."""
        from rasa.core.agent import Agent

        if not structlog.is_configured():  # Rasa would print every message
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        agent = Agent.load(str(self._model))
        if agent.processor is None:
            raise TrainingFailed(f"There is no model in {self._folder}.")
        loop = asyncio.new_event_loop()
        try:
            yield lambda text: loop.run_until_complete(_rank(agent.processor, text))
        finally:
            loop.close()

    @property
    def _model(self) -> Path:
        return self._folder / f"{_MODEL}.tar.gz"

    def _environment(self) -> dict[str, str]:
        return rasa_environment() | {
            _CACHE: str(self._folder / "cache"),
            "OMP_NUM_THREADS": str(os.cpu_count() or 1),
        }


class RasaHere(RasaRecogniser):
    """Trained in this process, however long it takes: for what is light, where Rasa is loaded anyway."""

    def _train(self) -> None:
        from rasa.model_training import train_nlu

        before = os.environ.get(_CACHE)
        os.environ[_CACHE] = str(self._folder / "cache")
        try:
            train_nlu(
                str(self._folder / _CONFIG),
                str(self._folder / _EXAMPLES),
                str(self._folder),
                fixed_model_name=_MODEL,
            )
        except Exception as error:  # Rasa has no common error for this
            raise TrainingFailed(f"Rasa could not train it: {type(error).__name__}.") from error
        finally:
            os.environ.pop(_CACHE)
            if before is not None:
                os.environ[_CACHE] = before


async def _rank(processor: Any, text: str) -> Ranking:
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.nlu.constants import INTENT_RANKING_KEY

    from bot.nlu.typed import plain

    parsed = await processor.parse_message(UserMessage(plain(text)))
    best = parsed.get(INTENT_RANKING_KEY, [])[:RANKED]
    return tuple(Guess(str(entry["name"]), float(entry["confidence"])) for entry in best)
