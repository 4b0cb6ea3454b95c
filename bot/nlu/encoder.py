"""The encoder: turns a message in any of about 100 languages into a vector of meaning."""

import functools
import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bot.nlu.pieces import Pieces
from bot.nlu.typed import whole
from bot.safety.clauses import Span

DIMENSIONS: Final = 384
MAX_TOKENS: Final = 128  # about 90 words; what follows does not change what a message is about
MAX_CHARACTERS: Final = 2_000  # cut before tokenizing, which takes time in proportion to the length
# The screen and the assistant read the same message one after the other. Kept in memory, and no more of them.
_KEPT: Final = 16
PREFIX: Final = "query: "  # the model was trained with it
FILES: Final = ("model.onnx", "tokenizer.json")
MANIFEST: Final = "manifest.json"

Vectors = NDArray[np.float32]


class EncoderBroken(Exception):
    """The encoder's folder is missing, incomplete, or not what its manifest says."""


class Encoder:
    """multilingual-e5-small on the CPU. Safe to share between threads.

    Any string is accepted, however broken; the same text always gives the same vector,
    whatever else is encoded with it. With several threads several texts are encoded at once.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, pieces: Pieces, model_hash: str, threads: int = 1
    ) -> None:
        self._session = session
        self._pieces = pieces
        self._threads = threads
        self._wanted = {item.name for item in session.get_inputs()}
        self._states = functools.lru_cache(_KEPT)(self._run)
        self.model_hash = model_hash

    @classmethod
    def load(cls, directory: Path, threads: int = 1) -> Self:
        """Check the folder against its manifest, then load it. Raises EncoderBroken."""
        digest = check(directory)
        try:
            pieces = Pieces.read(directory / "tokenizer.json")
            session = _session(directory / "model.onnx")
        except Exception as error:  # both libraries raise whatever they like on a bad file
            raise EncoderBroken(f"The encoder in {directory} cannot be loaded.") from error
        return cls(session, pieces, digest, threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text, in order: float32, (number of texts, 384)."""
        tokens = [self._tokens(text) for text in texts]
        if not tokens:
            return np.zeros((0, DIMENSIONS), np.float32)
        if self._threads == 1 or len(tokens) == 1:
            return np.stack([_mean(self._states(ids)) for ids in tokens])
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack([_mean(states) for states in pool.map(self._states, tokens)])

    def spread(self, text: str, spans: Sequence[Span]) -> Vectors:
        """One vector of length 1 for each part of a text, as it is read within the whole: (spans, 384).

        A part beyond what the encoder reads has the vector of the last token.
        """
        states = self._states(self._tokens(text))
        rows = []
        for span in spans:
            # A cut between two words leaves the pieces before it as they are.
            start, end = (len(self._tokens(text[:at].rstrip())) - 1 for at in span)
            start = min(start, len(states) - 1)
            rows.append(_mean(states[start : max(end, start + 1)]))
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    def _tokens(self, text: str) -> tuple[int, ...]:
        return tuple(self._pieces.ids(PREFIX + whole(text[:MAX_CHARACTERS]), MAX_TOKENS))

    def _run(self, tokens: tuple[int, ...]) -> Vectors:
        """(tokens, 384). Each text by itself: the rounding depends on all that the model is given at once."""
        ids = np.array([tokens], np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        feed = {name: value for name, value in inputs.items() if name in self._wanted}
        return np.asarray(self._session.run(["last_hidden_state"], feed)[0][0], np.float32)


def _mean(states: Vectors) -> Vectors:
    mean = states.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def check(directory: Path) -> str:
    """The fingerprint of the encoder in `directory`. Raises EncoderBroken unless its files match."""
    try:
        expected = json.loads((directory / MANIFEST).read_bytes())["files"]
        for name in FILES:
            if _digest(directory / name) != expected[name]:
                raise EncoderBroken(f"{directory / name} is not the file named in its manifest.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderBroken(f"There is no whole encoder in {directory}; prepare it again.") from error
    joined = "".join(str(expected[name]) for name in FILES)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


_loading = threading.Lock()
_loaded: dict[Path, Encoder] = {}


def shared(directory: Path, threads: int = 1) -> Encoder:
    """The process's one encoder for this folder. The first caller loads it and settles the threads."""
    place = directory.resolve()
    with _loading:  # two first messages at once must not load it twice
        if place not in _loaded:
            _loaded[place] = Encoder.load(place, threads)
        return _loaded[place]


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch's memory for good
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # no busy waiting
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
