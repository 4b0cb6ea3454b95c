"""The encoder's packed weights: where each tensor lies in the file, and what is in it."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights that share one scale
_BLOCK_LAYOUT = np.dtype([("scale", "<f2"), ("packed", "u1", (BLOCK // 2,))])
_FLOAT, _FOUR_BIT = 0, 1


class WeightsUnreadable(Exception):
    """The weights file is not laid out as expected."""


@dataclass(frozen=True)
class Shape:
    """The sizes that the file's header states."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class FourBit:
    """A matrix in blocks of 32: each weight is (nibble - 8) * scale of its block.

    `packed` is (rows, blocks, 16): byte j holds weight j (low half) and weight j + 16 (high half).
    """

    packed: NDArray[np.uint8]
    scale: NDArray[np.float32]

    def floats(self) -> NDArray[np.float32]:
        """(rows, columns)"""
        steps = np.concatenate([self.packed & 0x0F, self.packed >> 4], axis=-1).astype(np.float32) - 8
        return (steps * self.scale[..., np.newaxis]).reshape(len(steps), -1)


@dataclass(frozen=True)
class EightBit:
    """A matrix in blocks of 32: each weight is (byte - 128) * scale of its block.

    `packed` is (rows, blocks, 32).
    """

    packed: NDArray[np.uint8]
    scale: NDArray[np.float32]

    def floats(self) -> NDArray[np.float32]:
        """(rows, columns)"""
        steps = self.packed.astype(np.float32) - 128
        return (steps * self.scale[..., np.newaxis]).reshape(len(steps), -1)

    @classmethod
    def of(cls, matrix: NDArray[np.float32]) -> Self:
        """Rounds a matrix (rows, columns); the number of columns is a multiple of 32."""
        blocks = matrix.reshape(len(matrix), -1, BLOCK)
        # As stored: half precision, so that what is tried is what ships.
        scale = (np.abs(blocks).max(axis=-1) / 127).astype(np.float16).astype(np.float32)
        steps = np.rint(blocks / np.maximum(scale, 1e-8)[..., np.newaxis])
        return cls((np.clip(steps, -127, 127) + 128).astype(np.uint8), scale)


Matrix = FourBit | EightBit


@dataclass(frozen=True)
class Weights:
    """The whole file: its sizes and its tensors by name (`emb.word`, `l0.q.w`, …).

    `tuned` holds what takes the place of the published tensors: see `tuned_layers.py`.
    """

    shape: Shape
    _data: bytes
    _places: dict[str, tuple[int, int, int]]
    tuned: Mapping[str, Matrix | NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Parse header, token table (skipped: the tokenizer comes from its own file) and directory."""
        if data[:4] != b"E5S1":
            raise WeightsUnreadable("The weights file does not begin with E5S1.")
        hidden, layers, heads, feed_forward, vocabulary, positions, _ = struct.unpack_from("<7i", data, 8)
        epsilon, block = struct.unpack_from("<fi", data, 36)
        if block != BLOCK:
            raise WeightsUnreadable(f"The weights come in blocks of {block}, not {BLOCK}.")
        shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, epsilon)
        return cls(shape, data, dict(_directory(data)))

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor kept in 32-bit floats: biases, norms, positions."""
        if isinstance(found := self.tuned.get(name), np.ndarray):
            return found
        return np.frombuffer(self._data, "<f4", *self._place(name, _FLOAT))

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A layer's matrix, `columns` wide: from tuned ones in eight bits, or from the published in four."""
        found = self.tuned.get(name)
        return (found if isinstance(found, EightBit) else self.four_bit(name, columns)).floats()

    def four_bit(self, name: str, columns: int) -> FourBit:
        """A matrix kept in four bits, `columns` wide."""
        count, offset = self._place(name, _FOUR_BIT)
        blocks = np.frombuffer(self._data, _BLOCK_LAYOUT, count // BLOCK, offset)
        rows = blocks.reshape(-1, columns // BLOCK)
        return FourBit(np.ascontiguousarray(rows["packed"]), rows["scale"].astype(np.float32))

    def _place(self, name: str, kind: int) -> tuple[int, int]:
        found, count, offset = self._places.get(name, (None, 0, 0))
        if found != kind:
            raise WeightsUnreadable(f"The weights file holds no usable tensor {name}.")
        return count, offset


def _directory(data: bytes) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Name, and kind, count and offset, of each tensor."""
    pieces, _, _, _, _, blob = struct.unpack_from("<5iQ", data, 44)
    at = 44 + 28 + (pieces + 1) * 4 + pieces * 4 + blob
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, count, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        yield name, (kind, count, offset)
        at += 2 + length + 21
