"""Seals words so that a copied database tells nobody what they are. Keys come from the settings."""

import base64
import functools
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

# Shown where words cannot be opened.
UNOPENED = "[\N{HORIZONTAL ELLIPSIS}]"
_BEGINS = "gAAAA"
# The latest that were opened, in memory only; a conversation's page shows thirty.
_REMEMBERED = 1024
_MARK = "k."


class CannotOpen(Exception):
    """None of the keys opens this: it was sealed with a key that is no longer in the settings."""


class NoKeys(CannotOpen):
    """There is no key at all: nothing can be sealed or opened."""


class Unopened(str):
    """Stands in the place of words that none of the keys opens, so that one lost key stops no page and no
    alert. Written back to a column of sealed words, it leaves there what was there."""

    __slots__ = ("sealed",)

    sealed: str

    def __new__(cls, sealed: str) -> "Unopened":
        made = super().__new__(cls, UNOPENED)
        made.sealed = sealed
        return made


class Sealer:
    """The first secret seals; all of them open, so that one can be put in place of another.

    A secret is 32 characters or more, as random as any secret of the settings. `marks_by` is the secret under
    which words get a mark by which the same words are found again; it does not change with the others.
    """

    def __init__(self, secrets: Sequence[str], marks_by: str = "") -> None:
        boxes = [Fernet(_key_of(secret)) for secret in secrets]
        self._first = boxes[0]
        self._box = MultiFernet(boxes)
        # A conversation is read anew with each of its messages, and opening is the dear part of it.
        self._opened = functools.lru_cache(maxsize=_REMEMBERED)(self._open)
        self._marks_by = hashlib.sha256(b"marks of words\n" + (marks_by or secrets[-1]).encode()).digest()
        self.key_mark = hashlib.sha256(b"mark of a key\n" + _key_of(secrets[0])).hexdigest()[:16]

    @classmethod
    def of(cls, setting: str, marks_by: str = "") -> "Sealer":
        """From the setting as it is written: several secrets have commas between them."""
        return cls([part.strip() for part in setting.split(",") if part.strip()], marks_by)

    def seal(self, words: str) -> str:
        return self._box.encrypt(words.encode("utf-8")).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises CannotOpen."""
        return self._opened(sealed)

    def _open(self, sealed: str) -> str:
        try:
            return self._box.decrypt(sealed.encode("ascii")).decode("utf-8")
        except (InvalidToken, UnicodeEncodeError) as error:
            raise CannotOpen from error

    def seal_anew(self, sealed: str) -> str:
        """The same words under the first secret. Raises CannotOpen."""
        try:
            return self._box.rotate(sealed.encode("ascii")).decode("ascii")
        except (InvalidToken, UnicodeEncodeError) as error:
            raise CannotOpen from error

    def is_newest(self, sealed: str) -> bool:
        """Whether it is under the first secret already."""
        try:
            self._first.decrypt(sealed.encode("ascii"))
        except (InvalidToken, UnicodeEncodeError):
            return False
        return True

    def mark(self, purpose: str, words: str) -> str:
        """The same for the same words; without the secret nobody can try words out."""
        whole = f"{purpose}\n{words}".encode("utf-8", "surrogatepass")
        made = hmac.new(self._marks_by, whole, hashlib.sha256).digest()
        return _MARK + base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def looks_sealed(stored: str) -> bool:
    """Every seal begins so. What was stored before words were sealed is told from it by this, and by not
    opening: somebody may have typed these letters."""
    return stored.startswith(_BEGINS)


def is_mark(stored: str) -> bool:
    return stored.startswith(_MARK) and len(stored) == len(_MARK) + 43


def longest_seal(characters: int) -> int:
    """No seal of so many characters is longer. A character has four bytes at most."""
    padded = (4 * characters // 16 + 1) * 16
    return 4 * -(-(1 + 8 + 16 + padded + 32) // 3)


def _key_of(secret: str) -> bytes:
    """Fernet wants 32 bytes in base64. The secret is long and random, so that one hash is enough."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode("utf-8")).digest())
