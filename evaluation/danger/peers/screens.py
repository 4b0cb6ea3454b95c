"""Parts of our screen by themselves, and its head over another encoder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from bot.nlu import kernel, screen_head, train_screen
from bot.nlu.language import detect
from bot.nlu.screen_data import Line
from bot.nlu.screen_head import TrainedHead
from bot.nlu.source_hash import source_hash
from bot.safety import clauses
from bot.safety.ports import Judge
from bot.safety.screen import Head, Screen
from bot.safety_content import load_phrases


class Scores(Protocol):
    """A head that orders whole messages by danger."""

    def danger_scores(self, texts: Sequence[str]) -> NDArray[Any]: ...


def phrases_alone(content: Path) -> Judge:
    """Raises BadContent."""
    return Screen(load_phrases(content), None, detect)


def head_alone(head: Head, content: Path) -> Judge:
    """Clauses and what came before are read as ever; no phrase is. Raises BadContent."""
    return Screen(replace(load_phrases(content), phrases=(), version="none"), head, detect)


def our_head(screen_dir: Path, encoder_dir: Path) -> TrainedHead:
    """Raises HeadBroken or EncoderBroken."""
    from bot.nlu.encoder import shared

    return TrainedHead.load(screen_dir, shared(encoder_dir, threads=1))


def scores_of(head: object) -> Scores | None:
    """None for a head that gives no scores."""
    return head if hasattr(head, "danger_scores") else None


def minilm_key(minilm: Path) -> str:
    """Of the encoder, and of how ours is trained and read. Raises OSError where it was not prepared."""
    from evaluation.peers.minilm import model_hash  # with it comes all of Rasa

    return f"{model_hash(minilm)}-{source_hash(kernel, screen_head, train_screen, clauses)}"


def minilm_head(minilm: Path, folder: Path, lines: Sequence[Line]) -> TrainedHead:
    """Our head trained on the same lines over all-MiniLM-L6-v2, kept in the folder. Raises HeadBroken."""
    from evaluation.peers.minilm import MiniLm

    encoder = MiniLm(minilm)
    fitted, figures = train_screen.train(lines, encoder.encode([line.text for line in lines]))
    screen_head.save(folder, fitted, encoder.model_hash, figures)
    return TrainedHead.load(folder, encoder)
