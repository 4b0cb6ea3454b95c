"""Seals words that only few may read, so that a copy of the database tells nobody: encrypted and signed."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """None of the keys opens this: it was sealed with a key that is gone, or was changed."""


class Sealer:
    """The first key seals; all of them open, so that a new key can be put in front of the old ones."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("a seal needs a key")
        self._fernet = MultiFernet([Fernet(_as_fernet_key(key)) for key in keys])

    def seal(self, words: str) -> str:
        return self._fernet.encrypt(words.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises CannotOpen."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except (InvalidToken, UnicodeEncodeError) as error:
            raise CannotOpen from error


def _as_fernet_key(key: str) -> bytes:
    """Any long secret will do, as for the other secrets of the settings."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
