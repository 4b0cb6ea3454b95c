"""The encoder: turns a message in any of about 100 languages into a vector of meaning."""

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bot.nlu.pieces import Pieces
from bot.nlu.typed import whole

DIMENSIONS: Final = 384
MAX_TOKENS: Final = 128  # about 90 words; what follows does not change what a message is about
MAX_CHARACTERS: Final = 2_000  # cut before tokenizing, which takes time in proportion to the length
BATCH: Final = 32
PREFIX: Final = "query: "  # the model was trained with it
FILES: Final = ("model.onnx", "tokenizer.json")
MANIFEST: Final = "manifest.json"

Vectors = NDArray[np.float32]


class EncoderBroken(Exception):
    """The encoder's folder is missing, incomplete, or not what its manifest says."""


class Encoder:
    """multilingual-e5-small on the CPU. Safe to share between threads.

    Any string is accepted, however broken; the same text always gives the same vector,
    whatever else is encoded with it.
    """

    def __init__(self, session: onnxruntime.InferenceSession, pieces: Pieces, model_hash: str) -> None:
        self._session = session
        self._pieces = pieces
        self._wanted = {item.name for item in session.get_inputs()}
        self.model_hash = model_hash

    @classmethod
    def load(cls, directory: Path, threads: int = 1) -> Self:
        """Check the folder against its manifest, then load it. Raises EncoderBroken."""
        digest = check(directory)
        try:
            pieces = Pieces.read(directory / "tokenizer.json")
            session = _session(directory / "model.onnx", threads)
        except Exception as error:  # both libraries raise whatever they like on a bad file
            raise EncoderBroken(f"The encoder in {directory} cannot be loaded.") from error
        return cls(session, pieces, digest)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text, in order: float32, (number of texts, 384)."""
        tokens = [self._pieces.ids(PREFIX + whole(text[:MAX_CHARACTERS]), MAX_TOKENS) for text in texts]
        vectors = np.zeros((len(tokens), DIMENSIONS), np.float32)
        # Texts of like length go together, so that little of a batch is padding.
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._run([tokens[index] for index in batch])
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        ids = np.ones((len(tokens), max(map(len, tokens))), np.int64)  # 1 is padding
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(tokens):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        feed = {name: value for name, value in inputs.items() if name in self._wanted}
        states = self._session.run(["last_hidden_state"], feed)[0]
        sums = np.einsum("bsh,bs->bh", states, mask.astype(np.float32))
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)


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


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch's memory for good
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # no busy waiting
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
