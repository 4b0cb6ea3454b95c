"""A Merkle tree over the hashes of a chain, as RFC 9162 draws it: one entry is proven, no other is shown."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

EMPTY = hashlib.sha256(b"").digest()


class NotInTree(Exception):
    """The path does not lead from this leaf to this root."""


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


@dataclass
class _Part:
    """The root of a full tree, and the paths so far of the leaves in it that are wanted."""

    hash: bytes
    paths: dict[int, list[bytes]]


def paths(hashes: Iterable[bytes], wanted: Iterable[int]) -> tuple[dict[int, list[bytes]], bytes, int]:
    """In one walk: the path of each wanted leaf (counted from 0), the root, and how many leaves there are."""
    asked = frozenset(wanted)
    parts: list[_Part] = []
    size = 0
    for entry_hash in hashes:
        grown = _Part(leaf(entry_hash), {size: []} if size in asked else {})
        below = size
        while below & 1:
            grown = _join(parts.pop(), grown)
            below >>= 1
        parts.append(grown)
        size += 1
    if not parts:
        return {}, EMPTY, 0
    top = parts.pop()
    while parts:
        top = _join(parts.pop(), top)
    return top.paths, top.hash, size


def _join(left: _Part, right: _Part) -> _Part:
    for path in left.paths.values():
        path.append(right.hash)
    for path in right.paths.values():
        path.append(left.hash)
    return _Part(node(left.hash, right.hash), {**left.paths, **right.paths})


def root_of(entry_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which the path leads (RFC 9162, 2.1.3.2). Raises NotInTree for a path of another tree."""
    if not 0 <= index < size:
        raise NotInTree(f"{index} of {size}")
    here, last, top = index, size - 1, leaf(entry_hash)
    for beside in path:
        if last == 0:
            raise NotInTree("the path is too long")
        if here & 1 or here == last:
            top = node(beside, top)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            top = node(top, beside)
        here, last = here >> 1, last >> 1
    if last:
        raise NotInTree("the path is too short")
    return top
