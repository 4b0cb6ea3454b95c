"""Vectors of training texts kept on disk, so that training again encodes only what is new."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.nlu import encoder as encoding
from bot.nlu import pieces, typed
from bot.nlu.encoder import DIMENSIONS, Encoder, Vectors
from bot.nlu.source_hash import source_hash


def cached(encoder: Encoder, texts: Sequence[str], directory: Path) -> Vectors:
    """The texts' vectors, from `directory` where known. Never for live messages: they are not to be stored.

    Texts are kept as hashes. A cache that cannot be read or written is only slower, never an error.
    """
    path = directory / f"vectors-{encoder.model_hash}-{source_hash(encoding, pieces, typed)}.npz"
    known = _read(path)
    keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if fresh:
        known.update(zip(fresh, encoder.encode(list(fresh.values())), strict=True))
        _write(path, known)
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS), np.float32)


def _read(path: Path) -> dict[bytes, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape != (len(keys), DIMENSIONS):
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def _write(path: Path, known: dict[bytes, Vectors]) -> None:
    keys = np.frombuffer(b"".join(known), np.uint8).reshape(len(known), -1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder, "vectors.npz")
            np.savez(fresh, keys=keys, vectors=np.stack(list(known.values())))
            os.replace(fresh, path)
    except OSError:
        return
