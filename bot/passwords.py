"""Argon2id for PINs and passwords. The only argon2 import."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """OWASP's second choice of cost: 19 MiB, two passes. About 25 ms on one core."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobody = self._hasher.hash("nobody has this secret")

    def hash(self, secret: str) -> str:
        return self._hasher.hash(_bytes(secret))

    def matches(self, hashed: str | None, secret: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, _bytes(secret)) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False


def _bytes(secret: str) -> bytes:
    # A lone surrogate from a hostile form must not raise, and nobody's secret is longer than this.
    return secret[:256].encode("utf-8", "replace")
