"""Seals words so that a copied database tells nobody what they are. Keys come from the settings."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """None of the keys opens this: it was sealed with a key that is no longer in the settings."""


class NoKeys(CannotOpen):
    """There is no key at all: nothing can be sealed or opened."""


class Sealer:
    """The first secret seals; all of them open, so that one can be put in place of another.

    A secret is 32 characters or more, as random as any secret of the settings.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._box = MultiFernet([Fernet(_key_of(secret)) for secret in secrets])

    @classmethod
    def of(cls, setting: str) -> "Sealer":
        """From the setting as it is written: several secrets have commas between them."""
        return cls([part.strip() for part in setting.split(",") if part.strip()])

    def seal(self, words: str) -> str:
        return self._box.encrypt(words.encode("utf-8")).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises CannotOpen."""
        try:
            return self._box.decrypt(sealed.encode("ascii")).decode("utf-8")
        except InvalidToken as error:
            raise CannotOpen from error

    def seal_anew(self, sealed: str) -> str:
        """The same words under the first secret. Raises CannotOpen."""
        try:
            return self._box.rotate(sealed.encode("ascii")).decode("ascii")
        except InvalidToken as error:
            raise CannotOpen from error


def _key_of(secret: str) -> bytes:
    """Fernet wants 32 bytes in base64. The secret is long and random, so that one hash is enough."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode("utf-8")).digest())
