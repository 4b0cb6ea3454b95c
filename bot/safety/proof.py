"""Proofs for outsiders: one entry with the path to a signed root, and whole logs as lines of JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.safety.heads import Chain, SignedHead

PROOF: Final = "signpost-proof-1"
LINE: Final = "signpost-entry-1"
MANIFEST: Final = "signpost-bundle-1"


@dataclass(frozen=True)
class Opening:
    """Words with their salt: whoever has both sees that they are those to which the entry is committed."""

    salt: bytes
    words: str


@dataclass(frozen=True)
class Proof:
    """`index` counts from 0. `text` is what the entry's hash is of, and `path` leads from it to the root of
    the signed head. `openings` are the entry's words by name, where they are given along."""

    chain: Chain
    index: int
    text: str
    path: Sequence[bytes]
    signed: SignedHead
    public_key: str
    openings: Mapping[str, Opening] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": PROOF,
            "chain": self.chain.value,
            "index": self.index,
            "entry": self.text,
            "path": [step.hex() for step in self.path],
            "head": json.loads(self.signed.head.body),
            "signature": self.signed.signature,
            "public_key": self.public_key,
            "words": openings_json(self.openings),
        }


def entry_line(text: str, hash_: str, openings: Mapping[str, Opening]) -> str:
    """One entry of an exported log, without a line's end. The text is kept as it was hashed."""
    form = {"format": LINE, "entry": text, "hash": hash_, "words": openings_json(openings)}
    return json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def openings_json(openings: Mapping[str, Opening]) -> dict[str, dict[str, str]]:
    return {name: {"salt": opening.salt.hex(), "words": opening.words} for name, opening in openings.items()}
