"""A Merkle tree over the hashes of a chain, as RFC 9162 draws it: one entry is proven, no other is shown."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

EMPTY = hashlib.sha256(b"").digest()


def leaf(entry_hash: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Tree:
    """Grows leaf by leaf and holds only its peaks: the roots of the full trees in it, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, entry_hash: bytes) -> None:
        grown, below = leaf(entry_hash), self.size
        while below & 1:
            grown = node(self.peaks.pop(), grown)
            below >>= 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        *rest, top = self.peaks
        for peak in reversed(rest):
            top = node(peak, top)
        return top


# The root of a full tree, and the paths so far of the leaves in it that are wanted.
_Part = tuple[bytes, dict[int, list[bytes]]]
# Of a tree in which no leaf is wanted. Nothing is ever put in.
_NOBODYS: dict[int, list[bytes]] = {}


def paths(hashes: Iterable[bytes], wanted: Iterable[int]) -> tuple[dict[int, list[bytes]], bytes, int]:
    """In one walk: the path of each wanted leaf (counted from 0), the root, and how many leaves there are."""
    asked = frozenset(wanted)
    parts: list[_Part] = []
    size = 0
    for entry_hash in hashes:
        top = leaf(entry_hash)
        # Nearly all leaves are nobody's path: for them there is only the hash to reckon with.
        led: dict[int, list[bytes]] = {size: []} if size in asked else _NOBODYS
        below = size
        while below & 1:
            top, led = _join(parts.pop(), (top, led))
            below >>= 1
        parts.append((top, led))
        size += 1
    if not parts:
        return {}, EMPTY, 0
    whole = parts.pop()
    while parts:
        whole = _join(parts.pop(), whole)
    return whole[1], whole[0], size


def _join(left: _Part, right: _Part) -> _Part:
    for path in left[1].values():
        path.append(right[0])
    for path in right[1].values():
        path.append(left[0])
    top = node(left[0], right[0])
    return (top, {**left[1], **right[1]}) if left[1] or right[1] else (top, _NOBODYS)
