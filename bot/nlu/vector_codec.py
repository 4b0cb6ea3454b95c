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


def take(metadata: object, model_hash: str) -> Vectors | None:
    """Take the vector out of the metadata: Rasa stores what is left there, and a vector tells what was said.

    None where there is no vector, or none that this encoder made.
    """
    if not isinstance(metadata, dict):
        return None
    packed, maker = metadata.pop(VECTOR_KEY, None), metadata.pop(ENCODER_KEY, None)
    if maker != model_hash:
        return None
    try:
        data = base64.b64decode(packed, validate=True)
        vector = np.frombuffer(data, "<f4")
    except (TypeError, ValueError):
        return None
    if vector.shape != (DIMENSIONS,) or not abs(float(vector @ vector) - 1) < 1e-3:
        return None
    return vector.astype(np.float32)
