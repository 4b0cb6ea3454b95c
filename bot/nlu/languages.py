"""Where in a vector its language shows, so that the same question counts the same in every language.

The encoder puts messages in one language a little apart from the same messages in another. With nearly all
examples in English that little misleads: any message in Polish looks like "can I have this in Polish". So the
directions that tell languages apart are taken out of every vector before topics are compared.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

REFERENCE: Final = "en"


def directions(vectors: Mapping[str, Floats]) -> Floats:
    """Orthogonal directions, one a row, from like messages in each language. None without a second one."""
    if REFERENCE not in vectors:
        return np.zeros((0, 0), np.float32)
    middle = vectors[REFERENCE].mean(axis=0)
    away = [group.mean(axis=0) - middle for name, group in vectors.items() if name != REFERENCE]
    if not away:
        return np.zeros((0, 0), np.float32)
    _, strengths, rows = np.linalg.svd(np.stack(away).astype(np.float64), full_matrices=False)
    return np.asarray(rows[strengths > 1e-6], np.float32)


def without(vectors: Floats, found: Floats) -> Floats:
    """The vectors less what they hold of the directions `found`."""
    if found.size == 0:
        return vectors
    return np.asarray(vectors - (vectors @ found.T) @ found, np.float32)
