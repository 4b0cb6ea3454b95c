"""Signed heads: how far a chain was at a moment. Once one left the house, nothing before it can change."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self

from bot.safety.record import GENESIS, plain_json

FORMAT: Final = "signpost-head-1"
# No letter that is taken for another: no I, L, O, U.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE: Final = 15


class Chain(StrEnum):
    SAFETY = "safety"
    AUDIT = "audit"


class NotAHead(Exception):
    """These are no words of a signed head."""


@dataclass(frozen=True)
class Head:
    """The chain had `number` entries; the last has `hash`, and all of them together `root`.

    `previous` is the digest of the signed head before this one, so that none of them goes missing. `key` says
    which key signed it.
    """

    chain: Chain
    number: int
    hash: str
    root: str
    at: datetime
    key: str
    previous: str = GENESIS

    @property
    def body(self) -> str:
        """The text that is signed."""
        return plain_json(
            {
                "format": FORMAT,
                "chain": self.chain.value,
                "number": self.number,
                "hash": self.hash,
                "root": self.root,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "key": self.key,
                "previous": self.previous,
            }
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def code(self) -> str:
        return code_of(self.chain, self.number, self.root)

    @classmethod
    def from_body(cls, body: str) -> Self:
        """Raises NotAHead."""
        try:
            return cls.from_json(json.loads(body))
        except ValueError as error:
            raise NotAHead("it is no JSON") from error

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises NotAHead."""
        try:
            if data["format"] != FORMAT:
                raise NotAHead("it is of another format")
            texts = {name: str(data[name]) for name in ("hash", "root", "key", "previous")}
            at = datetime.fromisoformat(str(data["at"]))
            return cls(Chain(data["chain"]), int(data["number"]), at=at, **texts)
        except (KeyError, TypeError, ValueError) as error:
            raise NotAHead("a part is missing or makes no sense") from error


@dataclass(frozen=True)
class SignedHead:
    head: Head
    signature: str

    @property
    def line(self) -> str:
        """As it is written outside: one line of JSON."""
        return f'{{"head":{self.head.body},"signature":"{self.signature}"}}'

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Raises NotAHead."""
        try:
            data = json.loads(line)
            return cls(Head.from_json(data["head"]), str(data["signature"]))
        except (KeyError, TypeError, ValueError) as error:
            raise NotAHead("the line is no signed head") from error


def signed_text(body: str) -> bytes:
    """What the signature is over: the format stands before it, so that it can be taken for nothing else."""
    return f"{FORMAT}\n{body}".encode()


def code_of(chain: Chain, number: int, root: str) -> str:
    """What a person writes into a paper book: three groups of five signs, and a sign that finds slips."""
    whole = hashlib.sha256(f"signpost code\n{chain.value}\n{number}\n{root}\n".encode()).digest()
    bits = int.from_bytes(whole, "big") >> (256 - 5 * _CODE)
    signs = "".join(_LETTERS[bits >> 5 * at & 31] for at in reversed(range(_CODE)))
    groups = [signs[at : at + 5] for at in range(0, _CODE, 5)]
    return "-".join([*groups, _check_sign(signs)])


def _check_sign(signs: str) -> str:
    """Finds every sign that is wrong and nearly all neighbours that are swapped: ISO 7064, mod 33, 32."""
    check = 32
    for sign in signs:
        check = (check + _LETTERS.index(sign)) % 32 or 32
        check = check * 2 % 33
    return _LETTERS[(33 - check) % 32]
