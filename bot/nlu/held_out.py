"""Which lines of danger the encoder is not tuned on: thresholds are chosen on what is said of them.

The head learns from them as from all others, but is asked about each what it says without having seen it.
"""

import zlib
from typing import Final

ONE_IN: Final = 8


def is_held_out(text: str) -> bool:
    """Always the same lines, whatever else is in the files and in whatever order."""
    return zlib.crc32(b"held out:" + text.casefold().encode("utf-8", "surrogatepass")) % ONE_IN == 0
