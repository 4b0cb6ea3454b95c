"""Numbers by chance that are the same for the same seed and the same question, in whatever order one asks."""

import hashlib
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Draw:
    """Each draw hangs on its names alone: two plans meet the same people at the same moments."""

    seed: int

    def number(self, *names: object) -> float:
        """From 0 to below 1."""
        said = "/".join(map(str, (self.seed, *names))).encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=7).digest(), "big") / 2**56

    def wait(self, mean: float, *names: object) -> float:
        """A time until something happens that happens by chance, this long on average."""
        return -mean * math.log(1.0 - self.number(*names))
