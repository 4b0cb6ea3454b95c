"""Which lines of danger nothing learns from: thresholds are chosen on what is said of them."""

import zlib
from typing import Final

ONE_IN: Final = 8


def is_held_out(text: str) -> bool:
    """Always the same lines, whatever else is in the files and in whatever order."""
    return zlib.crc32(b"held out:" + text.casefold().encode("utf-8", "surrogatepass")) % ONE_IN == 0
