"""A message's vector as text, so that it can travel with the message and is computed once."""

import base64
from typing import Final

import numpy as np

from bot.nlu.encoder import DIMENSIONS, Vectors

VECTOR_KEY: Final = "vector"  # in a message's metadata
ENCODER_KEY: Final = "encoder"  # beside it: which encoder made it


def pack(vector: Vectors, model_hash: str) -> dict[str, str]:
    """The two metadata entries for one vector."""
    data = np.asarray(vector, "<f4").tobytes()
    return {VECTOR_KEY: base64.b64encode(data).decode("ascii"), ENCODER_KEY: model_hash}


def unpack(metadata: object, model_hash: str) -> Vectors | None:
    """The vector that came along, or None where there is none, or none that this encoder made."""
    if not isinstance(metadata, dict) or metadata.get(ENCODER_KEY) != model_hash:
        return None
    try:
        data = base64.b64decode(metadata[VECTOR_KEY], validate=True)
        vector = np.frombuffer(data, "<f4")
    except (KeyError, TypeError, ValueError):
        return None
    if vector.shape != (DIMENSIONS,) or not abs(float(vector @ vector) - 1) < 1e-3:
        return None
    return vector.astype(np.float32)
