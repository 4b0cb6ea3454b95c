"""The number of a request that people read out to each other."""

import secrets

from bot.queue.model import Kind

# Without 0, 1, I, L, O and U: easy to read out, and no words by accident.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(kind: Kind) -> str:
    tail = "".join(secrets.choice(_LETTERS) for _ in range(5))
    return f"{kind.value[0].upper()}-{tail}"
